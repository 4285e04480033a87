// The heap, small and large, to its end and back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace {

constexpr std::size_t kMebibyte = 1024 * 1024;

bool IsFilledWith(const unsigned char* bytes, std::size_t size, unsigned char value) {
  for (std::size_t i = 0; i < size; ++i) {
    if (bytes[i] != value) return false;
  }
  return true;
}

TEST(Malloc, GivesBlocksThatDoNotOverlap) {
  std::mt19937 random(3);
  struct Block {
    unsigned char* bytes;
    std::size_t size;
  };
  std::vector<Block> blocks;
  for (int i = 0; i < 4'000; ++i) {
    const std::size_t size = random() % 3'000;
    auto* bytes = static_cast<unsigned char*>(std::malloc(size));
    ASSERT_NE(bytes, nullptr);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % alignof(std::max_align_t), 0u);
    std::memset(bytes, static_cast<unsigned char>(i), size);
    blocks.push_back({bytes, size});
    if (i % 3 == 2) {
      const std::size_t victim = random() % blocks.size();
      std::free(blocks[victim].bytes);
      blocks[victim].bytes = nullptr;
    }
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].bytes == nullptr) continue;
    ASSERT_TRUE(IsFilledWith(blocks[i].bytes, blocks[i].size, static_cast<unsigned char>(i)));
    std::free(blocks[i].bytes);
  }
}

TEST(Malloc, CallocGivesZeroesAlsoFromUsedMemory) {
  void* dirty = std::malloc(300'000);
  std::memset(dirty, 0xee, 300'000);
  std::free(dirty);
  auto* clean = static_cast<unsigned char*>(std::calloc(3, 100'000));
  ASSERT_NE(clean, nullptr);
  EXPECT_TRUE(IsFilledWith(clean, 300'000, 0));
  std::free(clean);
  const volatile std::size_t too_many = SIZE_MAX / 2;
  EXPECT_EQ(std::calloc(too_many, 3), nullptr);
}

TEST(Malloc, ReallocKeepsTheContentsUpAndDown) {
  auto* bytes = static_cast<unsigned char*>(std::malloc(10));
  std::memset(bytes, 7, 10);
  for (const std::size_t size : {100ul, 5'000ul, 200'000ul, 3 * kMebibyte, 9 * kMebibyte, 150'000ul, 20ul}) {
    auto* moved = static_cast<unsigned char*>(std::realloc(bytes, size));
    ASSERT_NE(moved, nullptr);
    bytes = moved;
    ASSERT_TRUE(IsFilledWith(bytes, 10, 7));
    std::memset(bytes, 7, size);
  }
  std::free(bytes);
}

TEST(Malloc, LargeBlocksAreUsableToTheirLastByte) {
  const std::size_t size = 24 * kMebibyte;
  auto* bytes = static_cast<unsigned char*>(std::malloc(size));
  ASSERT_NE(bytes, nullptr);
  bytes[0] = 1;
  bytes[size / 2] = 2;
  bytes[size - 1] = 3;
  EXPECT_EQ(bytes[0] + bytes[size / 2] + bytes[size - 1], 6);
  std::free(bytes);
}

TEST(Malloc, AlignedBlocksAreAligned) {
  for (const std::size_t alignment : {16ul, 64ul, 4096ul, 65536ul}) {
    void* bytes = std::aligned_alloc(alignment, alignment * 2);
    ASSERT_NE(bytes, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % alignment, 0u);
    std::free(bytes);
  }
  struct alignas(256) Wide {
    char bytes[256];
  };
  const auto wide = std::make_unique<Wide>();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide.get()) % 256, 0u);
}

// Takes all memory in blocks of `size`, gives everything back, and returns how many blocks there were.
std::size_t ExhaustWith(std::size_t size) {
  struct Link {
    Link* next;
  };
  Link* blocks = nullptr;
  std::size_t count = 0;
  while (auto* block = static_cast<Link*>(std::malloc(size))) {
    block->next = blocks;
    blocks = block;
    ++count;
  }
  while (blocks != nullptr) std::free(std::exchange(blocks, blocks->next));
  return count;
}

TEST(Malloc, SaysNullWhenMemoryIsExhaustedAndRecovers) {
  const std::size_t first = ExhaustWith(kMebibyte);
  EXPECT_GT(first, 16u);
  const std::size_t second = ExhaustWith(kMebibyte);
  EXPECT_GE(second + 2, first) << "memory was lost";  // malloc keeps a little for itself
  void* const bytes = std::malloc(8 * kMebibyte);
  EXPECT_NE(bytes, nullptr);
  std::free(bytes);
}

TEST(Malloc, NewThrowsWhenMemoryIsExhausted) {
  const volatile std::size_t too_much = std::size_t{1} << 40;
  EXPECT_THROW(::operator delete(::operator new(too_much)), std::bad_alloc);
  EXPECT_EQ(::operator new(too_much, std::nothrow), nullptr);
}

}  // namespace
