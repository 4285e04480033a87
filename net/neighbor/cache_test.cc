#include "net/neighbor/cache.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"

namespace net {
namespace {

using kernel::Duration;

constexpr std::size_t kCapacity = 4;

constexpr MacAddress Mac(std::uint8_t last) { return {{std::byte{2}, {}, {}, {}, {}, std::byte{last}}}; }
constexpr IpAddress Address(std::uint8_t last) { return Ipv4Address::Of(10, 0, 0, last); }

class NeighborCacheTest : public testing::Test, private NeighborResolver {
 protected:
  struct Question {
    IpAddress target;
    std::optional<MacAddress> mac;
  };

  bool Send(std::uint8_t to, std::uint8_t content = 0) {
    return cache_.Send(context_.PacketOf(std::array{std::byte{content}}), interface_, Address(to)).has_value();
  }
  void Answer(std::uint8_t from, const MacAddress& mac) {
    cache_.Advertise(interface_, Address(from), {.mac = &mac, .is_solicited = true, .overrides = true});
  }
  NeighborState StateOf(std::uint8_t last) {
    const Neighbor* const neighbor = cache_.Find(interface_, Address(last));
    return neighbor == nullptr ? NeighborState::kFree : neighbor->StateAt(context_->now());
  }
  // Contents of the frames that were sent since the last call, if all went to `mac`.
  std::vector<std::uint8_t> SentTo(const MacAddress& mac) {
    interface_.EndTurn();
    std::vector<std::uint8_t> contents;
    while (Packet frame = device_.Take()) {
      EXPECT_EQ(wire::Ethernet::Parse(frame.Peek(14))->destination, mac);
      contents.push_back(static_cast<std::uint8_t>(BytesOf(frame)[14]));
    }
    return contents;
  }

  void Solicit(Interface&, const IpAddress& target, const MacAddress* mac) override {
    questions_.push_back({target, mac == nullptr ? std::nullopt : std::optional(*mac)});
  }
  void OnUnresolved(Packet packet, Interface&, const IpAddress& target) override {
    EXPECT_EQ(packet.size(), 1u);
    unresolved_.push_back(target);
  }
  void OnLost(Interface&, const IpAddress& target) override { lost_.push_back(target); }

