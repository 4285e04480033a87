// thread_local, in the thread of main() and in others.
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace {

std::uintptr_t AddressOf(const volatile void* object) { return reinterpret_cast<std::uintptr_t>(object); }

thread_local int number = 42;
thread_local int zero;
alignas(64) thread_local volatile std::uint64_t line[16] = {1};
alignas(256) thread_local volatile char page_part[32];

std::atomic<int> destroyed;

struct Named {
  explicit Named(const char* text) : name(text) {}
  ~Named() { ++destroyed; }
  std::string name;
};
thread_local Named named("made when it is used first");

TEST(ThreadLocal, HasItsInitialValueInEachThread) {
  number = 1;
  zero = 7;
  int seen = 0;
  int seen_zero = -1;
  std::thread([&] {
    seen = number;
    seen_zero = zero;
    number = 2;
  }).join();
  EXPECT_EQ(seen, 42);
  EXPECT_EQ(seen_zero, 0);
  EXPECT_EQ(number, 1);
  EXPECT_EQ(zero, 7);
}

TEST(ThreadLocal, IsAlignedAsItAsksInTheFirstThread) {
  EXPECT_EQ(AddressOf(&line) % 64, 0u);
  EXPECT_EQ(AddressOf(&page_part) % 256, 0u);
  EXPECT_EQ(line[0], 1u);
  EXPECT_EQ(line[15], 0u);
  EXPECT_EQ(page_part[31], 0);
}

TEST(ThreadLocal, IsAlignedAsItAsksInEveryOtherThread) {
  std::vector<std::uintptr_t> lines(4);
  std::vector<std::thread> threads;
  std::atomic<int> misaligned = 0;
  for (std::uintptr_t& address : lines) {
    threads.emplace_back([&address, &misaligned] {
      address = AddressOf(&line);
      if (address % 64 != 0 || AddressOf(&page_part) % 256 != 0) ++misaligned;
      if (line[0] != 1 || line[15] != 0 || page_part[31] != 0) ++misaligned;
      line[15] = address;
      page_part[31] = 'x';
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(misaligned, 0);
  EXPECT_EQ(line[15], 0u);
  EXPECT_EQ(page_part[31], 0);
  for (const std::uintptr_t address : lines) EXPECT_NE(address, AddressOf(&line));
}

TEST(ThreadLocal, IsConstructedAtFirstUseAndDestroyedWithItsThread) {
  const int before = destroyed;
  std::string name;
  std::thread([&name] {
    name = named.name;
    named.name = "only here";
  }).join();
  EXPECT_EQ(name, "made when it is used first");
  EXPECT_EQ(destroyed, before + 1);
  EXPECT_EQ(named.name, "made when it is used first");

  std::thread([] { /* never uses it */ }).join();
  EXPECT_EQ(destroyed, before + 1);
}

}  // namespace
