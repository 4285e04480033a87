#include "drivers/bus/usb_ethernet/usb_ethernet.h"

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
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb_ethernet/chip.h"
#include "drivers/bus/usb_ethernet/model_chip.h"
#include "drivers/bus/usb_ethernet/whichever.h"
#include "drivers/net/lan7800/lan7800.h"
#include "drivers/net/lan9514/lan9514.h"
#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "testing/models/lan7800/lan7800.h"
#include "testing/models/lan9514/lan9514.h"
#include "testing/models/usb_ethernet.h"

namespace drivers::usb_ethernet {
namespace {

using Bytes = std::vector<std::byte>;
using Frames = std::vector<Bytes>;
using kernel::Duration;
using models::Lan7800;
using models::Lan9514;

constexpr net::MacAddress kMac = {
    {std::byte{0xb8}, std::byte{0x27}, std::byte{0xeb}, std::byte{1}, std::byte{2}, std::byte{3}}};

struct Kind {
  std::string name;
  const Chip& chip;
  std::function<std::unique_ptr<models::UsbEthernet>()> make;
  std::uint32_t hard_error;              // of a received frame's status
  std::uint32_t doubt;                   // that is no reason to drop it; 0: there is none
  std::uint32_t mii_command, id;         // registers
  std::uint32_t flow, pauses_both_ways;  // register, and what it holds after negotiation
};

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
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
Bytes FrameOf(std::size_t size, unsigned seed = 0, const net::MacAddress& to = kMac) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 + size + seed * 7 + (seed >> 8));
  std::ranges::copy(to.bytes, bytes.begin());
  return bytes;
}

Bytes Padded(Bytes frame) {
  frame.resize(std::max<std::size_t>(frame.size(), 60));
  return frame;
}

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

  const Kind& kind_ = Kinds()[GetParam()];
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

INSTANTIATE_TEST_SUITE_P(Chips, UsbEthernetTest, testing::Range<std::size_t>(0, 4),
                         [](const auto& info) { return Kinds()[info.param].name; });

TEST_P(UsbEthernetTest, StartsByTheBookAndFindsItsLink) {
  PlugWithLink();
  EXPECT_EQ(ethernet_.counters().starts, 1u);
  EXPECT_EQ(ethernet_.counters().failed_scripts, 0u);
  EXPECT_EQ(ethernet_.capabilities().mac, kMac);
  EXPECT_GT(waker_.count, 0);
  ExpectNothingWrong();
}

TEST_P(UsbEthernetTest, PauseFramesAreAgreedOnAndEnergyEfficientEthernetIsOff) {
  PlugWithLink();
  EXPECT_TRUE(chip_->phy().is_pause_advertised());
  EXPECT_FALSE(chip_->phy().is_eee_advertised());
  EXPECT_EQ(chip_->registers().Get(kind_.flow), kind_.pauses_both_ways);
}

TEST_P(UsbEthernetTest, FramesOfAllSizesArriveAsTheyWere) {
  PlugWithLink();
  std::vector<Bytes> expected;
  for (std::size_t size = 60; size <= 1514; size += 23) {
    expected.push_back(FrameOf(size));
    chip_->Arrive(expected.back());
    if (expected.size() % 6 != 0) continue;
    EXPECT_EQ(ReceiveAll(), expected);
    expected.clear();
  }
  EXPECT_GT(chip_->counters().longest_burst, 1u);
  EXPECT_EQ(ethernet_.ReadCounters().receive_errors, 0u);
  ExpectNothingWrong();
}

TEST_P(UsbEthernetTest, ABurstThatEndsOnAFullPacketEndsThere) {
  PlugWithLink();
  for (std::size_t size = 60; size <= 1514; ++size) {
    chip_->Arrive(FrameOf(size));
    const std::vector<Bytes> frames = ReceiveAll(Duration::Milliseconds(1));
    ASSERT_EQ(frames.size(), 1u) << size;
    ASSERT_EQ(frames[0], FrameOf(size)) << size;
  }
}

