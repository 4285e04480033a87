// Memory: [POSIX] malloc and its family, mmap and its family; mremap and madvise as Linux has them.
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMost = SIZE_MAX;

unsigned char* Map(std::size_t size, int protection = PROT_READ | PROT_WRITE) {
  void* const pages = mmap(nullptr, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT_NE(pages, MAP_FAILED);
  return static_cast<unsigned char*>(pages);
}

bool IsAligned(const void* pointer, std::size_t to) { return reinterpret_cast<std::uintptr_t>(pointer) % to == 0; }

// What the optimiser must not see through.
template <typename T>
T Hide(T value) {
  asm volatile("" : "+r"(value));
  return value;
}

TEST(Memory, AllocatedBlocksAreAlignedForAnything) {
  for (std::size_t size = 1; size < 100'000; size = size * 3 + 1) {
    void* const block = malloc(size);
    ASSERT_NE(block, nullptr);
    EXPECT_TRUE(IsAligned(block, alignof(std::max_align_t))) << size;
    EXPECT_GE(malloc_usable_size(block), size);
    free(block);
  }
}

TEST(Memory, NothingIsAllocatedAndFreed) {
  void* const nothing = malloc(0);  // null or a pointer of its own; either can be freed
  free(nothing);
  free(nullptr);
}

TEST(Memory, CallocGivesZeroesAlsoWhereSomethingWas) {
  for (const std::size_t size : {std::size_t{24}, std::size_t{5000}, std::size_t{300'000}}) {
    for (int round = 0; round < 3; ++round) {
      auto* const block = static_cast<unsigned char*>(calloc(1, size));
      ASSERT_NE(block, nullptr);
      for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(block[i], 0) << i;
      std::memset(block, 0xa5, size);
      free(block);
    }
  }
}

TEST(Memory, SizesThatDoNotExistAreRefused) {
  errno = 0;
  EXPECT_EQ(malloc(Hide(kMost)), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  errno = 0;
  EXPECT_EQ(calloc(Hide(kMost / 2), 3), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  errno = 0;
  EXPECT_EQ(reallocarray(nullptr, Hide(kMost / 2), 3), nullptr);
  EXPECT_EQ(errno, ENOMEM);
}

TEST(Memory, ReallocKeepsTheContentsUpToTheShorterSize) {
  auto* block = static_cast<unsigned char*>(realloc(nullptr, 10));
  ASSERT_NE(block, nullptr);
  for (unsigned char i = 0; i < 10; ++i) block[i] = i;
  for (const std::size_t size : {std::size_t{1'000}, std::size_t{1'000'000}, std::size_t{20}, std::size_t{10}}) {
    block = static_cast<unsigned char*>(realloc(block, size));
    ASSERT_NE(block, nullptr);
    for (unsigned char i = 0; i < 10; ++i) ASSERT_EQ(block[i], i) << size;
  }
  auto* const same = static_cast<unsigned char*>(realloc(block, Hide(kMost)));
  EXPECT_EQ(same, nullptr);
  EXPECT_EQ(block[9], 9);  // still ours
  free(block);
}

TEST(Memory, AlignmentsArePowersOfTwo) {
  void* block = nullptr;
  for (std::size_t alignment = sizeof(void*); alignment <= 64 * 1024; alignment *= 2) {
    ASSERT_EQ(posix_memalign(&block, alignment, 100), 0);
    EXPECT_TRUE(IsAligned(block, alignment));
    free(block);
    block = aligned_alloc(alignment, 3 * alignment);
    ASSERT_NE(block, nullptr);
    EXPECT_TRUE(IsAligned(block, alignment));
    free(block);
  }
  EXPECT_EQ(posix_memalign(&block, 24, 100), EINVAL);
  EXPECT_EQ(posix_memalign(&block, sizeof(void*), kMost - kPage), ENOMEM);
}

TEST(Memory, MapAsksForASizeAndForOneKind) {
  EXPECT_EQ(mmap(nullptr, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(mmap(nullptr, kPage, PROT_READ, MAP_ANONYMOUS, -1, 0), MAP_FAILED);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(mmap(nullptr, kPage, PROT_READ, MAP_PRIVATE, -1, 0), MAP_FAILED);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(mmap(nullptr, std::size_t{1} << 60, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
  EXPECT_EQ(errno, ENOMEM);
}

TEST(Memory, UnmapAsksForAPlaceThatBeginsAPage) {
  unsigned char* const pages = Map(2 * kPage);
  EXPECT_FAILS(munmap(pages + 1, kPage), EINVAL);
  EXPECT_FAILS(munmap(pages, 0), EINVAL);
  EXPECT_EQ(munmap(pages, 2 * kPage), 0);
}

TEST(Memory, ProtectOfWhatIsNotMappedFails) {
  unsigned char* const pages = Map(3 * kPage);
  ASSERT_EQ(munmap(pages + kPage, kPage), 0);
  EXPECT_FAILS(mprotect(pages, 3 * kPage, PROT_READ), ENOMEM);
  EXPECT_EQ(munmap(pages, kPage), 0);
  EXPECT_EQ(munmap(pages + 2 * kPage, kPage), 0);
}

TEST(Memory, RemapGrowsAndShrinksAndKeepsTheContents) {
  unsigned char* pages = Map(2 * kPage);
  std::memset(pages, 7, 2 * kPage);
  void* const grown = mremap(pages, 2 * kPage, 64 * kPage, MREMAP_MAYMOVE);
  ASSERT_NE(grown, MAP_FAILED);
  pages = static_cast<unsigned char*>(grown);
  EXPECT_EQ(pages[0] + pages[2 * kPage - 1], 14);
  EXPECT_EQ(pages[2 * kPage] + pages[64 * kPage - 1], 0);
  ASSERT_EQ(mremap(pages, 64 * kPage, kPage, 0), pages);
  EXPECT_EQ(pages[kPage - 1], 7);
  EXPECT_EQ(munmap(pages, kPage), 0);
}

TEST(Memory, AdviceToForgetGivesZeroes) {
  unsigned char* const pages = Map(4 * kPage);
  std::memset(pages, 9, 4 * kPage);
  ASSERT_EQ(madvise(pages + kPage, 2 * kPage, MADV_DONTNEED), 0);
  EXPECT_EQ(pages[0], 9);
  for (std::size_t i = kPage; i < 3 * kPage; ++i) ASSERT_EQ(pages[i], 0);
  EXPECT_EQ(pages[3 * kPage], 9);
  EXPECT_EQ(munmap(pages, 4 * kPage), 0);
}

// brk and sbrk are no part of POSIX any more; musl has them, and lets nobody move the break.
TEST(Memory, TheBreakDoesNotMove) {
  EXPECT_FAILS(brk(nullptr), ENOMEM);
  errno = 0;
  EXPECT_EQ(reinterpret_cast<std::intptr_t>(sbrk(kPage)), -1);
  EXPECT_EQ(errno, ENOMEM);
}

TEST(Memory, PagesHaveTheSizeThatSysconfTells) {
  EXPECT_EQ(sysconf(_SC_PAGESIZE), static_cast<long>(kPage));
  EXPECT_EQ(getpagesize(), static_cast<int>(kPage));
  EXPECT_GT(sysconf(_SC_PHYS_PAGES), 0);
  EXPECT_GT(sysconf(_SC_AVPHYS_PAGES), 0);
}

}  // namespace
}  // namespace posix
