#include "kernel/boot/device_tree/loader_seed.h"

#include <array>
#include <cstddef>
#include <set>

#include <gtest/gtest.h>

namespace kernel::boot {
namespace {

template <std::size_t kSize>
std::array<std::byte, kSize> Bytes(int first) {
  std::array<std::byte, kSize> bytes;
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(first++);
  return bytes;
}

TEST(LoaderSeed, TheOneForEarlyUseComesFirstAndAlone) {
  const auto early = Bytes<8>(1);
  const auto late = Bytes<32>(100);
  KeepLoaderSeeds({.kaslr_seed = early, .rng_seed = late});
  std::array<std::byte, 64> buffer = {};
  ASSERT_EQ(TakeLoaderSeed(buffer), 8u);
  EXPECT_EQ(buffer[0], std::byte{1});
  EXPECT_EQ(buffer[7], std::byte{8});
  ASSERT_EQ(TakeLoaderSeed(buffer), 32u);
  EXPECT_EQ(buffer[0], std::byte{100});
  EXPECT_EQ(TakeLoaderSeed(buffer), 0u);
}

TEST(LoaderSeed, NoByteIsGivenOutTwice) {
  const auto late = Bytes<32>(0);
  KeepLoaderSeeds({.kaslr_seed = {}, .rng_seed = late});
  std::set<std::byte> seen;
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
