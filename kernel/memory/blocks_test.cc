#include "kernel/memory/blocks.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/address.h"

namespace kernel::memory {
namespace {

long pages_out = 0;
long pages_left = 0;

void* TakePages(std::size_t size) {
  const long pages = static_cast<long>(size / kPageSize);
  if (pages > pages_left) return nullptr;
  pages_left -= pages;
  pages_out += pages;
  void* const first = std::aligned_alloc(kPageSize, size);
  std::memset(first, 0xa5, size);
  return first;
}

void GivePages(void* first, std::size_t size) {
  pages_left += static_cast<long>(size / kPageSize);
  pages_out -= static_cast<long>(size / kPageSize);
  std::free(first);
}

class BlocksTest : public testing::Test {
 protected:
  BlocksTest() {
    pages_out = 0;
    pages_left = 100'000;
    blocks_.SetSecret(0x123456789abcdef0);
  }

  char* Take(std::size_t size) { return static_cast<char*>(blocks_.Take(size)); }

  Blocks blocks_{PageSource{&TakePages, &GivePages}};
};

using BlocksDeathTest = BlocksTest;

TEST_F(BlocksTest, HandsOutWhatNobodyElseHas) {
  std::mt19937 random(7);
  std::map<char*, std::size_t> taken;
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 2 == 0 || taken.empty()) {
      const std::size_t size = random() % (random() % 8 == 0 ? 20'000 : 1'100);
      char* const bytes = Take(size);
      ASSERT_NE(bytes, nullptr);
      ASSERT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % 16, 0u);
      std::memset(bytes, static_cast<int>(size % 251), size);
      taken[bytes] = size;
    } else {
      const auto one = std::next(taken.begin(), static_cast<long>(random() % taken.size()));
      const auto [bytes, size] = *one;
      for (std::size_t at = 0; at < size; ++at) ASSERT_EQ(static_cast<unsigned char>(bytes[at]), size % 251);
      blocks_.Give(bytes);
      taken.erase(one);
    }
  }
}

TEST_F(BlocksTest, TakesNoMorePagesForWhatComesAndGoes) {
  const auto come_and_go = [&] {
    for (const std::size_t size : {100, 200, 300, 400, 500, 16'000}) {
      std::vector<char*> taken;
      for (int i = 0; i < 50; ++i) taken.push_back(Take(size));
      for (char* bytes : taken) blocks_.Give(bytes);
    }
  };
  come_and_go();
  come_and_go();
  const long before = pages_out;
  for (int i = 0; i < 100; ++i) come_and_go();
  EXPECT_EQ(pages_out, before);
}

TEST_F(BlocksTest, GivesThePagesOfLargeBlocksBack) {
  char* const bytes = Take(16'856);
  EXPECT_EQ(pages_out, 5);
  blocks_.Give(bytes);
  EXPECT_EQ(pages_out, 0);
}

TEST_F(BlocksTest, SaysWhenThereIsNoMemory) {
  pages_left = 4;
  int count = 0;
  while (Take(1'000) != nullptr) ++count;
  EXPECT_EQ(count, 16);
  EXPECT_EQ(Take(5'000), nullptr);
  EXPECT_EQ(Take(SIZE_MAX), nullptr);
  EXPECT_EQ(Take(SIZE_MAX - 30), nullptr);
  blocks_.Give(nullptr);
}

TEST_F(BlocksDeathTest, ABlockThatIsGivenBackTwiceStops) {
  char* const bytes = Take(100);
  blocks_.Give(bytes);
  EXPECT_DEATH(blocks_.Give(bytes), "was_given_back");
}

TEST_F(BlocksDeathTest, WhatIsNoBlockStops) {
  char* const bytes = Take(100);
  EXPECT_DEATH(blocks_.Give(bytes + 16), "is_block");
  alignas(16) std::array<char, 64> own = {};
  EXPECT_DEATH(blocks_.Give(&own[32]), "is_block");
}

TEST_F(BlocksDeathTest, AWriteBehindABlockStops) {
  for (const std::size_t size : {1, 100, 1'000, 5'000}) {
    char* const bytes = Take(size);
    bytes[size] = 'x';
    EXPECT_DEATH(blocks_.Give(bytes), "was_overrun") << size;
    bytes[size] = '\0';
    EXPECT_DEATH(blocks_.Give(bytes), "was_overrun") << size;
  }
}

TEST_F(BlocksDeathTest, AWriteIntoABlockThatWasGivenBackStops) {
  for (const std::size_t at : {0, 40, 99}) {
    char* const bytes = Take(100);
    blocks_.Give(bytes);
    bytes[at] = 'x';
    EXPECT_DEATH(
        {
          for (int i = 0; i < 40; ++i) blocks_.Give(Take(100));
        },
        "was_written");
    bytes[at] = static_cast<char>(0xde);
  }
}

TEST_F(BlocksTest, ABlockIsNotHandedOutAgainAtOnce) {
  char* const bytes = Take(100);
  blocks_.Give(bytes);
  for (int i = 0; i < 16; ++i) {
    char* const other = Take(100);
    ASSERT_NE(other, bytes);
    if (i < 15) blocks_.Give(other);
  }
}

}  // namespace
}  // namespace kernel::memory