TEST_P(UsbEthernetTest, FramesOfAllSizesAreSentAsTheyWere) {
  PlugWithLink();
  std::vector<Bytes> expected;
  for (std::size_t size = 14; size <= 1514; ++size) {
    expected.push_back(Padded(FrameOf(size)));
    ASSERT_TRUE(Send(FrameOf(size)));
    if (size % 3 == 0) ethernet_.Flush(0);
    if (size % 50 == 0) {
      ethernet_.Flush(0);
      bus_.Run(Duration::Milliseconds(20));
    }
  }
  ethernet_.Flush(0);
  bus_.Run(Duration::Milliseconds(50));
  EXPECT_EQ(sent_, expected);
  if (kind_.chip.send_size > 4096) EXPECT_GT(chip_->counters().longest_batch, 3u);
  ExpectNothingWrong();
}

TEST_P(UsbEthernetTest, WhatIsForOthersStaysOutside) {
  PlugWithLink();
  net::MacAddress other = kMac;
  other.bytes[5] = std::byte{9};
  const net::MacAddress group = {{std::byte{0x33}, std::byte{0x33}, {}, {}, {}, std::byte{1}}};
  chip_->Arrive(FrameOf(100, 1, other));
  chip_->Arrive(FrameOf(100, 2, group));
  chip_->Arrive(FrameOf(100, 3, net::kBroadcastMac));
  EXPECT_EQ(ReceiveAll(), (Frames{FrameOf(100, 2, group), FrameOf(100, 3, net::kBroadcastMac)}));
}

TEST_P(UsbEthernetTest, DamagedFramesAreDroppedAndThoseWithADoubtedChecksumAreNot) {
  PlugWithLink();
  chip_->Arrive(FrameOf(200, 1));
  chip_->Arrive(FrameOf(300, 2), {.status = kind_.hard_error, .length = {}});
  chip_->Arrive(FrameOf(400, 3), {.status = kind_.doubt, .length = {}});
  chip_->Arrive(FrameOf(500, 4));
  EXPECT_EQ(ReceiveAll(), (Frames{FrameOf(200, 1), FrameOf(400, 3), FrameOf(500, 4)}));
  EXPECT_EQ(ethernet_.counters().damaged_frames, 1u);
  EXPECT_EQ(ethernet_.ReadCounters().receive_errors, 1u);
}

TEST_P(UsbEthernetTest, ALengthThatCannotBeEndsItsBurstAndNoOther) {
  PlugWithLink();
  for (const std::uint32_t lie : {0u, 3u, 4u, 17u, 2000u, 0x3fffu}) {
    chip_->Arrive(FrameOf(100, 1));
    chip_->Arrive(FrameOf(100, 2), {.status = 0, .length = lie});
    const std::vector<Bytes> frames = ReceiveAll();
    ASSERT_GE(frames.size(), 1u);
    EXPECT_EQ(frames[0], FrameOf(100, 1));
    chip_->ArriveRaw(Bytes(lie % 13 + 1));
    (void)ReceiveAll();
    chip_->Arrive(FrameOf(900, 3));
    EXPECT_EQ(ReceiveAll(), Frames{FrameOf(900, 3)});
  }
  EXPECT_GT(ethernet_.counters().bad_lengths, 0u);
}

TEST_P(UsbEthernetTest, WithoutBuffersFramesAreDroppedAndCounted) {
  PlugWithLink();
  std::vector<net::Buffer> taken;
  while (net::Buffer buffer = buffers_.Take()) taken.push_back(std::move(buffer));
  for (int i = 0; i < 5; ++i) chip_->Arrive(FrameOf(1000));
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_EQ(ethernet_.ReadCounters().receive_drops, 5u);
  taken.clear();
  chip_->Arrive(FrameOf(1000));
  EXPECT_EQ(ReceiveAll().size(), 1u);
}

