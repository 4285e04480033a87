#include "net/tcp/initial_sequence.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>

#include "kernel/base/time.h"
#include "net/tcp/sequence.h"
#include "net/test_context.h"
#include "net/wire/address.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;

constexpr Endpoint kLocal = {Ipv4Address::Of(192, 0, 2, 1), 80};
constexpr Endpoint kRemote = {Ipv4Address::Of(198, 51, 100, 7), 50'000};

TEST(InitialSequenceTest, TheNumberOfAPairOfEndsGrowsByOneInFourMicroseconds) {
  SeededRandom random(1);
  const Instant start = Instant{} + Duration::Seconds(5);
  const Sequence first = InitialSequence(random, kLocal, kRemote, start);
  EXPECT_EQ(InitialSequence(random, kLocal, kRemote, start), first);
  EXPECT_EQ(InitialSequence(random, kLocal, kRemote, start + Duration::Microseconds(4)), first + 1);
  EXPECT_EQ(InitialSequence(random, kLocal, kRemote, start + Duration::Seconds(1)), first + 250'000);
  // It wraps after 4.77 hours and goes on.
  EXPECT_EQ(InitialSequence(random, kLocal, kRemote, start + Duration::Seconds(20'000)), first + 705'032'704);
}

TEST(InitialSequenceTest, EachPartOfThePairAndTheSecretChangesItUnpredictably) {
  SeededRandom random(1);
  SeededRandom other_boot(2);
  const Sequence first = InitialSequence(random, kLocal, kRemote, {});
  EXPECT_NE(InitialSequence(other_boot, kLocal, kRemote, {}), first);
  EXPECT_NE(InitialSequence(random, {kLocal.address, 81}, kRemote, {}), first);
  EXPECT_NE(InitialSequence(random, {Ipv4Address::Of(192, 0, 2, 2), 80}, kRemote, {}), first);
  EXPECT_NE(InitialSequence(random, kLocal, {Ipv4Address::Of(198, 51, 100, 8), 50'000}, {}), first);
  EXPECT_NE(InitialSequence(random, kRemote, kLocal, {}), first);
  EXPECT_NE(TimestampOffset(random, kLocal, kRemote), first.value);
}

// Who knows the numbers of 10^5 connections and predicts the next as the last, plus any constant step, is never right
// more often than chance; and they spread over the whole circle. [RFC6528] 1, the nine stacks of NUMBER:JACK
TEST(InitialSequenceTest, ConnectionsToNewPortsTellNothingAboutTheNext) {
  SeededRandom random(7);
  constexpr int kConnections = 100'000;
  std::set<std::uint32_t> steps;
  std::array<int, 64> bins = {};
  Sequence last = {};
  for (int i = 0; i < kConnections; ++i) {
    const Endpoint remote = {Ipv4Address{0x0a00'0000u + static_cast<std::uint32_t>(i / 1000)},
                             static_cast<std::uint16_t>(1024 + i % 1000)};
    const Sequence number = InitialSequence(random, kLocal, remote, Instant{} + Duration::Microseconds(i));
    steps.insert(number.value - last.value);
    ++bins[number.value >> 26];
    last = number;
  }
  EXPECT_GT(steps.size(), static_cast<std::size_t>(kConnections - 10));  // by the birthday bound about one repeats
  double chi_square = 0;
  for (const int count : bins) {
    const double expected = static_cast<double>(kConnections) / static_cast<double>(bins.size());
    chi_square += (count - expected) * (count - expected) / expected;
  }
  EXPECT_LT(chi_square, 103.4);  // 63 degrees of freedom, one in a thousand
}

TEST(InitialSequenceTest, TimestampsAreMillisecondsFromAnOffsetOfThePair) {
  SeededRandom random(1);
  const std::uint32_t offset = TimestampOffset(random, kLocal, kRemote);
  EXPECT_EQ(TimestampOffset(random, kLocal, kRemote), offset);
  EXPECT_NE(TimestampOffset(random, kLocal, {kRemote.address, 50'001}), offset);
  EXPECT_EQ(TimestampAt(Instant{} + Duration::Microseconds(1'999), offset), offset + 1);
}

}  // namespace
}  // namespace net::tcp
