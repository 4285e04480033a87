#include "net/igmp/igmp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/ipv4/test_host.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"
#include "net/wire/igmp.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::igmp {
namespace {

using ipv4::TestHost;
using kernel::Duration;
using wire::IgmpType;
using Kind = wire::IgmpReport::Kind;

constexpr Ipv4Address kGroup = Ipv4Address::Of(239, 1, 2, 3);
constexpr Ipv4Address kOther = Ipv4Address::Of(239, 1, 2, 4);
constexpr Ipv4Address kAllHosts = Ipv4Address::Of(224, 0, 0, 1);

// What a message says about a group.
struct Said {
  IgmpType type;
  Kind kind = Kind::kIsExclude;  // of version 3
  Ipv4Address group;
  Ipv4Address destination;
};

class IgmpTest : public testing::Test {
 protected:
  // What was sent since the last call. All of it is well-formed: TTL 1, a router alert, right checksums.
  std::vector<Said> TakeSaid() {
    host_.Poll();
    std::vector<Said> all;
    while (Packet frame = host_.device.Take()) {
      const std::vector<std::byte> bytes = BytesOf(frame);
      const auto ethernet = wire::Ethernet::Parse(bytes);
      if (ethernet->type != wire::EtherType::kIpv4) continue;
      const auto packet = std::span(bytes).subspan(wire::kEthernetSize);
      const auto header = wire::Ipv4::Parse(packet, packet.size());
      if (!header || header->protocol != wire::IpProtocol::kIgmp) {
        ADD_FAILURE() << "no IGMP";
        continue;
      }
      EXPECT_EQ(header->header_size, 24);
      EXPECT_EQ(packet[20], std::byte{0x94});
      EXPECT_EQ(packet[21], std::byte{4});
      EXPECT_EQ(header->time_to_live, 1);
      EXPECT_EQ(header->source, TestHost::kOurs);
      EXPECT_EQ(ethernet->destination, MacOfGroup(header->destination));
      const auto message = packet.subspan(24);
      wire::Checksum sum;
      sum.Add(message);
      EXPECT_EQ(sum.Sum(), 0xffff);
      const bool is_version_3 = message[0] == static_cast<std::byte>(IgmpType::kReportV3);
      all.push_back({.type = static_cast<IgmpType>(message[0]),
                     .kind = is_version_3 ? static_cast<Kind>(message[8]) : Kind::kIsExclude,
                     .group = Ipv4Address::Load(&message[is_version_3 ? 12 : 4]),
                     .destination = header->destination});
    }
    return all;
  }

  void Put(std::span<const std::byte> message, Ipv4Address destination = kAllHosts, std::uint8_t time_to_live = 1) {
    host_.Put({.time_to_live = time_to_live,
               .protocol = wire::IpProtocol::kIgmp,
               .source = TestHost::kRouter,
               .destination = destination},
              message, MacOfGroup(destination));
    host_.Poll();
  }

  void Query(const wire::IgmpQuery& query, std::uint8_t time_to_live = 1) {
    std::vector<std::byte> bytes(query.size());
    query.Write(bytes);
    Put(bytes, kAllHosts, time_to_live);
  }

  void Join(Ipv4Address group = kGroup) { ASSERT_TRUE(host_.ipv4.JoinGroup(host_.interface, group)); }
  void Leave(Ipv4Address group = kGroup) { ASSERT_TRUE(host_.ipv4.LeaveGroup(host_.interface, group)); }
  void Settle() {
    host_.Advance(Duration::Seconds(30));
    TakeSaid();
  }

  TestHost host_;
  Igmp igmp_{*host_.context.operator->(), host_.ipv4};
};

TEST_F(IgmpTest, JoiningAndLeavingAreToldAtOnceAndOnceMore) {
  Join();
  host_.Advance({});
  std::vector<Said> said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].type, IgmpType::kReportV3);
  EXPECT_EQ(said[0].kind, Kind::kToExclude);
  EXPECT_EQ(said[0].group, kGroup);
  EXPECT_EQ(said[0].destination, Ipv4Address::Of(224, 0, 0, 22));
  host_.Advance(Duration::Seconds(1));
  EXPECT_EQ(TakeSaid().size(), 1u);
  host_.Advance(Duration::Seconds(100));
  EXPECT_TRUE(TakeSaid().empty());
  Leave();
  host_.Advance({});
  said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].kind, Kind::kToInclude);
  host_.Advance(Duration::Seconds(100));
  EXPECT_EQ(TakeSaid().size(), 1u);
  EXPECT_EQ(igmp_.counters().reports, 4u);
  EXPECT_EQ(host_.context->timers().running(), 0u);
}

TEST_F(IgmpTest, GroupsThatWereJoinedBeforeAreToldToo) {
  TestHost host;
  ASSERT_TRUE(host.ipv4.JoinGroup(host.interface, kGroup));
  Igmp igmp(*host.context.operator->(), host.ipv4);
  host.Advance(Duration::Seconds(2));
  EXPECT_EQ(igmp.counters().reports, 2u);  // and not the group of all hosts
}

