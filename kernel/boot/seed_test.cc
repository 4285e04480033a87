#include "kernel/boot/seed.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "kernel/arch/entropy.h"

namespace {

std::uint64_t counter = 0;
bool has_generator = false;
std::uint64_t generated = 0;

}  // namespace

namespace kernel::arch {

bool ReadRandomWord(std::uint64_t& word) {
  word = generated;
  return has_generator;
}

std::uint64_t ReadCounter() { return counter++; }

}  // namespace kernel::arch

namespace kernel::boot {
namespace {

TEST(Seed, DependsOnTheCounter) {
  has_generator = false;
  counter = 1;
  const auto first = BootSeed({1, 2});
  counter = 2;
  const auto second = BootSeed({1, 2});
  EXPECT_NE(first[0], second[0]);
  EXPECT_NE(first[1], second[1]);
  EXPECT_NE(first[0], first[1]);
}

TEST(Seed, DependsOnTheGeneratorWhereThereIsOne) {
  counter = 1;
  has_generator = true;
  generated = 5;
  const auto first = BootSeed({1, 2});
  counter = 1;
  generated = 6;
  const auto second = BootSeed({1, 2});
  EXPECT_NE(first[0], second[0]);
  EXPECT_NE(first[1], second[1]);
}

TEST(Seed, DependsOnTheHandoff) {
  has_generator = false;
  counter = 1;
  const auto first = BootSeed({1, 2});
  counter = 1;
  EXPECT_NE(first[0], BootSeed({2, 1})[0]);
}

}  // namespace
}  // namespace kernel::boot
