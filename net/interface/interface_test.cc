#include "net/interface/interface.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/interface/test_device.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"

namespace net {
namespace {

constexpr MacAddress Mac(std::uint8_t last) {
  MacAddress mac = TestDevice::kMac;
  mac.bytes[5] = std::byte{last};
  return mac;
}
constexpr MacAddress kPeer = Mac(2);

// Keeps what it is given.
class Recorder final : public FrameReceiver {
 public:
  void Receive(Packet& packet, const FrameReceived& frame) override {
    packets.push_back(std::move(packet));
    frames.push_back(frame);
  }

  std::vector<Packet> packets;
  std::vector<FrameReceived> frames;
};

class InterfaceTest : public testing::Test {
 protected:
  InterfaceTest() { interface_.Register(wire::EtherType::kIpv4, ipv4_); }

  Packet Frame(const wire::Ethernet& header, std::span<const std::byte> payload) {
    Packet packet = context_.PacketOf(payload);
    header.Write(packet.Prepend(header.size()));
    return packet;
  }
  Packet FrameTo(const MacAddress& destination, wire::EtherType type = wire::EtherType::kIpv4) {
    return Frame({.destination = destination, .source = kPeer, .type = type}, std::array<std::byte, 46>{});
  }

  // One turn of the stack.
  void Poll() {
    context_->SetInTurn(true);
    interface_.Poll();
    interface_.EndTurn();
    context_->SetInTurn(false);
  }