TEST_F(IgmpTest, AQueryIsAnsweredAtARandomMomentWithinItsTime) {
  Join();
  Join(kOther);
  Settle();
  std::vector<std::int64_t> delays;
  for (int i = 0; i < 20; ++i) {
    Query({.most_delay = 10'000});
    const std::int64_t begin = host_.context->now().nanoseconds;
    std::size_t answers = 0;
    for (int ms = 0; ms < 10'100; ms += 100) {
      host_.Advance(Duration::Milliseconds(100));
      for (const Said& each : TakeSaid()) {
        EXPECT_EQ(each.kind, Kind::kIsExclude);
        if (each.group == kGroup) delays.push_back(host_.context->now().nanoseconds - begin);
        ++answers;
      }
    }
    EXPECT_EQ(answers, 2u);
  }
  EXPECT_LT(*std::ranges::min_element(delays), 3'000'000'000);
  EXPECT_GT(*std::ranges::max_element(delays), 7'000'000'000);
}

TEST_F(IgmpTest, AQueryForAGroupIsAnsweredForThatOne) {
  Join();
  Join(kOther);
  Settle();
  Query({.most_delay = 1000, .group = kOther});
  host_.Advance(Duration::Seconds(2));
  const std::vector<Said> said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].group, kOther);
}

TEST_F(IgmpTest, WhoLeavesBeforeItsAnswerIsDueDoesNotAnswer) {
  Join();
  Settle();
  Query({.most_delay = 10'000});
  Leave();
  host_.Advance(Duration::Seconds(20));
  for (const Said& each : TakeSaid()) EXPECT_EQ(each.kind, Kind::kToInclude);
}

TEST_F(IgmpTest, AQuerierOfVersionTwoIsAnsweredInItsVersionForAWhile) {
  Join();
  Settle();
  Query({.version = 2, .most_delay = 1000});
  host_.Advance(Duration::Seconds(2));
  std::vector<Said> said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].type, IgmpType::kReportV2);
  EXPECT_EQ(said[0].destination, kGroup);
  Leave();
  host_.Advance({});
  said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].type, IgmpType::kLeave);
  EXPECT_EQ(said[0].destination, Ipv4Address::Of(224, 0, 0, 2));
  host_.Advance(Duration::Seconds(300));
  TakeSaid();
  Join();
  host_.Advance({});
  EXPECT_EQ(TakeSaid().at(0).type, IgmpType::kReportV3);
}

TEST_F(IgmpTest, ToAQuerierOfVersionOneNobodySaysThatItLeaves) {
  Join();
  Settle();
  Query({.version = 1});
  host_.Advance(Duration::Seconds(11));
  EXPECT_EQ(TakeSaid().at(0).type, IgmpType::kReportV1);
  Leave();
  host_.Advance(Duration::Seconds(30));
  EXPECT_TRUE(TakeSaid().empty());
}

TEST_F(IgmpTest, AnAnswerOfAnotherHostIsEnoughForAnOldQuerier) {
  Join();
  Settle();
  std::vector<std::byte> report(wire::kIgmpSize);
  wire::IgmpMessage{.type = IgmpType::kReportV2, .group = kGroup}.Write(report);
  Query({.most_delay = 10'000});
  Put(report, kGroup);
  host_.Advance(Duration::Seconds(11));
  EXPECT_EQ(TakeSaid().size(), 1u);  // version 3 does not listen to others
  Query({.version = 2, .most_delay = 10'000});
  Put(report, kGroup);
  host_.Advance(Duration::Seconds(11));
  EXPECT_TRUE(TakeSaid().empty());
  EXPECT_EQ(igmp_.counters().suppressed, 1u);
}

TEST_F(IgmpTest, WhatIsMalformedOrFromAfarIsCountedAndDropped) {
  Join();
  Settle();
  Query({.most_delay = 1000}, 64);
  std::vector<std::byte> bytes(wire::IgmpQuery::kVersion3Size);
  wire::IgmpQuery{.most_delay = 1000}.Write(bytes);
  bytes[3] ^= std::byte{1};
  Put(bytes);
  Put(std::vector<std::byte>(7));
  host_.Advance(Duration::Seconds(10));
  EXPECT_TRUE(TakeSaid().empty());
  EXPECT_EQ(igmp_.counters().invalid, 3u);
}

TEST_F(IgmpTest, WithoutAPacketNothingIsSaidAndNothingBreaks) {
  std::vector<Packet> hoard;
  while (Packet packet = host_.context.packets().Take()) hoard.push_back(std::move(packet));
  Join();
  host_.Advance(Duration::Seconds(10));
  EXPECT_EQ(igmp_.counters().reports, 0u);
  hoard.clear();
  Query({.most_delay = 100});
  host_.Advance(Duration::Seconds(1));
  EXPECT_EQ(TakeSaid().size(), 1u);
}

}  // namespace
}  // namespace net::igmp
