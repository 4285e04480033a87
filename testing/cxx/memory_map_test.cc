// mmap and its family, as far as memory without a file goes.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gtest/gtest.h"

namespace {

constexpr std::size_t kPage = 4096;
constexpr int kReadWrite = PROT_READ | PROT_WRITE;
constexpr int kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS;

TEST(MemoryMap, GivesPagesOfZeroes) {
  auto* bytes = static_cast<unsigned char*>(mmap(nullptr, 3 * kPage + 1, kReadWrite, kAnonymous, -1, 0));
  ASSERT_NE(bytes, MAP_FAILED);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % kPage, 0u);
  for (std::size_t i = 0; i < 4 * kPage; ++i) ASSERT_EQ(bytes[i], 0);
  std::memset(bytes, 1, 4 * kPage);
  EXPECT_EQ(munmap(bytes + kPage, kPage), 0);  // a part, and the rest is still there
  EXPECT_EQ(bytes[0] + bytes[2 * kPage], 2);
  EXPECT_EQ(munmap(bytes, kPage), 0);
  EXPECT_EQ(munmap(bytes + 2 * kPage, 2 * kPage), 0);
}

TEST(MemoryMap, WhatWasGivenBackComesZeroedAgain) {
  for (int round = 0; round < 50; ++round) {
    auto* bytes = static_cast<unsigned char*>(mmap(nullptr, 16 * kPage, kReadWrite, kAnonymous, -1, 0));
    ASSERT_NE(bytes, MAP_FAILED);
    for (std::size_t i = 0; i < 16 * kPage; i += 512) ASSERT_EQ(bytes[i], 0);
    std::memset(bytes, 0xff, 16 * kPage);
    ASSERT_EQ(munmap(bytes, 16 * kPage), 0);
  }
}

TEST(MemoryMap, AccessCanChangeAndTheContentsStay) {
  auto* bytes = static_cast<char*>(mmap(nullptr, 2 * kPage, PROT_NONE, kAnonymous, -1, 0));
  ASSERT_NE(bytes, MAP_FAILED);
  ASSERT_EQ(mprotect(bytes, kPage, kReadWrite), 0);
  bytes[0] = 'x';
  ASSERT_EQ(mprotect(bytes, kPage, PROT_READ), 0);
  EXPECT_EQ(bytes[0], 'x');
  ASSERT_EQ(mprotect(bytes, kPage, PROT_NONE), 0);
  ASSERT_EQ(mprotect(bytes, 2 * kPage, kReadWrite), 0);
  EXPECT_EQ(bytes[0], 'x');
  EXPECT_EQ(bytes[kPage], 0);
  EXPECT_EQ(munmap(bytes, 2 * kPage), 0);
}

TEST(MemoryMap, NothingCanBeMadeExecutable) {
  EXPECT_EQ(mmap(nullptr, kPage, kReadWrite | PROT_EXEC, kAnonymous, -1, 0), MAP_FAILED);
  EXPECT_EQ(errno, EACCES);
  void* bytes = mmap(nullptr, kPage, kReadWrite, kAnonymous, -1, 0);
  ASSERT_NE(bytes, MAP_FAILED);
  EXPECT_EQ(mprotect(bytes, kPage, PROT_READ | PROT_EXEC), -1);
  EXPECT_EQ(errno, EACCES);
  EXPECT_EQ(munmap(bytes, kPage), 0);
}

TEST(MemoryMap, RemapKeepsTheContents) {
  auto* bytes = static_cast<char*>(mmap(nullptr, 2 * kPage, kReadWrite, kAnonymous, -1, 0));
  ASSERT_NE(bytes, MAP_FAILED);
  bytes[0] = 'a';
  bytes[2 * kPage - 1] = 'z';
  auto* larger = static_cast<char*>(mremap(bytes, 2 * kPage, 100 * kPage, MREMAP_MAYMOVE));
  ASSERT_NE(larger, MAP_FAILED);
  EXPECT_EQ(larger[0], 'a');
  EXPECT_EQ(larger[2 * kPage - 1], 'z');
  EXPECT_EQ(larger[100 * kPage - 1], 0);
  EXPECT_EQ(mremap(larger, 100 * kPage, 200 * kPage, 0), MAP_FAILED);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(mremap(larger, 100 * kPage, kPage, 0), larger);
  EXPECT_EQ(larger[0], 'a');
  EXPECT_EQ(munmap(larger, kPage), 0);
}

TEST(MemoryMap, AdviceDiscardsTheContents) {
  auto* bytes = static_cast<char*>(mmap(nullptr, 2 * kPage, kReadWrite, kAnonymous, -1, 0));
  ASSERT_NE(bytes, MAP_FAILED);
  std::memset(bytes, 'x', 2 * kPage);
  ASSERT_EQ(madvise(bytes + kPage, kPage, MADV_DONTNEED), 0);
  EXPECT_EQ(bytes[kPage - 1], 'x');
  EXPECT_EQ(bytes[kPage], 0);
  EXPECT_EQ(munmap(bytes, 2 * kPage), 0);
}

TEST(MemoryMap, ReservedPagesCanBeCommitted) {
  auto* bytes = static_cast<char*>(mmap(nullptr, 8 * kPage, PROT_NONE, kAnonymous, -1, 0));
  ASSERT_NE(bytes, MAP_FAILED);
  EXPECT_EQ(mmap(bytes + 4 * kPage, kPage, kReadWrite, kAnonymous | MAP_FIXED, -1, 0), bytes + 4 * kPage);
  bytes[4 * kPage] = 'x';
  EXPECT_EQ(munmap(bytes, 8 * kPage), 0);
}

TEST(MemoryMap, RefusesWhatMakesNoSense) {
  EXPECT_EQ(mmap(nullptr, 0, kReadWrite, kAnonymous, -1, 0), MAP_FAILED);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(mmap(nullptr, SIZE_MAX / 4, kReadWrite, kAnonymous, -1, 0), MAP_FAILED);
  EXPECT_EQ(errno, ENOMEM);
  char* const page = static_cast<char*>(mmap(nullptr, kPage, kReadWrite, kAnonymous, -1, 0));
  ASSERT_NE(page, MAP_FAILED);
  EXPECT_EQ(munmap(page + 1, kPage), -1);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(munmap(page, 0), -1);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(munmap(page, kPage), 0);
  EXPECT_EQ(mprotect(page, kPage, PROT_READ), -1);  // it is gone
  EXPECT_EQ(errno, ENOMEM);
}

}  // namespace
