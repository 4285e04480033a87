// A variable that nobody set is zero, whatever the function before left in its place: -ftrivial-auto-var-init.
#include <algorithm>
#include <array>
#include <cstdint>

#include "gtest/gtest.h"

namespace {

constexpr std::uint64_t kSecret = 0x5ec2e75ec2e75ec2;

struct Record {
  std::uint8_t kind;
  std::uint64_t values[31];
};

// Leaves 8 KiB of a secret below the caller's frame.
[[gnu::noinline]] void LeaveSecrets() {
  std::uint64_t secrets[1024];
  std::ranges::fill(secrets, kSecret);
  asm volatile("" : : "r"(secrets) : "memory");
}

// What is not zero in variables that nobody set. The compiler must not see what is in them.
[[gnu::noinline]] int CountLeftOvers() {
  std::uint64_t words[512];
  Record record;
  std::uint64_t word;
  asm volatile("" : "+m"(words), "+m"(record), "+m"(word));
  int found = 0;
  for (const std::uint64_t each : words) found += each != 0;
  for (const std::uint64_t each : record.values) found += each != 0;
  return found + (record.kind != 0) + (word != 0);
}

// The same on purpose: to see that the secrets do lie there.
[[gnu::noinline]] int CountLeftOversOfUninitialized() {
  [[clang::uninitialized]] std::uint64_t words[512];
  asm volatile("" : "+m"(words));
  return static_cast<int>(std::ranges::count(words, kSecret));
}

TEST(ZeroedVariables, NothingOfAnotherFunctionIsLeftInThem) {
  LeaveSecrets();
  EXPECT_GT(CountLeftOversOfUninitialized(), 500);
  LeaveSecrets();
  EXPECT_EQ(CountLeftOvers(), 0);
}

}  // namespace
