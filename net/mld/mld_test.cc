#include "net/mld/mld.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "kernel/base/time.h"
#include "net/ipv6/test_host.h"

namespace net::mld {
namespace {

using ipv6::Bytes;
using ipv6::kOwn;
using ipv6::kOwnLinkLocal;
using ipv6::kRouter;
using ipv6::Sent;
using kernel::Duration;
using wire::Icmpv6Type;
using Kind = wire::ListenerRecord::Kind;

constexpr Ipv6Address kGroup = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0xfb);
constexpr Ipv6Address kReports = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0x16);

// What a message says about a group.
struct Said {
  Icmpv6Type type;
  Kind kind = Kind::kIsExclude;  // of version 2
  Ipv6Address group;
  Ipv6Address source;
  Ipv6Address destination;
};

class MldTest : public testing::Test {
 protected:
  MldTest() { host_.Configure(); }

  void Start() { mld_.Add(reporter_); }
  void Settle() {
    host_.Advance(Duration::Seconds(3));
    host_.TakeAll();
  }

  std::vector<Said> TakeSaid() {
    std::vector<Said> all;
    for (const Sent& sent : host_.TakeAll()) {
      EXPECT_EQ(sent.header.next_header, wire::IpProtocol::kHopByHop);
      EXPECT_EQ(sent.header.hop_limit, 1);
      const auto chain = wire::WalkIpv6Chain({.next_header = sent.header.next_header}, sent.payload);
      if (!chain) {
        ADD_FAILURE() << "a bad chain";
        continue;
      }
      EXPECT_TRUE(chain->has_router_alert);
      const Sent message = {.mac = sent.mac,
                            .header = {.next_header = wire::IpProtocol::kIcmpv6,
                                       .source = sent.header.source,
                                       .destination = sent.header.destination},
                            .payload = Bytes(sent.payload.begin() + 8, sent.payload.end())};
      EXPECT_TRUE(message.HasRightChecksum());
      const bool is_version_2 = message.IsIcmpv6(Icmpv6Type::kListenerReportV2);
      all.push_back({.type = message.icmpv6().type,
                     .kind = is_version_2 ? static_cast<Kind>(message.payload[8]) : Kind::kIsExclude,
                     .group = Ipv6Address::Load(&message.payload[is_version_2 ? 12 : 8]),
                     .source = sent.header.source,
                     .destination = sent.header.destination});
    }
    return all;
  }

  void Query(const wire::ListenerQuery& query, const Ipv6Address& source = kRouter, std::uint8_t hop_limit = 1) {
    Bytes bytes(query.size());
    query.Write(bytes);
    const Bytes message =
        ipv6::Message(source, kAllNodes, {.type = Icmpv6Type::kListenerQuery, .body = wire::Icmpv6::Parse(bytes)->body},
                      std::span(bytes).subspan(8));
    host_.Receive(
        {.next_header = wire::IpProtocol::kIcmpv6, .hop_limit = hop_limit, .source = source, .destination = kAllNodes},
        message, MacOfGroup(kAllNodes));
  }

  ipv6::TestHost host_;
  Reporter reporter_{host_.link};
  Mld mld_{host_.icmpv6};
};

TEST_F(MldTest, GroupsThatAreJoinedAlreadyAreToldTwice) {
  Start();
  std::map<Ipv6Address, int> said;
  for (int i = 0; i < 30; ++i) {
    host_.Advance(Duration::Milliseconds(100));
    for (const Said& each : TakeSaid()) {
      EXPECT_EQ(each.type, Icmpv6Type::kListenerReportV2);
      EXPECT_EQ(each.kind, Kind::kToExclude);
      EXPECT_EQ(each.destination, kReports);
      EXPECT_EQ(each.source, kOwnLinkLocal);
      ++said[each.group];
    }
  }
  EXPECT_EQ(said, (std::map<Ipv6Address, int>{{SolicitedNode(kOwn), 2}}));  // not the group of all nodes
}

