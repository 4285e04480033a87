#include "kernel/random/health.h"

#include <cstdint>
#include <random>

#include <gtest/gtest.h>

namespace kernel::random {
namespace {

// [SP800-90B] 4.4.1: 1 + the quotient, rounded up. The example of the standard: 2 bits, false alarms 2^-20, makes 11.
static_assert(RepetitionCutoff(16, 20) == 11);
static_assert(RepetitionCutoff(8, 20) == 21);
static_assert(RepetitionCutoff(1) == 241);
static_assert(RepetitionCutoff(32) == 9);
static_assert(RepetitionCutoff(64) == 5);
static_assert(RepetitionCutoff(128) == 3);

// [SP800-90B] 4.4.2. Expected: computed apart from this code, in 60 decimal digits, from the sum of binomial terms.
static_assert(ProportionCutoff(8, 1024, 20) == 589);
static_assert(ProportionCutoff(1, 512, 20) == 497);
static_assert(ProportionCutoff(4, 512, 20) == 410);
static_assert(ProportionCutoff(8, 512, 20) == 311);
static_assert(ProportionCutoff(32, 512, 20) == 62);
static_assert(ProportionCutoff(64, 512, 20) == 13);
static_assert(ProportionCutoff(1, 512) == 502);
static_assert(ProportionCutoff(8, 512) == 325);
static_assert(ProportionCutoff(32, 512) == 71);
static_assert(ProportionCutoff(64, 512) == 16);
static_assert(ProportionCutoff(128, 512) == 4);

constexpr Eighths kByte = 64;  // 8 bits a sample
constexpr Eighths kHalfByte = 32;
constexpr Eighths kJitter = 1;

// How many samples of `next` a test for `claim` takes until it says "broken"; `limit` when it never does.
template <typename Next>
int SamplesUntilBroken(HealthLimits limits, int limit, Next next) {
  HealthHistory seen;
  HealthTest test(seen, limits);
  for (int i = 0; i < limit; ++i) {
    if (!test.Take(next(i))) return i + 1;
  }
  return limit;
}

TEST(HealthTest, PassesAMillionSamplesThatAreWhatTheyClaim) {
  std::mt19937_64 random(1);
  EXPECT_EQ(SamplesUntilBroken(HealthLimits(kByte), 1'000'000, [&](int) { return random() & 0xff; }), 1'000'000);
  EXPECT_EQ(SamplesUntilBroken(HealthLimits(kHalfByte), 1'000'000, [&](int) { return random() & 0x0f; }), 1'000'000);
  EXPECT_EQ(SamplesUntilBroken(HealthLimits(8), 1'000'000, [&](int) { return random() & 1; }), 1'000'000);
}

TEST(HealthTest, PassesTimingThatIsTheSameNineTimesOutOfTen) {
  std::mt19937_64 random(2);
  std::bernoulli_distribution same(0.9);
  EXPECT_EQ(
      SamplesUntilBroken(HealthLimits(kJitter), 1'000'000, [&](int) { return same(random) ? 40u : random() % 4; }),
      1'000'000);
}

TEST(HealthTest, AStuckSourceIsBrokenAtTheRepetitionCutoff) {
  EXPECT_EQ(SamplesUntilBroken(HealthLimits(128), 1000, [](int) { return ~std::uint64_t{0}; }), 3);
  EXPECT_EQ(SamplesUntilBroken(HealthLimits(kByte), 1000, [](int) { return 0u; }), 5);
  EXPECT_EQ(SamplesUntilBroken(HealthLimits(kJitter), 1000, [](int) { return 17u; }), 241);
}

TEST(HealthTest, ASourceThatGetsStuckLaterIsBrokenThen) {
  std::mt19937_64 random(3);
  EXPECT_EQ(SamplesUntilBroken(HealthLimits(128), 10'000, [&](int i) { return i < 5000 ? random() : 5; }), 5003);
}

TEST(HealthTest, ASourceThatFavoursAValueIsBrokenWithinAFewWindows) {
  std::mt19937_64 random(4);
  // One byte in ten is zero: 3.3 bits a sample, not 8; and runs of five zeroes are rare.
  EXPECT_LT(
      SamplesUntilBroken(HealthLimits(kByte), 100'000, [&](int) { return random() % 10 == 0 ? 0 : random() & 0xff; }),
      20'000);
}

TEST(HealthTest, ASourceThatRunsThroughTheSameValuesForEverIsBroken) {
  // What a deterministic clock makes of fixed work: no value repeats often, and nothing is random.
  for (const int period : {2, 3, 16, 31, 32}) {
    EXPECT_LE(SamplesUntilBroken(HealthLimits(kJitter), 2000, [&](int i) { return static_cast<unsigned>(i % period); }),
              kStartUpSamples)
        << period;
  }
}

TEST(HealthTest, ABrokenSourceStaysBroken) {
  HealthHistory seen;
  HealthTest test{seen, HealthLimits(kByte)};
  for (int i = 0; i < 5; ++i) (void)test.Take(0);
  ASSERT_TRUE(test.is_broken());
  std::mt19937_64 random(5);
  for (int i = 0; i < 2 * kStartUpSamples; ++i) EXPECT_FALSE(test.Take(random() & 0xff));
  EXPECT_FALSE(test.has_started());
}

TEST(HealthTest, NothingCountsBefore1024Samples) {
  HealthHistory seen;
  HealthTest test{seen, HealthLimits(kByte)};
  std::mt19937_64 random(6);
  for (int i = 0; i < kStartUpSamples; ++i) {
    EXPECT_FALSE(test.has_started()) << i;
    ASSERT_TRUE(test.Take(random() & 0xff));
  }
  EXPECT_TRUE(test.has_started());
}

}  // namespace
}  // namespace kernel::random
