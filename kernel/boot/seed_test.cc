#include "kernel/boot/seed.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <span>

#include <gtest/gtest.h>

#include "kernel/arch/entropy.h"
#include "kernel/boot/board.h"

namespace {

std::uint64_t counter = 0;
bool has_generator = false;
std::uint64_t generated = 0;
std::size_t board_bytes = 0;  // that are left
std::byte board_byte = {};
bool is_board_raw = false;

}  // namespace

namespace kernel::arch {

bool ReadRandomWord(std::uint64_t& word) {
  word = has_generator ? generated : 0;
  return has_generator;
}

std::uint64_t ReadCounter() { return counter; }

}  // namespace kernel::arch

namespace board {

std::size_t ReadEntropy(std::span<std::byte> buffer) {
  const std::size_t size = std::min(buffer.size(), board_bytes);
  board_bytes -= size;
  std::ranges::fill(buffer.first(size), board_byte);
  return size;
}

bool EntropyIsRaw() { return is_board_raw; }

}  // namespace board

namespace kernel::boot {
namespace {

using Words = std::array<std::uint64_t, 2>;

// The seed of a start, made in a process of its own: the secret behind it is one a machine.
Words SeedOfAStart() {
  int pipes[2];
  Words seed = {};
  EXPECT_EQ(pipe(pipes), 0);
  if (fork() == 0) {
    seed = BootSeed({1, 2});
    std::_Exit(write(pipes[1], seed.data(), sizeof seed) == sizeof seed ? 0 : 1);
  }
  EXPECT_EQ(read(pipes[0], seed.data(), sizeof seed), static_cast<ssize_t>(sizeof seed));
  return seed;
}

template <typename Change>
void ExpectOtherSeedAfter(Change change) {
  const Words original = SeedOfAStart();
  EXPECT_EQ(SeedOfAStart(), original) << "nothing has changed yet";
  change();
  const Words changed = SeedOfAStart();
  EXPECT_NE(changed[0], original[0]);
  EXPECT_NE(changed[1], original[1]);
}

// How many of 48 bytes of the board are left after a start that asks twice.
std::size_t LeftAfterTwoCalls() {
  const int child = fork();
  if (child == 0) {
    board_bytes = 48;
    (void)BootSeed({1, 2});
    (void)BootSeed({1, 2});
    std::_Exit(static_cast<int>(board_bytes));
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return static_cast<std::size_t>(WEXITSTATUS(status));
}

// Before the tests that ask in this process: they would be the first call.
TEST(Seed, ALoadersSeedIsAskedForOnceAndAGeneratorEachTime) {
  has_generator = false;
  is_board_raw = false;
  EXPECT_EQ(LeftAfterTwoCalls(), 32u);
  is_board_raw = true;
  EXPECT_EQ(LeftAfterTwoCalls(), 16u);
  is_board_raw = false;
}

TEST(Seed, DependsOnTheCounter) {
  ExpectOtherSeedAfter([] { counter += 1; });
}

TEST(Seed, DependsOnTheGeneratorOfTheCpu) {
  ExpectOtherSeedAfter([] {
    has_generator = true;
    generated = 5;
  });
}

TEST(Seed, DependsOnTheGeneratorOfTheBoardWhereTheCpuHasNone) {
  has_generator = false;
  ExpectOtherSeedAfter([] {
    board_bytes = 8;  // a kaslr-seed
    board_byte = std::byte{3};
  });
}

TEST(Seed, LeavesTheBoardsSeedForOthersWhereTheCpuHasAGenerator) {
  has_generator = true;
  board_bytes = 32;
  (void)BootSeed({1, 2});
  EXPECT_EQ(board_bytes, 32u);
}

TEST(Seed, NoWordComesTwice) {
  std::set<std::uint64_t> words;
  for (int i = 0; i < 1000; ++i) {
    for (const std::uint64_t word : BootSeed({1, 2})) EXPECT_TRUE(words.insert(word).second) << i;
  }
}

}  // namespace
}  // namespace kernel::boot
