#include "kernel/random/pool.h"

#include <array>
#include <cstddef>
#include <span>

#include <gtest/gtest.h>

namespace kernel::random {
namespace {

constexpr std::array<std::byte, 4> kBytes = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};

TEST(Pool, CreditsOfSourcesAddUp) {
  Pool pool;
  EXPECT_EQ(pool.bits(), 0);
  pool.Add(Source::kBoard, kBytes, 8 * 100);
  pool.Add(Source::kCpu, kBytes, 8 * 50 + 7);
  EXPECT_EQ(pool.bits(), 150);
  pool.Add(Source::kCpu, kBytes, 1);
  EXPECT_EQ(pool.bits(), 151);
}

TEST(Pool, IsWorthNoMoreThanItsHash) {
  Pool pool;
  pool.Add(Source::kBoard, kBytes, 8 * 1000);
  pool.Add(Source::kCpu, kBytes, 8 * 1000);
  EXPECT_EQ(pool.bits(), 256);
}

TEST(Pool, TimingAloneNeverMakesASeed) {
  Pool pool;
  for (int i = 0; i < 100; ++i) pool.Add(Source::kJitter, kBytes, 8 * 100);
  EXPECT_EQ(pool.bits(), 128);
  pool.Add(Source::kBoard, kBytes, 8 * 128);
  EXPECT_EQ(pool.bits(), 256);
}

TEST(Pool, WhatIsWorthNothingIsStirredInAllTheSame) {
  Pool plain, stirred;
  plain.Add(Source::kBoard, kBytes, 8);
  stirred.Add(Source::kBoard, kBytes, 8);
  stirred.Add(Source::kJitter, kBytes, 0);
  EXPECT_EQ(stirred.bits(), 1);
  EXPECT_NE(plain.Extract(), stirred.Extract());
}

TEST(Pool, KnowsASourceFromAnother) {
  Pool one, other;
  one.Add(Source::kBoard, kBytes, 8);
  other.Add(Source::kCpu, kBytes, 8);
  EXPECT_TRUE(one.HasFrom(Source::kBoard));
  EXPECT_FALSE(one.HasFrom(Source::kCpu));
  EXPECT_NE(one.Extract(), other.Extract());
}

TEST(Pool, TheSameBytesInOtherPiecesAreAnotherInput) {
  Pool whole, pieces;
  whole.Add(Source::kBoard, kBytes, 8);
  pieces.Add(Source::kBoard, std::span(kBytes).first(2), 8);
  pieces.Add(Source::kBoard, std::span(kBytes).last(2), 8);
  EXPECT_NE(whole.Extract(), pieces.Extract());
}

TEST(Pool, IsWorthNothingAfterASeedWasTakenAndGivesAnotherOne) {
  Pool pool;
  pool.Add(Source::kBoard, kBytes, 8 * 256);
  const Digest first = pool.Extract();
  EXPECT_EQ(pool.bits(), 0);
  EXPECT_FALSE(pool.HasFrom(Source::kBoard));
  EXPECT_NE(pool.Extract(), first);
}

TEST(Pool, WhatOthersKnowStaysInAndIsWorthNothing) {
  Pool pool, empty;
  pool.Add(Source::kBoard, kBytes, 8 * 256);
  pool.DropCredits();
  EXPECT_EQ(pool.bits(), 0);
  EXPECT_NE(pool.Extract(), empty.Extract());
}

}  // namespace
}  // namespace kernel::random
