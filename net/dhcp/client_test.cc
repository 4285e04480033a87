#include "net/dhcp/client.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/dhcp/lease.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"

namespace net::dhcp {
namespace {

using kernel::Duration;
using kernel::Instant;
using wire::Dhcp;
using State = Client::State;

constexpr MacAddress kMac = {{std::byte{2}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}}};
constexpr Ipv4Address kServer = Ipv4Address::Of(192, 0, 2, 1);
constexpr Ipv4Address kRogue = Ipv4Address::Of(192, 0, 2, 66);
constexpr Ipv4Address kAddress = Ipv4Address::Of(192, 0, 2, 100);
constexpr Ipv4Address kAll = Ipv4Address::Of(255, 255, 255, 255);

double SecondsOf(Duration duration) { return static_cast<double>(duration.nanoseconds) / 1e9; }

// A client, what it sent, and answers as a server gives them.
class ClientTest : public testing::Test, protected ClientObserver {
 protected:
  struct Sent {
    Instant at;
    Dhcp message;
    Ipv4Address source;
    Ipv4Address destination;
  };

  void SendDhcp(const Dhcp& message, Ipv4Address source, Ipv4Address destination) override {
    sent_.push_back({context_->now(), message, source, destination});
  }
  void Probe(Ipv4Address address) override { probed_ = address; }
  void StopProbe() override { probed_.reset(); }
  void OnBound(const Lease& lease) override {
    ++times_bound_;
    configured_ = lease.address;
  }
  void OnLost() override { configured_.reset(); }

  const Dhcp& Last() const { return sent_.back().message; }

  Dhcp Answer(Dhcp::Type type) const {
    Dhcp answer = {.operation = Dhcp::Operation::kReply,
                   .type = type,
                   .xid = Last().xid,
                   .your = kAddress,
                   .hardware = kMac,
                   .server = kServer,
                   .lease_seconds = 3600,
                   .prefix_length = 24};
    answer.routers = {.addresses = {kServer}, .count = 1};
    if (type == Dhcp::Type::kNak) answer.lease_seconds.reset();
    return answer;
  }

  void Deliver(const Dhcp& message) {
    std::array<std::byte, wire::kLargestDhcp> bytes;
    client_.Receive(std::span(bytes).first(message.Write(bytes)));
  }

  void Bind() {
    client_.Start();
    Deliver(Answer(Dhcp::Type::kOffer));
    Deliver(Answer(Dhcp::Type::kAck));
    client_.OnProbed(true);
    ASSERT_EQ(client_.state(), State::kBound);
  }

  TestContext context_;
  std::vector<Sent> sent_;
  std::optional<Ipv4Address> probed_;
  std::optional<Ipv4Address> configured_;
  int times_bound_ = 0;
  Client client_{context_, kMac, *this};
};

TEST_F(ClientTest, AnAddressIsDiscoveredRequestedProbedAndUsed) {
  client_.Start();
  ASSERT_EQ(sent_.size(), 1u);
  EXPECT_EQ(Last().type, Dhcp::Type::kDiscover);
  EXPECT_TRUE(Last().wants_broadcast);
  EXPECT_EQ(Last().hardware, kMac);
  EXPECT_EQ(sent_[0].source, Ipv4Address());
  EXPECT_EQ(sent_[0].destination, kAll);

  Deliver(Answer(Dhcp::Type::kOffer));
  ASSERT_EQ(sent_.size(), 2u);
  EXPECT_EQ(Last().type, Dhcp::Type::kRequest);
  EXPECT_EQ(Last().xid, sent_[0].message.xid);
  EXPECT_EQ(Last().requested, kAddress);
  EXPECT_EQ(Last().server, kServer);
  EXPECT_EQ(Last().client, Ipv4Address());

  Deliver(Answer(Dhcp::Type::kAck));
  EXPECT_EQ(probed_, kAddress);
  EXPECT_FALSE(configured_);
  client_.OnProbed(true);
  EXPECT_EQ(configured_, kAddress);
  EXPECT_EQ(client_.lease().prefix_length, 24);
  EXPECT_EQ(client_.lease().routers.count, 1);
  EXPECT_EQ(client_.counters().accepted, 2u);
}

TEST_F(ClientTest, WithoutAnAnswerItWaits4To64SecondsAndASecondMoreOrLess) {
  client_.Start();
  context_.Advance(Duration::Seconds(600));
  ASSERT_GT(sent_.size(), 8u);
  const std::array<double, 7> expected = {4, 8, 16, 32, 64, 64, 64};
  bool is_random = false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double wait = SecondsOf(sent_[i + 1].at - sent_[i].at);
    EXPECT_NEAR(wait, expected[i], 1.0) << i;
    is_random |= wait != expected[i];
    EXPECT_EQ(sent_[i + 1].message.xid, sent_[0].message.xid);
  }
  EXPECT_TRUE(is_random);
  EXPECT_EQ(sent_[5].message.seconds, static_cast<std::uint16_t>(SecondsOf(sent_[5].at - Instant())));
}

