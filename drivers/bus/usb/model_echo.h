// A device that sends back what it gets, and the driver for it: what the host's own tests plug in.
#ifndef ENKEL_DRIVERS_BUS_USB_MODEL_ECHO_H_
#define ENKEL_DRIVERS_BUS_USB_MODEL_ECHO_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"

namespace drivers::usb {

// Its first configuration is of a class that nobody knows; the second has bulk endpoints 1, OUT and IN.
class EchoDevice : public ModelDevice {
 public:
  explicit EchoDevice(Speed its_speed = Speed::kHigh) {
    speed = its_speed;
    device_descriptor = MakeBytes({18, 1, 0, 2, 0, 0, 0, 64, 0x34, 0x12, 0x78, 0x56, 0, 1, 0, 0, 0, 2});
    const int low = speed == Speed::kHigh ? 0 : 64;
    const int high = speed == Speed::kHigh ? 2 : 0;
    configurations = {
        MakeBytes({9, 2, 18, 0, 1, 3, 0, 0xc0, 50, 9, 4, 0, 0, 0, 0xfe, 1, 1, 0}),
        MakeBytes({9, 2, 32,   0, 1,   5,    0, 0xc0, 50, 9,    4, 0,   0,    2, 0xff, 0, 0, 0,  //
                   7, 5, 0x81, 2, low, high, 0, 7,    5,  0x01, 2, low, high, 0}),
    };
  }

  std::deque<Bytes> packets;

 protected:
  bool OnPacket(std::uint8_t, std::span<const std::byte> bytes) override {
    packets.emplace_back(bytes.begin(), bytes.end());
    return true;
  }
  std::optional<Bytes> NextPacket(std::uint8_t) override {
    if (packets.empty()) return std::nullopt;
    Bytes bytes = packets.front();
    packets.pop_front();
    return bytes;
  }
  void OnReset() override { packets.clear(); }
};

// Sends `size` bytes and reads them back, again and again; after an error on a pipe it clears the halt.
class EchoDriver final : public ClassDriver, public Function, private TransferObserver {
 public:
  static constexpr std::size_t kSize = 1024;

  int attached = 0;
  int gone = 0;
  int detached = 0;
  int rounds = 0;  // that came back whole
  int damaged = 0;
  int failures = 0;
  std::size_t size = kSize - 4;  // at most kSize
  Device* device = nullptr;

  bool Match(const Device& candidate, const InterfaceDescriptor& interface) const override {
    return candidate.descriptor().vendor == 0x1234 && interface.interface_class == 0xff;
  }
  Function* Attach(Device& attaching, const InterfaceDescriptor& interface) override {
    const auto in = interface.FindEndpoint(TransferType::kBulk, Direction::kIn);
    const auto out = interface.FindEndpoint(TransferType::kBulk, Direction::kOut);
    if (device != nullptr || !in || !out) return nullptr;
    if (!attaching.Open(in_, *in)) return nullptr;
    if (!attaching.Open(out_, *out)) {
      attaching.Close(in_);
      return nullptr;
    }
    device = &attaching;
    is_draining_ = false;
    ++attached;
    for (Transfer* const transfer : {&sent_, &received_, &recovery_in_, &recovery_out_}) transfer->observer = this;
    sent_.data = std::span(sent_bytes_.bytes).first(size);
    received_.data = received_bytes_.all();
    recovery_in_.timeout = recovery_out_.timeout = kernel::Duration::Seconds(1);
    Begin();
    return this;
  }
  void OnGone() override { ++gone; }
  void Detach() override {
    ++detached;
    device = nullptr;
  }

 private:
  void Begin() {
    ++seed_;
    for (std::size_t i = 0; i < kSize; ++i) sent_bytes_.bytes[i] = static_cast<std::byte>(i * 7 + seed_);
    received_.timeout = kernel::Duration::Milliseconds(50);
    if (!is_draining_ && !out_.is_halted()) out_.Submit(sent_);
    if (!in_.is_halted()) in_.Submit(received_);
  }

  void OnComplete(Transfer& transfer) override {
    if (device == nullptr || device->is_gone()) return;
    const Status status = transfer.status();
    if (status == Status::kTimedOut && &transfer == &received_) {
      is_draining_ = false;
    } else if (status != Status::kDone) {
      is_draining_ = true;
    }
    if (&transfer == &recovery_in_ || &transfer == &recovery_out_) {
      if (status != Status::kDone && ++failures < 1000) device->ClearHalt(PipeOf(transfer), transfer);
    } else if (status == Status::kStall || status == Status::kBabble || status == Status::kBroken) {
      ++failures;
      device->ClearHalt(&transfer == &received_ ? in_ : out_, &transfer == &received_ ? recovery_in_ : recovery_out_);
    } else if (status == Status::kDone && &transfer == &received_) {
      const std::span<const std::byte> got = received_.received();
      const bool is_same = got.size() == sent_.data.size() && std::equal(got.begin(), got.end(), sent_.data.begin());
      ++(is_same ? rounds : damaged);
      is_draining_ = is_draining_ || !is_same;
    }
    if (!sent_.is_in_flight() && !received_.is_in_flight() && !recovery_in_.is_in_flight() &&
        !recovery_out_.is_in_flight() && rounds < 20) {
      Begin();
    }
  }
  Pipe& PipeOf(const Transfer& recovery) { return &recovery == &recovery_in_ ? in_ : out_; }

  unsigned seed_ = 0;
  bool is_draining_ = false;  // what is left of a round that failed is read first
  Pipe in_;
  Pipe out_;
  Transfer sent_;
  Transfer received_;
  Transfer recovery_in_;
  Transfer recovery_out_;
  DmaBytes<kSize> sent_bytes_;
  DmaBytes<kSize> received_bytes_;
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_MODEL_ECHO_H_