  TestContext context_;
  TestDevice device_;
  Interface interface_{context_, device_, {}};
  Recorder ipv4_;
};

TEST_F(InterfaceTest, AFrameForUsGoesToTheReceiverOfItsType) {
  device_.Put(Frame({.destination = TestDevice::kMac, .source = kPeer, .type = wire::EtherType::kIpv4},
                    std::array{std::byte{1}, std::byte{2}}));
  device_.Put(FrameTo(TestDevice::kMac, wire::EtherType::kIpv6));
  Poll();
  ASSERT_EQ(ipv4_.packets.size(), 1u);
  EXPECT_EQ(BytesOf(ipv4_.packets[0]), (std::vector{std::byte{1}, std::byte{2}}));
  EXPECT_EQ(ipv4_.frames[0].interface, &interface_);
  EXPECT_FALSE(ipv4_.frames[0].is_group);
  EXPECT_EQ(interface_.counters().received, 1u);
  EXPECT_EQ(interface_.counters().unknown_type, 1u);
}

TEST_F(InterfaceTest, OtherHostsFramesAndBrokenOnesAreCountedAndDropped) {
  device_.Put(FrameTo(Mac(9)));
  device_.Put(context_.PacketOf(std::array<std::byte, 13>{}));
  device_.Put(context_.PacketOf({}));
  device_.Put(Frame({.destination = TestDevice::kMac, .source = kBroadcastMac, .type = wire::EtherType::kIpv4}, {}));
  Poll();
  EXPECT_TRUE(ipv4_.packets.empty());
  EXPECT_EQ(interface_.counters().not_for_us, 1u);
  EXPECT_EQ(interface_.counters().malformed, 3u);
}

TEST_F(InterfaceTest, GroupsAreReceivedWhileSomebodyIsInThem) {
  const MacAddress group = MacOfGroup(Ipv4Address::Of(224, 0, 0, 251));
  const auto count_received = [&] {
    device_.Put(FrameTo(group));
    const std::size_t before = ipv4_.packets.size();
    Poll();
    return ipv4_.packets.size() - before;
  };
  EXPECT_EQ(count_received(), 0u);
  ASSERT_TRUE(interface_.JoinGroup(group));
  ASSERT_TRUE(interface_.JoinGroup(group));
  EXPECT_EQ(count_received(), 1u);
  EXPECT_TRUE(ipv4_.frames.back().is_group);
  interface_.LeaveGroup(group);
  EXPECT_EQ(count_received(), 1u);
  interface_.LeaveGroup(group);
  EXPECT_EQ(count_received(), 0u);
  device_.Put(FrameTo(kBroadcastMac));
  Poll();
  EXPECT_EQ(ipv4_.packets.size(), 3u);
  EXPECT_TRUE(ipv4_.frames.back().is_group);
}

TEST_F(InterfaceTest, ThereIsRoomForOnlySoManyGroups) {
  for (std::uint8_t i = 0; i < Interface::kMostGroups; ++i) {
    ASSERT_TRUE(interface_.JoinGroup(MacOfGroup(Ipv4Address::Of(224, 0, 1, i))));
  }
  EXPECT_EQ(interface_.JoinGroup(MacOfGroup(Ipv4Address::Of(224, 0, 2, 0))), kernel::Fail(kernel::Error::kOutOfMemory));
  EXPECT_TRUE(interface_.JoinGroup(MacOfGroup(Ipv4Address::Of(224, 0, 1, 3))));
}

TEST_F(InterfaceTest, SentPacketsGetAHeaderAndAreFlushedOnceATurn) {
  ASSERT_TRUE(interface_.Send(context_.PacketOf(std::array{std::byte{7}}), kPeer, wire::EtherType::kArp));
  EXPECT_TRUE(context_.TakeWakeUp());
  ASSERT_TRUE(interface_.Send(context_.PacketOf(std::array{std::byte{8}}), kPeer, wire::EtherType::kArp));
  EXPECT_FALSE(context_.TakeWakeUp()) << "one wake-up a turn";
  EXPECT_EQ(device_.waiting(), 0u);
  Poll();
  EXPECT_EQ(device_.flushes(), 1u);
  Packet frame = device_.Take();
  const auto header = wire::Ethernet::Parse(frame.Peek(14));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->destination, kPeer);
  EXPECT_EQ(header->source, TestDevice::kMac);
  EXPECT_EQ(header->type, wire::EtherType::kArp);
  EXPECT_EQ(BytesOf(frame).back(), std::byte{7});
  EXPECT_EQ(BytesOf(device_.Take()).back(), std::byte{8});
  Poll();
  EXPECT_EQ(device_.flushes(), 1u) << "nothing was sent";
  EXPECT_EQ(interface_.counters().transmitted, 2u);
}

TEST_F(InterfaceTest, AFullDeviceIsSaidAndCounted) {
  device_.SetRoom(1);
  ASSERT_TRUE(interface_.Send(context_.PacketOf({}), kPeer, wire::EtherType::kArp));
  EXPECT_EQ(interface_.Send(context_.PacketOf({}), kPeer, wire::EtherType::kArp),
            kernel::Fail(kernel::Error::kWouldBlock));
  EXPECT_EQ(interface_.counters().transmit_full, 1u);
  Poll();
  EXPECT_TRUE(interface_.Send(context_.PacketOf({}), kPeer, wire::EtherType::kArp));
}

TEST_F(InterfaceTest, APollTakesABoundedBatchAndSaysThatThereIsMore) {
  for (int i = 0; i < 40; ++i) device_.Put(FrameTo(TestDevice::kMac));
  EXPECT_TRUE(interface_.Poll());
  EXPECT_EQ(ipv4_.packets.size(), 32u);
  EXPECT_FALSE(interface_.Poll());
  EXPECT_EQ(ipv4_.packets.size(), 40u);
}

TEST_F(InterfaceTest, AllQueuesAreServedAndAFlowStaysInOne) {
  TestDevice device({.mac = TestDevice::kMac, .queues = 4, .can_sum_transmitted = true});
  Interface interface(context_, device, {});
  interface.Register(wire::EtherType::kIpv4, ipv4_);
  for (std::uint16_t queue = 0; queue < 4; ++queue) device.Put(FrameTo(TestDevice::kMac), queue);
  interface.Poll();
  EXPECT_EQ(ipv4_.packets.size(), 4u);
  // Sixteen flows of two packets each: both in the same queue, and more than one queue in use.
  for (std::uint8_t flow = 0; flow < 16; ++flow) {
    for (int i = 0; i < 2; ++i) {
      Packet packet = context_.PacketOf(std::array{std::byte{0x12}, std::byte{flow}, std::byte{0}, std::byte{80}});
      packet.info() = {.checksum = PacketInfo::Checksum::kPartial};
      ASSERT_TRUE(interface.Send(std::move(packet), kPeer, wire::EtherType::kIpv4));
    }
  }
  interface.EndTurn();
  int used = 0;
  for (std::uint16_t queue = 0; queue < 4; ++queue) {
    std::array<int, 16> seen = {};
    if (device.waiting(queue) != 0) ++used;
    while (Packet frame = device.Take(queue)) ++seen[static_cast<std::size_t>(BytesOf(frame)[15])];
    for (const int count : seen) EXPECT_TRUE(count == 0 || count == 2);
  }
  EXPECT_GT(used, 1);
}

// A packet of `slices` pieces with a header of 8 bytes of its own whose checksum, at byte 6, is left to the device.
Packet PartialPacket(TestContext& context, std::size_t slices) {
  Packet packet = context.packets().Take();
  for (std::size_t i = 0; i < slices; ++i) {
    Buffer buffer = context.buffers().Take();
    for (std::size_t place = 0; place < 64; ++place) buffer.data()[place] = static_cast<std::byte>(i * 64 + place);
    EXPECT_TRUE(packet.Append(std::move(buffer), 1, 7));  // odd sizes: the sum must not mind
  }
  const std::span<std::byte> header = packet.Prepend(8);
  std::ranges::fill(header, std::byte{0x21});
  wire::StoreBig(&header[6], std::uint16_t{0x1234});
  packet.info() = {.checksum = PacketInfo::Checksum::kPartial, .checksum_field = 6};
  return packet;
}

TEST_F(InterfaceTest, AChecksumIsFinishedForADeviceThatCannot) {
  TestDevice device({.mac = TestDevice::kMac, .most_slices = 8});
  Interface interface(context_, device, {});
  const std::vector<std::byte> before = BytesOf(PartialPacket(context_, 3));
  ASSERT_TRUE(interface.Send(PartialPacket(context_, 3), kPeer, wire::EtherType::kIpv4));
  interface.EndTurn();
  Packet frame = device.Take();
  EXPECT_EQ(frame.info().checksum, PacketInfo::Checksum::kNone);
  std::vector<std::byte> after = BytesOf(frame);
  after.erase(after.begin(), after.begin() + 14);
  // The right sum: all words with the field as it was, 0x1234, and the field's complement make 0xffff.
  wire::Checksum sum;
  sum.Add(before);
  EXPECT_EQ(wire::LoadBig<std::uint16_t>(&after[6]), sum.Finish());
  EXPECT_EQ(interface.counters().summed, 1u);
}

TEST_F(InterfaceTest, AChecksumIsLeftToADeviceThatCan) {
  TestDevice device({.mac = TestDevice::kMac, .most_slices = 8, .can_sum_transmitted = true});
  Interface interface(context_, device, {});
  ASSERT_TRUE(interface.Send(PartialPacket(context_, 3), kPeer, wire::EtherType::kIpv4));
  interface.EndTurn();
  Packet frame = device.Take();
  EXPECT_EQ(frame.info().checksum, PacketInfo::Checksum::kPartial);
  EXPECT_EQ(frame.info().checksum_start, 14u) << "the offsets moved with the Ethernet header";
  EXPECT_EQ(interface.counters().summed, 0u);
}

TEST_F(InterfaceTest, TooManySlicesAreCopiedTogether) {
  Packet packet = PartialPacket(context_, 5);
  packet.info() = {};
  std::vector<std::byte> before = BytesOf(packet);
  ASSERT_TRUE(interface_.Send(std::move(packet), kPeer, wire::EtherType::kIpv4));
  interface_.EndTurn();
  Packet frame = device_.Take();
  EXPECT_EQ(frame.slices().size(), 1u);
  std::vector<std::byte> after = BytesOf(frame);
  EXPECT_TRUE(std::ranges::equal(before, std::span(after).subspan(14)));
  EXPECT_EQ(interface_.counters().linearised, 1u);
}

TEST_F(InterfaceTest, WhatCannotBeMadeFitIsRefused) {
  TestContext poor(1, 3, 5);
  Interface interface(poor, device_, {});
  EXPECT_EQ(interface.Send(PartialPacket(poor, 5), kPeer, wire::EtherType::kIpv4),
            kernel::Fail(kernel::Error::kOutOfMemory))
      << "no buffer is left to copy into";
  Packet large = context_.PacketOf(std::vector<std::byte>(3000));
  EXPECT_EQ(interface_.Send(std::move(large), kPeer, wire::EtherType::kIpv4), kernel::Fail(kernel::Error::kTooLong));
  Packet odd = PartialPacket(context_, 1);
  odd.info().checksum_start = 200;
  EXPECT_EQ(interface_.Send(std::move(odd), kPeer, wire::EtherType::kIpv4), kernel::Fail(kernel::Error::kTooLong));
  Packet segment = PartialPacket(context_, 1);
  segment.info().segmentation = PacketInfo::Segmentation::kTcpIpv4;
  EXPECT_EQ(interface_.Send(std::move(segment), kPeer, wire::EtherType::kIpv4), kernel::Fail(kernel::Error::kTooLong));
  EXPECT_EQ(interface_.counters().transmit_unfit, 3u);
}

class LinkRecorder final : public LinkListener {
 public:
  void OnLinkChange(Interface&, bool has_link) override { changes.push_back(has_link); }
  std::vector<bool> changes;
};

TEST_F(InterfaceTest, WhoListensIsToldOfTheCable) {
  LinkRecorder first, second;
  interface_.AddLinkListener(first);
  interface_.AddLinkListener(second);
  EXPECT_TRUE(interface_.has_link());
  Poll();
  device_.SetLink(false);
  EXPECT_TRUE(interface_.has_link());
  Poll();
  EXPECT_FALSE(interface_.has_link());
  interface_.RemoveLinkListener(second);
  device_.SetLink(true);
  Poll();
  EXPECT_EQ(first.changes, (std::vector{false, true}));
  EXPECT_EQ(second.changes, (std::vector{false}));
}

TEST_F(InterfaceTest, AVlanHasAnInterfaceOfItsOwn) {
  Interface vlan(interface_, 7, 2);
  Recorder of_vlan;
  vlan.Register(wire::EtherType::kIpv4, of_vlan);
  const auto put = [&](std::uint16_t id) {
    device_.Put(Frame({.destination = TestDevice::kMac, .source = kPeer, .type = wire::EtherType::kIpv4, .vlan = id},
                      std::array<std::byte, 42>{}));
  };
  put(7);
  put(8);
  put(0);
  device_.Put(FrameTo(TestDevice::kMac));
  Poll();
  ASSERT_EQ(of_vlan.packets.size(), 1u);
  EXPECT_EQ(of_vlan.packets[0].size(), 42u);
  EXPECT_EQ(of_vlan.frames[0].interface, &vlan);
  EXPECT_EQ(ipv4_.packets.size(), 2u) << "without a tag, or with a priority alone";
  EXPECT_EQ(interface_.counters().unknown_vlan, 1u);
  ASSERT_TRUE(vlan.Send(context_.PacketOf({}), kPeer, wire::EtherType::kIpv4));
  Poll();
  Packet frame = device_.Take();
  const auto header = wire::Ethernet::Parse(frame.Peek(18));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->vlan, 7);
  EXPECT_EQ(header->type, wire::EtherType::kIpv4);
}

TEST_F(InterfaceTest, AVlansGroupsAreItsOwn) {
  Interface vlan(interface_, 7, 2);
  Recorder of_vlan;
  vlan.Register(wire::EtherType::kIpv4, of_vlan);
  const MacAddress group = MacOfGroup(Ipv4Address::Of(224, 0, 0, 251));
  ASSERT_TRUE(interface_.JoinGroup(group));
  device_.Put(Frame({.destination = group, .source = kPeer, .type = wire::EtherType::kIpv4, .vlan = 7}, {}));
  Poll();
  EXPECT_TRUE(of_vlan.packets.empty());
  EXPECT_EQ(vlan.counters().not_for_us, 1u);
}

}  // namespace
}  // namespace net