TEST_F(ClientTest, ARequestThatNobodyAnswersIsRepeatedFourTimesAndThenAllBeginsAgain) {
  client_.Start();
  Deliver(Answer(Dhcp::Type::kOffer));
  const std::uint32_t xid = Last().xid;
  context_.Advance(Duration::Seconds(4 + 8 + 16 + 32 + 64 + 6));
  ASSERT_GE(sent_.size(), 7u);
  for (std::size_t i = 1; i < 6; ++i) EXPECT_EQ(sent_[i].message.type, Dhcp::Type::kRequest) << i;
  EXPECT_EQ(sent_[6].message.type, Dhcp::Type::kDiscover);
  EXPECT_NE(sent_[6].message.xid, xid);
}

TEST_F(ClientTest, WhatIsForOthersChangesNothing) {
  client_.Start();
  Dhcp offer = Answer(Dhcp::Type::kOffer);
  offer.xid ^= 1;
  Deliver(offer);
  offer = Answer(Dhcp::Type::kOffer);
  offer.hardware.bytes[5] = std::byte{9};
  Deliver(offer);
  offer = Answer(Dhcp::Type::kOffer);
  offer.operation = Dhcp::Operation::kRequest;
  Deliver(offer);
  EXPECT_EQ(client_.counters().foreign, 3u);
  Deliver(Answer(Dhcp::Type::kAck));
  EXPECT_EQ(client_.counters().unexpected, 1u);
  client_.Receive({});
  EXPECT_EQ(client_.counters().malformed, 1u);
  EXPECT_EQ(client_.state(), State::kSelecting);
}

TEST_F(ClientTest, OnlyTheServerThatWasAskedMayAnswerARequest) {
  client_.Start();
  Deliver(Answer(Dhcp::Type::kOffer));
  for (const Dhcp::Type type : {Dhcp::Type::kAck, Dhcp::Type::kNak}) {
    Dhcp answer = Answer(type);
    answer.server = kRogue;
    Deliver(answer);
    answer.server.reset();
    Deliver(answer);
  }
  Dhcp other = Answer(Dhcp::Type::kAck);
  other.your = kRogue;
  Deliver(other);
  EXPECT_EQ(client_.counters().foreign, 5u);
  EXPECT_EQ(client_.state(), State::kRequesting);
}

TEST_F(ClientTest, AfterANakItBeginsAgainAndAfterMoreOfThemSlower) {
  std::vector<double> waits;
  client_.Start();
  for (int i = 0; i < 9; ++i) {
    Deliver(Answer(Dhcp::Type::kOffer));
    const Instant refused = context_->now();
    Deliver(Answer(Dhcp::Type::kNak));
    EXPECT_EQ(client_.state(), State::kInit);
    const std::size_t count = sent_.size();
    while (sent_.size() == count) context_.Advance(Duration::Milliseconds(100));
    waits.push_back(SecondsOf(sent_.back().at - refused));
  }
  EXPECT_EQ(waits, (std::vector<double>{0, 2, 4, 8, 16, 32, 64, 64, 64}));
}