TEST_P(UsbEthernetTest, MoreThanFitsIsRefusedAndCounted) {
  PlugWithLink();
  std::size_t accepted = 0;
  while (Send(FrameOf(1514, static_cast<unsigned>(accepted)))) ++accepted;
  EXPECT_GE(accepted, UsbEthernet::kMostWaiting);
  EXPECT_EQ(ethernet_.TransmitRoom(0), 0u);
  EXPECT_EQ(ethernet_.ReadCounters().transmit_drops, 1u);
  ethernet_.Flush(0);
  bus_.Run(Duration::Milliseconds(500));
  EXPECT_EQ(sent_.size(), accepted);
  EXPECT_EQ(ethernet_.TransmitRoom(0), UsbEthernet::kMostWaiting);
}

TEST_P(UsbEthernetTest, TheCableIsPulledAThousandTimes) {
  PlugWithLink();
  for (unsigned i = 0; i < 1000; ++i) {
    chip_->SetCable(false);
    bus_.Run(Duration::Milliseconds(60));
    ASSERT_FALSE(ethernet_.HasLink()) << i;
    ASSERT_FALSE(Send(FrameOf(60)));
    chip_->SetCable(true);
    bus_.Run(Duration::Milliseconds(60));
    ASSERT_TRUE(ethernet_.HasLink()) << i;
    chip_->Arrive(FrameOf(77, i));
    ASSERT_EQ(ReceiveAll(), Frames{FrameOf(77, i)});
  }
  EXPECT_EQ(ethernet_.counters().link_changes, 2001u);
  EXPECT_EQ(ethernet_.counters().starts, 1u);
  ExpectNothingWrong();
}

TEST_P(UsbEthernetTest, TheCableMayFlapFasterThanAnybodyLooks) {
  PlugWithLink();
  for (int i = 0; i < 1000; ++i) {
    chip_->SetCable(i % 2 != 0);
    bus_.Run(Duration::Microseconds(300 + i * 37 % 2000));
  }
  chip_->SetCable(true);
  bus_.Run(Duration::Milliseconds(100));
  EXPECT_TRUE(ethernet_.HasLink());
  chip_->SetCable(false);
  bus_.Run(Duration::Milliseconds(100));
  EXPECT_FALSE(ethernet_.HasLink());
  ExpectNothingWrong();
}

TEST_P(UsbEthernetTest, UnpluggedInTheMiddleItComesBackWithoutALeak) {
  PlugWithLink();
  for (unsigned round = 0; round < 40; ++round) {
    for (unsigned i = 0; i < 20; ++i) {
      chip_->Arrive(FrameOf(1514, i));
      Send(FrameOf(1514, i));
    }
    ethernet_.Flush(0);
    device_.faults = {{device_.transactions + static_cast<int>(round), usb::Fault::kUnplug}};
    (void)ReceiveAll();
    device_.is_plugged = false;
    bus_.Run(Duration::Milliseconds(300));
    ASSERT_FALSE(ethernet_.HasLink());
    EXPECT_FALSE(Send(FrameOf(100)));
    device_.faults.clear();
    Replug();
    ASSERT_TRUE(ethernet_.HasLink()) << round;
    sent_.clear();
    ASSERT_TRUE(Send(FrameOf(333, round)));
    ethernet_.Flush(0);
    chip_->Arrive(FrameOf(444, round));
    EXPECT_EQ(ReceiveAll(), Frames{FrameOf(444, round)});
    EXPECT_EQ(sent_, Frames{FrameOf(333, round)});
  }
  EXPECT_EQ(ethernet_.counters().starts, 41u);
}

