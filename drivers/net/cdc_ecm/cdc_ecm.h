// Ethernet adapters of USB's communications class: QEMU's usb-net, and many that are plugged in. One frame is one
// transfer, ended by a short packet. [ECM]
//
//   CdcEcm ethernet(mac, memory, packets, buffers, waker);
//   host.Add(ethernet);
#ifndef ENKEL_DRIVERS_NET_CDC_ECM_CDC_ECM_H_
#define ENKEL_DRIVERS_NET_CDC_ECM_CDC_ECM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace drivers::cdc_ecm {

// What an adapter says about itself. [ECM] 5.4, [CDC] 5.2.3.2
struct Functions {
  std::uint8_t mac_string = 0;      // index
  std::uint8_t data_interface = 0;  // number
  std::uint8_t data_setting = 0;    // the alternate setting that has the endpoints
  usb::EndpointDescriptor in;
  usb::EndpointDescriptor out;

  // Of the communications interface `control`. Errors: kMalformed.
  static kernel::Result<Functions> Find(const usb::Configuration& configuration,
                                        const usb::InterfaceDescriptor& control);
};

// "02AB00CD1234". Errors: kMalformed.
kernel::Result<net::MacAddress> ParseMac(std::span<const char> text);

struct Counters {
  std::uint64_t attachments = 0;
  std::uint64_t pipe_errors = 0;     // stalls, babble, broken packets
  std::uint64_t refused_filter = 0;  // adapters that know no packet filter
};

// Serves one adapter at a time; without one it is a device without a link. Frames are copied once between the stack's
// buffers and memory that an adapter's controller may write. Not interrupt-safe.
class CdcEcm final : public usb::ClassDriver,
                     public net::Device,
                     private usb::Function,
                     private usb::TransferObserver,
                     private usb::Timer {
 public:
  static constexpr std::size_t kReceives = 4;
  static constexpr std::size_t kSends = 4;
  static constexpr std::size_t kMostWaiting = 64;  // frames, beyond what is in flight
  static constexpr std::size_t kLargestFrame = 1518;
  static constexpr std::size_t kTransferSize = 2048;  // more than a frame, so that its end is always a short packet

  // What adapters read and write.
  struct Memory {
    std::array<usb::DmaBytes<kTransferSize>, kReceives> receive;
    std::array<usb::DmaBytes<kTransferSize>, kSends> send;
    usb::DmaBytes<64> notification;
    usb::DmaBytes<64> control;
  };

  // `mac` is the machine's: an adapter with another one is asked to hear everything. `waker` is woken when there is
  // something to receive, when there is room again, and when the link changes. All outlive it; buffers hold a frame.
  CdcEcm(net::MacAddress mac, Memory& memory, net::PacketPool& packets, net::BufferPool& buffers, kernel::Waker& waker);
  CdcEcm(const CdcEcm&) = delete;
  CdcEcm& operator=(const CdcEcm&) = delete;

  bool Match(const usb::Device& device, const usb::InterfaceDescriptor& interface) const override;
  usb::Function* Attach(usb::Device& device, const usb::InterfaceDescriptor& interface) override;

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return step_ == Step::kRunning && is_connected_; }
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override;
  bool Transmit(std::uint16_t queue, net::Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t) const override {
    return HasLink() ? idle_count_ + kMostWaiting - waiting_.count() : 0;
  }
  void Flush(std::uint16_t) override {}
  net::DeviceCounters ReadCounters() const override { return device_counters_; }
  const Counters& counters() const { return counters_; }

 private:
  enum class Step : std::uint8_t { kIdle, kMac, kInterface, kFilter, kRunning };

  void OnGone() override;
  void Detach() override;
  void OnComplete(usb::Transfer& transfer) override;
  void OnTimer() override;

  void Request(Step step, const usb::Setup& setup);
  void OnRequest();
  void AskFilter(bool hears_everything);
  void Begin();
  void Listen();
  void SubmitReceive(usb::Transfer& transfer);
  void OnReceived(usb::Transfer& transfer);
  void Put(const net::Packet& packet);
  void OnSent(const usb::Transfer& transfer);
  void OnNotification();
  void NoteError(usb::Status status);
  net::Packet PacketOf(std::span<const std::byte> frame);

  Memory& memory_;
  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  kernel::Waker& waker_;
  net::DeviceCapabilities capabilities_;
  net::DeviceCounters device_counters_;
  Counters counters_;

  usb::Device* device_ = nullptr;
  Functions functions_;
  std::uint8_t control_interface_ = 0;
  Step step_ = Step::kIdle;
  bool is_connected_ = false;
  usb::Pipe in_;
  usb::Pipe out_;
  usb::Pipe notifications_;
  usb::Transfer request_;
  usb::Transfer notification_;
  usb::Transfer recovery_in_;
  usb::Transfer recovery_out_;
  usb::Transfer recovery_notifications_;
  std::array<usb::Transfer, kReceives> receives_;
  std::array<usb::Transfer, kSends> sends_;
  std::array<usb::Transfer*, kReceives> full_ = {};  // received, oldest first
  std::size_t full_count_ = 0;
  std::array<usb::Transfer*, kSends> idle_ = {};
  std::size_t idle_count_ = 0;
  net::PacketQueue waiting_;  // for an idle one
};

}  // namespace drivers::cdc_ecm

#endif  // ENKEL_DRIVERS_NET_CDC_ECM_CDC_ECM_H_