TEST_F(MldTest, JoiningAndLeavingAreToldAtOnceAndOnceMore) {
  Start();
  Settle();
  ASSERT_TRUE(host_.link.JoinGroup(kGroup));
  host_.Advance({});
  std::vector<Said> said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].kind, Kind::kToExclude);
  EXPECT_EQ(said[0].group, kGroup);
  host_.Advance(Duration::Seconds(1));
  EXPECT_EQ(TakeSaid().size(), 1u);
  host_.Advance(Duration::Seconds(10));
  EXPECT_TRUE(TakeSaid().empty());
  host_.link.LeaveGroup(kGroup);
  host_.Advance({});
  said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].kind, Kind::kToInclude);
  host_.Advance(Duration::Seconds(10));
  EXPECT_EQ(TakeSaid().size(), 1u);
}

TEST_F(MldTest, AQueryIsAnsweredAtARandomMomentWithinItsTime) {
  Start();
  ASSERT_TRUE(host_.link.JoinGroup(kGroup));
  Settle();
  std::vector<std::int64_t> delays;
  for (int i = 0; i < 20; ++i) {
    Query({.most_delay = 10'000});
    const std::int64_t begin = host_.context->now().nanoseconds;
    std::size_t answers = 0;
    for (int ms = 0; ms < 10'000; ms += 100) {
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

TEST_F(MldTest, AQueryForAGroupIsAnsweredForThatGroup) {
  Start();
  ASSERT_TRUE(host_.link.JoinGroup(kGroup));
  Settle();
  Query({.most_delay = 1'000, .group = kGroup});
  host_.Advance(Duration::Seconds(1));
  const std::vector<Said> said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].group, kGroup);
  Query({.most_delay = 1'000, .group = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0x99)});
  host_.Advance(Duration::Seconds(1));
  EXPECT_TRUE(TakeSaid().empty());
}

TEST_F(MldTest, AQuerierOfVersion1GetsReportsOfVersion1) {
  Start();
  Settle();
  ASSERT_TRUE(host_.link.JoinGroup(kGroup));
  Settle();
  Query({.most_delay = 1'000, .group = kGroup, .is_version_1 = true});
  host_.Advance(Duration::Seconds(1));
  std::vector<Said> said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].type, Icmpv6Type::kListenerReport);
  EXPECT_EQ(said[0].destination, kGroup);
  host_.link.LeaveGroup(kGroup);
  host_.Advance({});
  said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].type, Icmpv6Type::kListenerDone);
  EXPECT_EQ(said[0].destination, kAllRouters);
  host_.Advance(Duration::Seconds(300));
  host_.TakeAll();
  Query({.most_delay = 1'000});
  host_.Advance(Duration::Seconds(1));
  said = TakeSaid();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].type, Icmpv6Type::kListenerReportV2);
}

TEST_F(MldTest, QueriesFromBeyondTheLinkOrMalformedOnesAreNotAnswered) {
  Start();
  Settle();
  Query({.most_delay = 0}, kRouter, 64);
  Query({.most_delay = 0}, ipv6::kPeer);
  Query({.most_delay = 0, .group = kOwn});
  EXPECT_EQ(mld_.counters().invalid, 3u);
  host_.Advance(Duration::Seconds(10));
  EXPECT_TRUE(TakeSaid().empty());
}

TEST_F(MldTest, GroupsThatComeAndGoWithoutEndLeaveNothingBehind) {
  Start();
  Settle();
  for (std::uint16_t i = 0; i < 500; ++i) {
    const Ipv6Address group = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 1, i);
    ASSERT_TRUE(host_.link.JoinGroup(group));
    host_.link.LeaveGroup(group);
  }
  host_.Advance(Duration::Seconds(5));
  host_.TakeAll();
  EXPECT_EQ(host_.context->timers().running(), 0u);
  EXPECT_LE(mld_.counters().reports, 200u);
}

}  // namespace
}  // namespace net::mld