// Each thing that a device can do wrong, at each of its first transactions and at later ones.
TEST_P(UsbEthernetTest, NothingThatADeviceDoesWrongIsForEver) {
  PlugWithLink();
  const int one_life = device_.transactions;
  bus_.Run(Duration::Milliseconds(1));
  unsigned seed = 0;
  for (const usb::Fault fault :
       {usb::Fault::kDeaf, usb::Fault::kNak, usb::Fault::kStall, usb::Fault::kShort, usb::Fault::kLong,
        usb::Fault::kWrongToggle, usb::Fault::kGarbage, usb::Fault::kDead}) {
    for (int at = 0; at < one_life + 40; at += 1 + at / 9) {
      device_.is_plugged = false;
      bus_.Run(Duration::Milliseconds(300));
      device_.faults = {{device_.transactions + at, fault}};
      Replug();
      for (int i = 0; i < 4; ++i) {
        chip_->Arrive(FrameOf(600, ++seed));
        Send(FrameOf(600, seed));
        ethernet_.Flush(0);
        (void)ReceiveAll(Duration::Milliseconds(20));
      }
      device_.faults.clear();
      device_.is_plugged = false;
      bus_.Run(Duration::Milliseconds(300));
      Replug();
      bus_.Run(Duration::Seconds(2));
      ASSERT_TRUE(ethernet_.HasLink()) << static_cast<int>(fault) << " at " << at;
      sent_.clear();
      chip_->Arrive(FrameOf(700, ++seed));
      ASSERT_TRUE(Send(FrameOf(800, seed)));
      ethernet_.Flush(0);
      ASSERT_EQ(ReceiveAll(), Frames{FrameOf(700, seed)});
      ASSERT_EQ(sent_, Frames{FrameOf(800, seed)});
    }
  }
}

TEST_P(UsbEthernetTest, AnEndpointThatStallsGoesOnByItself) {
  PlugWithLink();
  device_.halted[0x81] = true;
  device_.halted[0x02] = true;
  chip_->Arrive(FrameOf(100));
  Send(FrameOf(100));
  ethernet_.Flush(0);
  bus_.Run(Duration::Milliseconds(100));
  EXPECT_GE(ethernet_.counters().pipe_errors, 2u);
  sent_.clear();
  chip_->Arrive(FrameOf(200));
  Send(FrameOf(300));
  ethernet_.Flush(0);
  const std::vector<Bytes> frames = ReceiveAll(Duration::Milliseconds(100));
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.back(), FrameOf(200));
  EXPECT_EQ(sent_, Frames{FrameOf(300)});
}

TEST_P(UsbEthernetTest, APhyThatIsNeverReadyIsTriedAgainAndAgain) {
  chip_->registers().Stick(kind_.mii_command, true);
  Plug();
  bus_.Run(Duration::Seconds(10));
  EXPECT_FALSE(ethernet_.is_ready());
  EXPECT_GE(ethernet_.counters().failed_scripts, 2u);
  chip_->registers().Stick(kind_.mii_command, false);
  bus_.Run(Duration::Seconds(5));
  EXPECT_TRUE(ethernet_.HasLink());
}