TEST_F(ClientTest, AnAddressThatSomebodyHasIsDeclinedAndTenSecondsLaterItBeginsAgain) {
  client_.Start();
  Deliver(Answer(Dhcp::Type::kOffer));
  Deliver(Answer(Dhcp::Type::kAck));
  client_.OnProbed(false);
  EXPECT_EQ(Last().type, Dhcp::Type::kDecline);
  EXPECT_EQ(Last().requested, kAddress);
  EXPECT_EQ(Last().server, kServer);
  EXPECT_EQ(Last().client, Ipv4Address());
  EXPECT_FALSE(configured_);
  const std::size_t count = sent_.size();
  context_.Advance(Duration::Milliseconds(9'999));
  EXPECT_EQ(sent_.size(), count);
  context_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(Last().type, Dhcp::Type::kDiscover);
  EXPECT_FALSE(Last().requested);
  EXPECT_EQ(client_.counters().conflicts, 1u);
}

TEST_F(ClientTest, AConflictLaterCostsTheLease) {
  Bind();
  client_.OnConflict();
  EXPECT_EQ(Last().type, Dhcp::Type::kDecline);
  EXPECT_FALSE(configured_);
  EXPECT_EQ(client_.state(), State::kInit);
}

// CVE-2019-12264.
TEST_F(ClientTest, AddressesThatNoHostCanHaveAreRefused) {
  client_.Start();
  std::uint64_t refused = 0;
  for (const Ipv4Address address :
       {Ipv4Address::Of(0, 0, 0, 0), Ipv4Address::Of(0, 1, 2, 3), Ipv4Address::Of(127, 0, 0, 1),
        Ipv4Address::Of(169, 254, 1, 1), Ipv4Address::Of(224, 0, 0, 1), Ipv4Address::Of(239, 255, 255, 255),
        Ipv4Address::Of(240, 0, 0, 1), kAll, Ipv4Address::Of(192, 0, 2, 0), Ipv4Address::Of(192, 0, 2, 255)}) {
    Dhcp offer = Answer(Dhcp::Type::kOffer);
    offer.your = address;
    Deliver(offer);
    EXPECT_EQ(client_.counters().refused, ++refused) << address.value;
  }
  for (const std::uint8_t prefix : {0, 1, 7}) {
    Dhcp offer = Answer(Dhcp::Type::kOffer);
    offer.prefix_length = prefix;
    Deliver(offer);
    EXPECT_EQ(client_.counters().refused, ++refused) << prefix;
  }
  for (const std::uint32_t seconds : {0, 1, 9}) {
    Dhcp offer = Answer(Dhcp::Type::kOffer);
    offer.lease_seconds = seconds;
    Deliver(offer);
    EXPECT_EQ(client_.counters().refused, ++refused) << seconds;
  }
  EXPECT_EQ(client_.state(), State::kSelecting);
  Deliver(Answer(Dhcp::Type::kOffer));
  Dhcp ack = Answer(Dhcp::Type::kAck);
  ack.lease_seconds.reset();
  Deliver(ack);
  EXPECT_EQ(client_.counters().refused, ++refused);
}

TEST_F(ClientTest, AtHalfTheTimeItAsksItsServerAndKeepsTheAddress) {
  Bind();
  const Instant bound = context_->now();
  context_.Advance(Duration::Seconds(1799));
  EXPECT_EQ(client_.state(), State::kBound);
  context_.Advance(Duration::Seconds(1));
  EXPECT_EQ(client_.state(), State::kRenewing);
  EXPECT_EQ(Last().client, kAddress);
  EXPECT_FALSE(Last().requested);
  EXPECT_FALSE(Last().server);
  EXPECT_FALSE(Last().wants_broadcast);
  EXPECT_EQ(sent_.back().source, kAddress);
  EXPECT_EQ(sent_.back().destination, kServer);
  probed_.reset();
  Deliver(Answer(Dhcp::Type::kAck));
  EXPECT_EQ(client_.state(), State::kBound);
  EXPECT_EQ(times_bound_, 2);
  EXPECT_FALSE(probed_);
  EXPECT_EQ(SecondsOf(client_.lease().end - bound), 1800 + 3600);
}

TEST_F(ClientTest, WhereItsServerIsSilentItAsksAllAndAtTheEndGivesTheAddressUp) {
  Bind();
  const Instant bound = context_->now();
  sent_.clear();
  context_.Advance(Duration::Seconds(3150));
  EXPECT_EQ(client_.state(), State::kRebinding);
  // Half of what is left until T2, and never sooner than after a minute.
  const std::array<double, 6> expected = {1800, 2475, 2812.5, 2981.25, 3065.625, 3125.625};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(SecondsOf(sent_[i].at - bound), expected[i], 0.001) << i;
    EXPECT_EQ(sent_[i].destination, kServer);
  }
  EXPECT_EQ(Last().client, kAddress);
  EXPECT_EQ(sent_.back().source, kAddress);
  EXPECT_EQ(sent_.back().destination, kAll);
  context_.Advance(Duration::Seconds(449));
  EXPECT_TRUE(configured_);
  context_.Advance(Duration::Seconds(1));
  EXPECT_FALSE(configured_);
  context_.Advance(Duration::Seconds(1));
  EXPECT_EQ(Last().type, Dhcp::Type::kDiscover);
  EXPECT_EQ(Last().requested, kAddress);
}

TEST_F(ClientTest, AnyServerMayAnswerWhenAllAreAsked) {
  Bind();
  context_.Advance(Duration::Seconds(1800));
  Dhcp ack = Answer(Dhcp::Type::kAck);
  ack.server = kRogue;
  Deliver(ack);
  EXPECT_EQ(client_.state(), State::kRenewing);
  context_.Advance(Duration::Seconds(1350));
  ack.xid = Last().xid;
  Deliver(ack);
  EXPECT_EQ(client_.state(), State::kBound);
  EXPECT_EQ(client_.lease().server, kRogue);
}

TEST_F(ClientTest, ARefusedRenewalEndsTheLeaseAtOnce) {
  Bind();
  context_.Advance(Duration::Seconds(1800));
  Deliver(Answer(Dhcp::Type::kNak));
  EXPECT_FALSE(configured_);
  EXPECT_EQ(client_.state(), State::kInit);
}

TEST_F(ClientTest, TimesThatContradictEachOtherAreReplaced) {
  const auto times = [](std::uint32_t t1, std::uint32_t t2) {
    const Dhcp message = {
        .your = kAddress, .server = kServer, .lease_seconds = 800, .renewal_seconds = t1, .rebinding_seconds = t2};
    const Lease lease = *LeaseOf(message, {});
    return std::array{SecondsOf(lease.renewal - Instant()), SecondsOf(lease.rebinding - Instant())};
  };
  EXPECT_EQ(times(100, 200), (std::array{100.0, 200.0}));
  EXPECT_EQ(times(200, 100), (std::array{400.0, 700.0}));
  EXPECT_EQ(times(0, 100), (std::array{400.0, 700.0}));
  EXPECT_EQ(times(100, 800), (std::array{400.0, 700.0}));
  EXPECT_EQ(times(0xffff'ffff, 0xffff'ffff), (std::array{400.0, 700.0}));
}

TEST_F(ClientTest, WhatALeaseNamesIsUsableOrLeftOut) {
  Dhcp message = {.your = kAddress, .server = kServer, .lease_seconds = 800, .prefix_length = 24};
  message.routers = {.addresses = {kAll, kAddress, Ipv4Address::Of(192, 0, 3, 1), kServer}, .count = 4};
  message.name_servers = {.addresses = {Ipv4Address::Of(224, 0, 0, 1), Ipv4Address::Of(127, 0, 0, 1), kRogue},
                          .count = 3};
  const auto lease = LeaseOf(message, {});
  ASSERT_TRUE(lease);
  ASSERT_EQ(lease->routers.count, 1);
  EXPECT_EQ(lease->routers.addresses[0], kServer);
  ASSERT_EQ(lease->name_servers.count, 1);
  EXPECT_EQ(lease->name_servers.addresses[0], kRogue);
}

TEST_F(ClientTest, ALeaseWithoutAnEndIsNeverRenewed) {
  client_.Start();
  Deliver(Answer(Dhcp::Type::kOffer));
  Dhcp ack = Answer(Dhcp::Type::kAck);
  ack.lease_seconds = 0xffff'ffff;
  Deliver(ack);
  client_.OnProbed(true);
  EXPECT_EQ(context_->timers().running(), 0u);
  context_.Advance(Duration::Seconds(1'000'000));
  EXPECT_EQ(client_.state(), State::kBound);
}

TEST_F(ClientTest, AnAddressFromBeforeIsAskedForAndGivenUpWhereNobodyKnowsIt) {
  client_.Start(kAddress);
  EXPECT_EQ(client_.state(), State::kRebooting);
  EXPECT_EQ(Last().type, Dhcp::Type::kRequest);
  EXPECT_EQ(Last().requested, kAddress);
  EXPECT_FALSE(Last().server);
  EXPECT_EQ(Last().client, Ipv4Address());
  Deliver(Answer(Dhcp::Type::kAck));
  EXPECT_EQ(probed_, kAddress);
  client_.OnProbed(true);
  EXPECT_EQ(configured_, kAddress);

  client_.Start(kAddress);
  EXPECT_FALSE(configured_);
  context_.Advance(Duration::Seconds(31));
  EXPECT_EQ(client_.state(), State::kSelecting);
  EXPECT_EQ(Last().type, Dhcp::Type::kDiscover);
}

TEST_F(ClientTest, WhenTheCableIsInAgainTheLeaseIsCheckedAndUsedMeanwhile) {
  Bind();
  context_.Advance(Duration::Seconds(100));
  client_.OnLinkUp();
  EXPECT_EQ(client_.state(), State::kRebooting);
  EXPECT_TRUE(configured_);
  context_.Advance(Duration::Seconds(31));  // nobody answers: the lease holds
  EXPECT_EQ(client_.state(), State::kBound);
  EXPECT_TRUE(configured_);
  context_.Advance(Duration::Seconds(1800 - 131));
  EXPECT_EQ(client_.state(), State::kRenewing);

  client_.OnLinkUp();
  Deliver(Answer(Dhcp::Type::kNak));  // another network
  EXPECT_FALSE(configured_);
}

TEST_F(ClientTest, WhenTheCableIsInForTheFirstTimeItAsksAtOnce) {
  client_.Start();
  context_.Advance(Duration::Seconds(40));
  const std::size_t count = sent_.size();
  client_.OnLinkUp();
  EXPECT_EQ(sent_.size(), count + 1);
  EXPECT_EQ(Last().type, Dhcp::Type::kDiscover);
}

TEST_F(ClientTest, AReleaseGoesToTheServerAndStopsAll) {
  Bind();
  client_.Release();
  EXPECT_EQ(Last().type, Dhcp::Type::kRelease);
  EXPECT_EQ(Last().client, kAddress);
  EXPECT_EQ(Last().server, kServer);
  EXPECT_EQ(sent_.back().destination, kServer);
  EXPECT_FALSE(configured_);
  EXPECT_EQ(client_.state(), State::kStopped);
  EXPECT_EQ(context_->timers().running(), 0u);
  client_.OnLinkUp();
  Deliver(Answer(Dhcp::Type::kOffer));
  EXPECT_EQ(client_.state(), State::kStopped);
}

TEST_F(ClientTest, AStopDuringAProbeEndsTheProbe) {
  client_.Start();
  Deliver(Answer(Dhcp::Type::kOffer));
  Deliver(Answer(Dhcp::Type::kAck));
  client_.Stop();
  EXPECT_FALSE(probed_);
  client_.OnProbed(true);
  EXPECT_FALSE(configured_);
}

}  // namespace
}  // namespace net::dhcp
