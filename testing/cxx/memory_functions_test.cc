// memset, memcpy and memmove: every size up to the largest that is treated apart, at every alignment, byte by byte.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gtest/gtest.h"

namespace {

constexpr std::size_t kMost = 330;    // bytes
constexpr std::size_t kAround = 160;  // bytes before and behind, which nobody may touch
constexpr std::size_t kAlignments = 17;

using Memory = std::array<unsigned char, kMost + 2 * kAround + kAlignments>;

// Calls of the library, whatever the compiler knows of them.
void* (*volatile set)(void*, int, std::size_t) = &std::memset;
void* (*volatile copy)(void*, const void*, std::size_t) = &std::memcpy;
void* (*volatile move)(void*, const void*, std::size_t) = &std::memmove;

Memory Noise(std::uint32_t seed) {
  Memory memory;
  for (unsigned char& byte : memory) byte = static_cast<unsigned char>((seed = seed * 1664525 + 1013904223) >> 24);
  return memory;
}

TEST(MemoryFunctions, SetWritesEachByteAndNoOther) {
  const Memory before = Noise(1);
  for (std::size_t size = 0; size <= kMost; ++size) {
    Memory memory = before;
    Memory expected = before;
    const std::size_t at = kAround + size % kAlignments;
    for (std::size_t i = 0; i < size; ++i) expected[at + i] = 0xa5;
    ASSERT_EQ(set(&memory[at], 0x1a5, size), &memory[at]);
    ASSERT_EQ(memory, expected) << size;
  }
}

TEST(MemoryFunctions, CopyWritesEachByteAndNoOther) {
  const Memory before = Noise(1);
  const Memory source = Noise(2);
  for (std::size_t size = 0; size <= kMost; ++size) {
    Memory memory = before;
    Memory expected = before;
    const std::size_t at = kAround + size % kAlignments;
    const std::size_t from = size % 5;
    for (std::size_t i = 0; i < size; ++i) expected[at + i] = source[from + i];
    ASSERT_EQ(copy(&memory[at], &source[from], size), &memory[at]);
    ASSERT_EQ(memory, expected) << size;
  }
}

TEST(MemoryFunctions, MoveReadsEverythingBeforeItIsOverwritten) {
  const Memory before = Noise(1);
  for (std::size_t size = 0; size <= kMost; ++size) {
    for (const int distance : {-150, -17, -16, -7, -1, 0, 1, 8, 15, 63, 64, 150}) {
      Memory memory = before;
      Memory expected = before;
      const std::size_t from = kAround + size % kAlignments;
      const std::size_t at = from + static_cast<std::size_t>(distance);
      for (std::size_t i = 0; i < size; ++i) expected[at + i] = before[from + i];
      ASSERT_EQ(move(&memory[at], &memory[from], size), &memory[at]);
      ASSERT_EQ(memory, expected) << size << " bytes by " << distance;
    }
  }
}

}  // namespace