  TestContext context_;
  TestDevice device_;
  Interface interface_{context_, device_, {}};
  std::array<NeighborPlace, kCapacity> storage_;
  NeighborCache cache_{context_, storage_, wire::EtherType::kIpv4, *this};
  std::vector<Question> questions_;
  std::vector<IpAddress> unresolved_;
  std::vector<IpAddress> lost_;
};

TEST_F(NeighborCacheTest, PacketsWaitForTheAnswerTheNewestThreeOfThem) {
  for (std::uint8_t i = 0; i < 5; ++i) EXPECT_TRUE(Send(2, i));
  EXPECT_EQ(questions_.size(), 1u);
  EXPECT_EQ(questions_[0].target, Address(2));
  EXPECT_FALSE(questions_[0].mac);
  EXPECT_EQ(StateOf(2), NeighborState::kIncomplete);
  EXPECT_EQ(cache_.counters().overflowed, 2u);
  Answer(2, Mac(2));
  EXPECT_EQ(SentTo(Mac(2)), (std::vector<std::uint8_t>{2, 3, 4}));
  EXPECT_EQ(StateOf(2), NeighborState::kReachable);
  EXPECT_TRUE(Send(2, 9));
  EXPECT_EQ(SentTo(Mac(2)), (std::vector<std::uint8_t>{9}));
  EXPECT_EQ(questions_.size(), 1u);
}

TEST_F(NeighborCacheTest, NobodyAnswersThreeQuestionsASecondApart) {
  Send(2);
  Send(2);
  context_.Advance(Duration::Milliseconds(2'999));
  EXPECT_EQ(questions_.size(), 3u);
  EXPECT_TRUE(unresolved_.empty());
  context_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(unresolved_, (std::vector{Address(2), Address(2)}));
  EXPECT_EQ(cache_.size(), 0u);
  EXPECT_EQ(cache_.counters().unresolved, 1u);
  context_.Advance(Duration::Seconds(10));
  EXPECT_EQ(questions_.size(), 3u);
}

// [RFC4861] 7.3.3
TEST_F(NeighborCacheTest, AStaleNeighbourIsUsedThenProbedThenForgotten) {
  Send(2);
  Answer(2, Mac(2));
  context_.Advance(Duration::Seconds(14));
  EXPECT_EQ(StateOf(2), NeighborState::kReachable) << "half the time at least";
  context_.Advance(Duration::Seconds(31));
  EXPECT_EQ(StateOf(2), NeighborState::kStale) << "one and a half times at most";
  context_.Advance(Duration::Seconds(1000));
  EXPECT_EQ(questions_.size(), 1u) << "nobody asks for a neighbour that nobody uses";
  Send(2);
  EXPECT_EQ(StateOf(2), NeighborState::kDelay);
  context_.Advance(Duration::Milliseconds(4'999));
  EXPECT_EQ(questions_.size(), 1u);
  context_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(StateOf(2), NeighborState::kProbe);
  ASSERT_EQ(questions_.size(), 2u);
  EXPECT_EQ(questions_[1].mac, Mac(2)) << "only the neighbour itself is asked";
  context_.Advance(Duration::Seconds(3));
  EXPECT_EQ(questions_.size(), 4u);
  EXPECT_EQ(lost_, (std::vector{Address(2)}));
  EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(NeighborCacheTest, AProbeThatIsAnsweredOrWordFromAboveProvesTheNeighbour) {
  for (const bool answers : {true, false}) {
    Send(2);
    Answer(2, Mac(2));
    context_.Advance(Duration::Seconds(60));
    Send(2);
    context_.Advance(Duration::Seconds(answers ? 6 : 3));
    EXPECT_EQ(StateOf(2), answers ? NeighborState::kProbe : NeighborState::kDelay);
    answers ? Answer(2, Mac(2)) : cache_.ConfirmReachable(interface_, Address(2));
    EXPECT_EQ(StateOf(2), NeighborState::kReachable);
    const std::size_t asked = questions_.size();
    context_.Advance(Duration::Seconds(10));
    EXPECT_EQ(questions_.size(), asked);
  }
  EXPECT_TRUE(lost_.empty());
}

TEST_F(NeighborCacheTest, WordFromAboveProvesNobodyWhoseAddressIsUnknown) {
  Send(2);
  cache_.ConfirmReachable(interface_, Address(2));
  cache_.ConfirmReachable(interface_, Address(3));
  EXPECT_EQ(StateOf(2), NeighborState::kIncomplete);
  EXPECT_EQ(cache_.size(), 1u);
}

TEST_F(NeighborCacheTest, UnaskedAnswersCreateNothing) {
  Answer(2, Mac(2));
  EXPECT_EQ(cache_.size(), 0u);
}

// [RFC4861] 7.2.5
TEST_F(NeighborCacheTest, AdvertisementsChangeAKnownNeighbourByTheirFlags) {
  const MacAddress other = Mac(7);
  Send(2);
  cache_.Advertise(interface_, Address(2), {.is_solicited = true});
  EXPECT_EQ(StateOf(2), NeighborState::kIncomplete) << "without an address it says nothing";
  Answer(2, Mac(2));
  cache_.Advertise(interface_, Address(2), {.mac = &other});
  EXPECT_EQ(cache_.Find(interface_, Address(2))->mac(), Mac(2));
  EXPECT_EQ(StateOf(2), NeighborState::kStale) << "in doubt";
  cache_.Advertise(interface_, Address(2), {.mac = &other, .is_solicited = true});
  EXPECT_EQ(StateOf(2), NeighborState::kStale) << "another's answer proves nothing";
  cache_.Advertise(interface_, Address(2), {.is_solicited = true, .is_router = true});
  EXPECT_EQ(StateOf(2), NeighborState::kReachable);
  EXPECT_TRUE(cache_.Find(interface_, Address(2))->is_router());
  cache_.Advertise(interface_, Address(2), {.mac = &other, .overrides = true});
  EXPECT_EQ(cache_.Find(interface_, Address(2))->mac(), other);
  EXPECT_EQ(StateOf(2), NeighborState::kStale);
  EXPECT_FALSE(cache_.Find(interface_, Address(2))->is_router());
}

TEST_F(NeighborCacheTest, WhoeverAsksUsIsLearnedButNotBelieved) {
  cache_.Learn(interface_, Address(2), Mac(2));
  EXPECT_EQ(StateOf(2), NeighborState::kStale);
  Send(3);
  cache_.Learn(interface_, Address(3), Mac(3));
  EXPECT_EQ(StateOf(3), NeighborState::kDelay) << "its packet went";
  EXPECT_EQ(SentTo(Mac(3)).size(), 1u);
  Answer(3, Mac(3));
  cache_.Learn(interface_, Address(3), Mac(3));
  EXPECT_EQ(StateOf(3), NeighborState::kReachable) << "nothing new";
  cache_.Learn(interface_, Address(3), Mac(4));
  EXPECT_EQ(StateOf(3), NeighborState::kStale);
}

TEST_F(NeighborCacheTest, StrangersPushOutOnlyTheStale) {
  for (std::uint8_t i = 2; i < 2 + kCapacity; ++i) {
    Send(i);
    if (i != 5) Answer(i, Mac(i));
  }
  cache_.Learn(interface_, Address(100), Mac(100));
  EXPECT_EQ(StateOf(100), NeighborState::kFree) << "all are in use";
  EXPECT_EQ(cache_.counters().refused, 1u);
  context_.Advance(Duration::Seconds(1));
  Answer(5, Mac(5));
  context_.Advance(Duration::Seconds(50));
  cache_.ConfirmReachable(interface_, Address(2));
  Send(2);
  for (std::uint8_t i = 100; i < 200; ++i) cache_.Learn(interface_, Address(i), Mac(i));
  EXPECT_EQ(StateOf(2), NeighborState::kReachable);
  EXPECT_EQ(cache_.size(), kCapacity);
}

TEST_F(NeighborCacheTest, AScanKeepsWhoIsInUseAsLongAsThereAreQuestionsToForget) {
  Send(2);
  Answer(2, Mac(2));
  for (std::uint8_t i = 100; i < 200; ++i) EXPECT_TRUE(Send(i));
  EXPECT_EQ(StateOf(2), NeighborState::kReachable);
  EXPECT_EQ(StateOf(199), NeighborState::kIncomplete);
  EXPECT_EQ(cache_.size(), kCapacity);
  EXPECT_EQ(context_.packets().count() - context_.packets().free_count(), kCapacity)
      << "the packet that went out, and one that waits for each question";
}

TEST_F(NeighborCacheTest, AFullCacheForgetsTheLeastUsedForOneThatIsWanted) {
  for (std::uint8_t i = 2; i < 2 + kCapacity; ++i) {
    Send(i);
    Answer(i, Mac(i));
  }
  Send(2);
  EXPECT_TRUE(Send(50));
  EXPECT_EQ(StateOf(3), NeighborState::kFree);
  EXPECT_EQ(StateOf(2), NeighborState::kReachable);
}

TEST_F(NeighborCacheTest, AHintIsTrustedOnlyWhileItIsTheSameNeighbour) {
  Neighbor* hint = nullptr;
  const auto send = [&](std::uint8_t to) {
    return cache_.Send(context_.PacketOf(std::array{std::byte{to}}), interface_, Address(to), hint).has_value();
  };
  cache_.Learn(interface_, Address(2), Mac(2));
  cache_.Learn(interface_, Address(3), Mac(3));
  EXPECT_TRUE(send(2));
  const Neighbor* const first = hint;
  EXPECT_TRUE(send(2));
  EXPECT_EQ(hint, first);
  EXPECT_EQ(SentTo(Mac(2)), (std::vector<std::uint8_t>{2, 2}));
  EXPECT_TRUE(send(3)) << "of another";
  EXPECT_EQ(SentTo(Mac(3)), (std::vector<std::uint8_t>{3}));
  cache_.Forget(interface_, Address(3));
  EXPECT_TRUE(send(3)) << "of nobody any more";
  EXPECT_TRUE(SentTo(Mac(3)).empty());
  EXPECT_EQ(StateOf(3), NeighborState::kIncomplete);
}

TEST_F(NeighborCacheTest, InterfacesHaveNeighboursOfTheirOwn) {
  TestDevice device;
  Interface other(context_, device, {.index = 2});
  Send(2);
  Answer(2, Mac(2));
  EXPECT_EQ(cache_.Find(other, Address(2)), nullptr);
  cache_.Learn(other, Address(2), Mac(9));
  EXPECT_EQ(cache_.Find(interface_, Address(2))->mac(), Mac(2));
  cache_.ForgetAll(interface_);
  EXPECT_EQ(cache_.Find(interface_, Address(2)), nullptr);
  EXPECT_EQ(cache_.size(), 1u);
  cache_.Forget(other, Address(2));
  EXPECT_EQ(cache_.size(), 0u);
}

}  // namespace
}  // namespace net
