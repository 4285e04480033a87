// Frames, and what a chip is told for them: everything works.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb_ethernet/chip.h"
#include "drivers/bus/usb_ethernet/test_rig.h"
#include "drivers/bus/usb_ethernet/usb_ethernet.h"
#include "drivers/bus/usb_ethernet/whichever.h"
#include "drivers/net/lan7800/lan7800.h"
#include "drivers/net/lan9514/lan9514.h"
#include "kernel/base/time.h"
#include "net/device.h"
#include "net/packet/packet.h"
#include "testing/models/usb_ethernet.h"

namespace drivers::usb_ethernet {
namespace {

Bytes Padded(Bytes frame) {
  frame.resize(std::max<std::size_t>(frame.size(), 60));
  return frame;
}

INSTANTIATE_TEST_SUITE_P(Chips, UsbEthernetTest, testing::Range<std::size_t>(0, 4),
                         [](const auto& info) { return ChipKinds()[info.param].name; });

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