TEST_P(UsbEthernetTest, AChipThatSaysToBeAnotherIsNotUsed) {
  chip_->registers().Set(kind_.id, 0x1234'0000);
  bus_.Plug(device_);
  bus_.Start();
  for (int i = 0; i < 3000; ++i) {
    bus_.Run(Duration::Milliseconds(1));
    chip_->registers().Set(kind_.id, 0x1234'0000);
  }
  EXPECT_EQ(ethernet_.counters().attachments, 1u);
  EXPECT_GT(ethernet_.counters().failed_scripts, 1u);
  EXPECT_FALSE(ethernet_.is_ready());
}

// A board with drivers of both chips: the one that is there is its network, and the other is not in the way.
TEST_P(UsbEthernetTest, OfDriversForBothChipsTheOneWithAChipIsTheNetwork) {
  const Chip& other_chip = &kind_.chip == &net_lan7800::kLan7800 ? net_lan9514::kLan9514 : net_lan7800::kLan7800;
  const auto other_memory = std::make_unique<UsbEthernet::Memory>();
  UsbEthernet other(other_chip, kMac, *other_memory, packets_, buffers_, waker_);
  bus_.host.Add(other);
  const std::array<net::Device*, 2> devices = {&other, &ethernet_};
  Whichever whichever(other.capabilities(), devices);
  EXPECT_FALSE(whichever.HasLink());
  EXPECT_FALSE(whichever.Transmit(0, PacketOf(FrameOf(100))));
  PlugWithLink();
  EXPECT_TRUE(whichever.HasLink());
  EXPECT_TRUE(whichever.Transmit(0, PacketOf(FrameOf(100))));
  whichever.Flush(0);
  chip_->Arrive(FrameOf(200));
  bus_.Run(Duration::Milliseconds(5));
  std::array<net::Packet, 2> batch;
  ASSERT_EQ(whichever.Receive(0, batch), 1u);
  EXPECT_EQ(batch[0].size(), 200u);
  EXPECT_EQ(sent_, Frames{FrameOf(100)});
  EXPECT_EQ(whichever.ReadCounters().received_frames, 1u);
  EXPECT_EQ(whichever.ReadCounters().transmit_drops, 1u);
  batch[0] = net::Packet();
  chip_->SetCable(false);
  bus_.Run(Duration::Milliseconds(100));
  EXPECT_FALSE(whichever.HasLink());
}

// Both ways at once; all bytes are looked at, and the books of both sides agree.
TEST_P(UsbEthernetTest, AHundredThousandFramesArriveWholeAndInTheirOrder) {
  PlugWithLink();
  std::uint64_t received = 0, sent = 0, given = 0;
  unsigned expected_in = 0, expected_out = 0;
  chip_->on_frame = [&](std::span<const std::byte> frame) {
    const Bytes expected = Padded(FrameOf(60 + expected_out * 37 % 1455, expected_out));
    ++expected_out;
    ++sent;
    ASSERT_TRUE(std::ranges::equal(frame, expected));
  };
  std::array<net::Packet, 32> batch;
  constexpr std::uint64_t kFrames = 50'000;
  unsigned next_out = 0;
  while (received < kFrames || sent < kFrames) {
    for (int i = 0; i < 8 && given < kFrames && !chip_->WantsPause(); ++i, ++given) {
      chip_->Arrive(FrameOf(60 + static_cast<unsigned>(given) * 53 % 1455, static_cast<unsigned>(given)));
    }
    for (int i = 0; i < 8 && next_out < kFrames && ethernet_.TransmitRoom(0) > 0; ++i, ++next_out) {
      ASSERT_TRUE(Send(FrameOf(60 + next_out * 37 % 1455, next_out)));
    }
    ethernet_.Flush(0);
    bus_.Run(Duration::Microseconds(250));
    const std::size_t count = ethernet_.Receive(0, batch);
    for (net::Packet& packet : std::span(batch).first(count)) {
      Bytes bytes(packet.size());
      packet.CopyTo(0, bytes);
      ASSERT_EQ(bytes, FrameOf(60 + expected_in * 53 % 1455, expected_in));
      ++expected_in;
      ++received;
      packet = net::Packet();
    }
  }
  const net::DeviceCounters counters = ethernet_.ReadCounters();
  EXPECT_EQ(counters.received_frames, chip_->counters().received);
  EXPECT_EQ(counters.transmitted_frames, chip_->counters().transmitted);
  EXPECT_EQ(counters.received_frames, kFrames);
  EXPECT_EQ(counters.transmitted_frames, kFrames);
  EXPECT_EQ(counters.receive_errors + counters.receive_drops + counters.transmit_drops, 0u);
  EXPECT_EQ(chip_->counters().overflowed, 0u);
  ExpectNothingWrong();
}

}  // namespace
}  // namespace drivers::usb_ethernet
