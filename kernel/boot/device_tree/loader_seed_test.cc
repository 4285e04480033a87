#include "kernel/boot/device_tree/loader_seed.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <span>

#include <gtest/gtest.h>

namespace kernel::boot {
namespace {

template <std::size_t kSize>
std::array<std::byte, kSize> Bytes(int first) {
  std::array<std::byte, kSize> bytes;
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(first++);
  return bytes;
}

// What comes first, of 8 bytes; the rest is forgotten.
std::array<std::byte, 8> Early(const LoaderSeeds& seeds) {
  KeepLoaderSeeds(seeds);
  std::array<std::byte, 64> buffer = {};
  EXPECT_EQ(TakeLoaderSeed(buffer), 8u);
  while (TakeLoaderSeed(std::span(buffer).subspan(8)) > 0) {
  }
  std::array<std::byte, 8> early;
  std::copy_n(buffer.begin(), 8, early.begin());
  return early;
}

TEST(LoaderSeed, TheEarlyOneComesFirstAndAlone) {
  const auto kaslr = Bytes<8>(1);
  const auto late = Bytes<32>(100);
  KeepLoaderSeeds({.kaslr_seed = kaslr, .rng_seed = late});
  std::array<std::byte, 64> buffer = {};
  ASSERT_EQ(TakeLoaderSeed(buffer), 8u);
  ASSERT_EQ(TakeLoaderSeed(buffer), 32u);
  EXPECT_EQ(buffer[0], std::byte{100});
  EXPECT_EQ(TakeLoaderSeed(buffer), 0u);
}

// QEMU draws only rng-seed again when it resets a machine.
TEST(LoaderSeed, TheEarlyOneIsAnotherWheneverEitherIs) {
  const auto kaslr = Bytes<8>(1);
  const auto other_kaslr = Bytes<8>(2);
  const auto late = Bytes<32>(100);
  const auto other_late = Bytes<32>(101);
  const auto early = Early({.kaslr_seed = kaslr, .rng_seed = late});
  EXPECT_EQ(early, Early({.kaslr_seed = kaslr, .rng_seed = late}));
  EXPECT_NE(early, Early({.kaslr_seed = kaslr, .rng_seed = other_late}));
  EXPECT_NE(early, Early({.kaslr_seed = other_kaslr, .rng_seed = late}));
  EXPECT_NE(Early({.kaslr_seed = {}, .rng_seed = late}), Early({.kaslr_seed = {}, .rng_seed = other_late}));
  EXPECT_NE(Early({.kaslr_seed = kaslr, .rng_seed = {}}), Early({.kaslr_seed = other_kaslr, .rng_seed = {}}));
}

TEST(LoaderSeed, NoByteOfTheLateOneIsGivenOutTwice) {
  const auto late = Bytes<32>(0);
  KeepLoaderSeeds({.kaslr_seed = {}, .rng_seed = late});
  std::set<std::byte> seen;
  std::array<std::byte, 8> early = {};
  ASSERT_EQ(TakeLoaderSeed(early), early.size());
  std::array<std::byte, 5> buffer = {};
  std::size_t total = 0;
  while (const std::size_t size = TakeLoaderSeed(buffer)) {
    seen.insert(buffer.begin(), buffer.begin() + size);
    total += size;
  }
  EXPECT_EQ(total, 32u);
  EXPECT_EQ(seen.size(), 32u);
}

TEST(LoaderSeed, WhatIsTooLongIsCut) {
  const auto early = Bytes<16>(1);
  const auto late = Bytes<100>(1);
  KeepLoaderSeeds({.kaslr_seed = early, .rng_seed = late});
  std::array<std::byte, 128> buffer = {};
  EXPECT_EQ(TakeLoaderSeed(buffer), 8u);
  EXPECT_EQ(TakeLoaderSeed(buffer), 64u);
}

TEST(LoaderSeed, NoneIsNone) {
  KeepLoaderSeeds({});
  std::array<std::byte, 8> buffer = {};
  EXPECT_EQ(TakeLoaderSeed(buffer), 0u);
}

}  // namespace
}  // namespace kernel::boot
