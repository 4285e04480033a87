// Both chips' drivers against both chips' models, at both speeds: what their tests stand on.
#ifndef ENKEL_DRIVERS_BUS_USB_ETHERNET_TEST_RIG_H_
#define ENKEL_DRIVERS_BUS_USB_ETHERNET_TEST_RIG_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb/model_controller.h"
#include "drivers/bus/usb_ethernet/chip.h"
#include "drivers/bus/usb_ethernet/model_chip.h"
#include "drivers/bus/usb_ethernet/usb_ethernet.h"
#include "drivers/net/lan7800/lan7800.h"
#include "drivers/net/lan9514/lan9514.h"
#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "testing/models/lan7800/lan7800.h"
#include "testing/models/lan9514/lan9514.h"
#include "testing/models/usb_ethernet.h"

namespace drivers::usb_ethernet {
using Bytes = std::vector<std::byte>;
using Frames = std::vector<Bytes>;
using kernel::Duration;
using models::Lan7800;
using models::Lan9514;

inline constexpr net::MacAddress kMac = {
    {std::byte{0xb8}, std::byte{0x27}, std::byte{0xeb}, std::byte{1}, std::byte{2}, std::byte{3}}};

// A chip, and where its kind differs.
struct ChipKind {
  std::string name;
  const Chip& chip;
  std::function<std::unique_ptr<models::UsbEthernet>()> make;
  std::uint32_t hard_error;              // of a received frame's status
  std::uint32_t doubt;                   // that is no reason to drop it; 0: there is none
  std::uint32_t mii_command, id;         // registers
  std::uint32_t flow, pauses_both_ways;  // register, and what it holds after negotiation
};

inline const std::vector<ChipKind>& ChipKinds() {
  static const std::vector<ChipKind> kinds = {
      {"Lan7800", net_lan7800::kLan7800, [] { return std::make_unique<Lan7800>(); },
       Lan7800::kReceiveError | Lan7800::kCheckSequenceError, Lan7800::kReceiveError | Lan7800::kTcpChecksumError,
       0x120, 0x000, 0x10c, 0x6000'ffff},
      {"Lan9514", net_lan9514::kLan9514, [] { return std::make_unique<Lan9514>(); },
       Lan9514::kErrorSummary | Lan9514::kCheckSequenceError, Lan9514::kErrorSummary | Lan9514::kLengthError, 0x114,
       0x00, 0x11c, 0xffff'0002},
      {"Lan7800FullSpeed", net_lan7800::kLan7800, [] { return std::make_unique<Lan7800>(64); },
       Lan7800::kReceiveError | Lan7800::kRunt, Lan7800::kReceiveError | Lan7800::kIpChecksumError, 0x120, 0x000, 0x10c,
       0x6000'ffff},
      {"Lan9514FullSpeed", net_lan9514::kLan9514, [] { return std::make_unique<Lan9514>(64); },
       Lan9514::kErrorSummary | Lan9514::kTooLong, Lan9514::kErrorSummary | Lan9514::kLengthError, 0x114, 0x00, 0x11c,
       0xffff'0002},
  };
  return kinds;
}

struct CountingWaker final : kernel::Waker {
  void Wake() override { ++count; }
  int count = 0;
};

// A frame to `to` with contents that its size and `seed` make.
inline Bytes FrameOf(std::size_t size, unsigned seed = 0, const net::MacAddress& to = kMac) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 + size + seed * 7 + (seed >> 8));
  std::ranges::copy(to.bytes, bytes.begin());
  return bytes;
}

// The driver, a chip on a bus, and pools that must be full again at the end. The parameter is a place in ChipKinds().
class UsbEthernetTest : public testing::TestWithParam<std::size_t> {
 protected:
  UsbEthernetTest() {
    chip_->on_frame = [this](std::span<const std::byte> frame) { sent_.emplace_back(frame.begin(), frame.end()); };
    bus_.host.Add(ethernet_);
  }

  ~UsbEthernetTest() override {
    device_.is_plugged = false;
    bus_.Run(Duration::Seconds(2));
    EXPECT_FALSE(ethernet_.is_ready());
    EXPECT_EQ(packets_.free_count(), packets_.count());
    EXPECT_EQ(buffers_.free_count(), buffers_.count());
  }

  void Plug() {
    bus_.Plug(device_);
    bus_.Start();
    bus_.Run(Duration::Seconds(1));
  }
  void Replug() {
    device_.Reset();
    bus_.Plug(device_);
    bus_.Run(Duration::Seconds(1));
  }

  void PlugWithLink() {
    Plug();
    ASSERT_TRUE(ethernet_.is_ready());
    ASSERT_TRUE(ethernet_.HasLink());
  }

  void ExpectNothingWrong() {
    EXPECT_TRUE(chip_->violations().empty()) << chip_->violations().front();
    EXPECT_TRUE(device_.complaints.empty()) << device_.complaints.front();
  }

  // Runs the bus until nothing comes any more.
  Frames ReceiveAll(Duration time = Duration::Milliseconds(3)) {
    std::vector<Bytes> frames;
    std::array<net::Packet, 4> batch;
    for (;;) {
      bus_.Run(time);
      const std::size_t count = ethernet_.Receive(0, batch);
      for (net::Packet& packet : std::span(batch).first(count)) {
        Bytes bytes(packet.size());
        packet.CopyTo(0, bytes);
        frames.push_back(std::move(bytes));
        packet = net::Packet();
      }
      if (count == 0) return frames;
      time = Duration::Microseconds(100);
    }
  }

  // As the stack makes them: a header, and payload in buffers.
  net::Packet PacketOf(const Bytes& bytes) {
    net::Packet packet = packets_.Take();
    constexpr std::size_t kHeader = 14;
    for (std::size_t done = kHeader; done < bytes.size(); done += 700) {
      net::Buffer buffer = buffers_.Take();
      const std::size_t size = std::min<std::size_t>(700, bytes.size() - done);
      std::ranges::copy(std::span(bytes).subspan(done, size), buffer.data());
      EXPECT_TRUE(packet.Append(std::move(buffer), 0, size));
    }
    std::ranges::copy(std::span(bytes).first(kHeader), packet.Prepend(kHeader).begin());
    return packet;
  }

  bool Send(const Bytes& bytes) { return ethernet_.Transmit(0, PacketOf(bytes)); }

  const ChipKind& kind_ = ChipKinds()[GetParam()];
  std::unique_ptr<models::UsbEthernet> chip_ = kind_.make();
  ModelChip device_{*chip_};
  std::vector<Bytes> sent_;  // what the chip put on the wire
  usb::ModelBus bus_;
  CountingWaker waker_;
  std::unique_ptr<UsbEthernet::Memory> memory_ = std::make_unique<UsbEthernet::Memory>();
  Bytes packet_storage_ = Bytes(net::PacketPool::StorageFor(400));
  Bytes buffer_storage_ = Bytes(net::BufferPool::StorageFor(600, 2048));
  net::PacketPool packets_{packet_storage_};
  net::BufferPool buffers_{buffer_storage_, 2048};
  UsbEthernet ethernet_{kind_.chip, kMac, *memory_, packets_, buffers_, waker_};
};

}  // namespace drivers::usb_ethernet

#endif  // ENKEL_DRIVERS_BUS_USB_ETHERNET_TEST_RIG_H_
