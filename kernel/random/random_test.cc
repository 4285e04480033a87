#include "kernel/random/random.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/arch/cpu.h"
#include "kernel/arch/entropy.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/panic/panic.h"
#include "kernel/random/entropy_device.h"
#include "kernel/random/generation.h"

// The machine of these tests. kernel/random has one generator for the whole machine, and gtest runs each test of a file
// in one process: so each test forks (a death test in the "fast" style), and judges inside.
namespace {

struct FakeMachine {
  bool has_rdrand = false;
  bool has_rdseed = false;
  bool is_rdrand_stuck = false;
  std::uint64_t rdrand_period = 0;
  std::uint64_t rdrand_words = 0;
  std::size_t board_bytes = 0;  // that are left
  bool is_board_raw = false;
  bool is_board_stuck = false;
  bool has_jitter = true;
  std::int64_t now = 0;
  std::uint64_t counter = 0;
  int rdseed_words = 0;
  std::size_t device_bytes = 0;  // that it gives at a time
  int device_calls = 0;
  bool has_generation = false;
  std::uint64_t generation[2] = {1, 2};
  int generation_calls = 0;
  bool is_copied_while_seeding = false;
  std::mt19937_64 random{7};
};
FakeMachine fake;

}  // namespace

namespace kernel::arch {

bool ReadRandomWord(std::uint64_t& word) {
  if (fake.is_copied_while_seeding) {
    ++fake.generation[0];
    fake.is_copied_while_seeding = false;
  }
  word = fake.is_rdrand_stuck ? ~std::uint64_t{0} : fake.random();
  if (fake.rdrand_period > 0) word = 1 + fake.rdrand_words++ % fake.rdrand_period;
  return fake.has_rdrand;
}

bool ReadSeedWord(std::uint64_t& word) {
  if (!fake.has_rdseed) return false;
  ++fake.rdseed_words;
  word = fake.random();
  return true;
}

std::uint64_t ReadCounter() {
  fake.counter += 60 + (fake.has_jitter ? fake.random() % 8 : 0);
  return fake.counter;
}

void Relax() {}

}  // namespace kernel::arch

namespace board {

std::size_t ReadEntropy(std::span<std::byte> buffer) {
  const std::size_t size = std::min(buffer.size(), fake.board_bytes);
  fake.board_bytes -= size;
  for (std::byte& byte : buffer.first(size)) byte = static_cast<std::byte>(fake.is_board_stuck ? 0x55 : fake.random());
  return size;
}

bool EntropyIsRaw() { return fake.is_board_raw; }

kernel::Instant Now() { return {fake.now += 1'000'000}; }

kernel::Result<void> AddEntropyFromDevice() {
  ++fake.device_calls;
  if (fake.device_bytes == 0) return kernel::Fail(kernel::Error::kNotFound);
  std::vector<std::byte> bytes(fake.device_bytes);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(fake.random());
  kernel::random::AddDeviceEntropy(bytes, 4 * 8 * static_cast<int>(bytes.size()));
  return {};
}

const volatile std::uint64_t* GenerationIdentifier() {
  ++fake.generation_calls;
  return fake.has_generation ? fake.generation : nullptr;
}

}  // namespace board

namespace kernel::panic {

void Panic(std::string_view reason) {
  std::fprintf(stderr, "panic: %.*s\n", static_cast<int>(reason.size()), reason.data());
  std::_Exit(101);
}

}  // namespace kernel::panic

namespace kernel::random {
namespace {

constexpr std::size_t kPlenty = 1 << 20;

// Runs `check` in a process of its own, where the generator is new.
template <typename Check>
void InANewMachine(Check check) {
  EXPECT_EXIT(
      {
        check();
        std::_Exit(testing::Test::HasFailure() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
}

bool TryOne() {
  std::array<std::byte, 32> bytes;
  return TryFill(bytes);
}

TEST(Random, WithoutASourceThereAreNoNumbers) {
  InANewMachine([] {
    EXPECT_FALSE(IsSeeded());
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(TryOne());
    EXPECT_FALSE(IsSeeded());
    EXPECT_TRUE(Report(Source::kJitter).has_started) << "timing counts, but not for all";
  });
}

TEST(Random, WhoWaitsWithoutASourceStopsTheMachineWithItsReason) {
  EXPECT_EXIT(WaitUntilSeeded(), testing::ExitedWithCode(101), "no source of randomness");
}

TEST(Random, TheCpuAndTimingMakeASeed) {
  InANewMachine([] {
    fake.has_rdrand = true;
    EXPECT_FALSE(IsSeeded()) << "nothing gathers by itself";
    EXPECT_TRUE(TryOne());
    EXPECT_TRUE(IsSeeded());
    EXPECT_EQ(Report(Source::kCpu).samples, 32u + 16);
    EXPECT_EQ(Report(Source::kJitter).samples, 16u) << "a taste: timing is not needed";
    EXPECT_EQ(fake.device_calls, 0) << "nor is a device that takes a driver";
  });
}

TEST(Random, TheNoiseSourceIsPreferredToTheGeneratorBehindIt) {
  InANewMachine([] {
    fake.has_rdrand = fake.has_rdseed = true;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(fake.rdseed_words, 32 + 16);
  });
}

TEST(Random, ALoadersSeedOf256BitsSuffices) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.board_bytes = 32;
    EXPECT_TRUE(TryOne());
  });
}

TEST(Random, ALoadersSeedOf128BitsNeedsTimingBeside) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.board_bytes = 16;
    EXPECT_FALSE(TryOne());
    EXPECT_TRUE(Report(Source::kJitter).is_broken) << "a clock that counts instructions is no source";
  });
  InANewMachine([] {
    fake.board_bytes = 16;
    EXPECT_TRUE(TryOne());
  });
}

TEST(Random, ARawGeneratorCountsAfter1024BytesOnly) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.is_board_raw = true;
    fake.board_bytes = 1023;
    EXPECT_FALSE(TryOne());
    fake.board_bytes = 64;
    EXPECT_FALSE(TryOne()) << "the last byte of the start-up came in a piece that does not count";
    fake.board_bytes = 63;
    EXPECT_FALSE(TryOne()) << "63 bytes of 4 bits";
    fake.board_bytes = 64;
    EXPECT_TRUE(TryOne());
  });
}

TEST(Random, AStuckGeneratorOfTheCpuIsRejected) {
  InANewMachine([] {
    fake.has_rdrand = fake.is_rdrand_stuck = true;
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(TryOne());
    EXPECT_TRUE(Report(Source::kCpu).is_broken);
    fake.is_rdrand_stuck = false;
    EXPECT_FALSE(TryOne()) << "once broken, never trusted again";
    fake.board_bytes = 32;
    EXPECT_TRUE(TryOne()) << "another source takes its place";
  });
}

TEST(Random, AStuckGeneratorOfTheBoardIsRejected) {
  InANewMachine([] {
    fake.is_board_raw = fake.is_board_stuck = true;
    fake.board_bytes = kPlenty;
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(TryOne());
    EXPECT_TRUE(Report(Source::kBoard).is_broken);
  });
}

TEST(Random, ADeviceThatComesLaterEndsTheWait) {
  InANewMachine([] {
    EXPECT_FALSE(TryOne());
    const std::array<std::byte, 32> bytes = {};
    AddDeviceEntropy(bytes, 8 * 256);
    EXPECT_TRUE(TryOne());
  });
}

TEST(Random, ADeviceIsAskedWhereTheOthersDoNotSuffice) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.device_bytes = 64;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(Report(Source::kDevice).samples, 64u);
    EXPECT_EQ(Report(Source::kJitter).samples, 16u) << "never one source alone";
    fake.now += kTimeBetweenReseeds.nanoseconds;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 2u) << "and again when the key is renewed";
    EXPECT_EQ(fake.device_calls, 2);
  });
}

TEST(Random, ALoadersSeedIsRenewedFromTheDevice) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.board_bytes = 32;
    fake.device_bytes = 32;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(fake.device_calls, 0);
    fake.now += kTimeBetweenReseeds.nanoseconds;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 2u);
    EXPECT_EQ(fake.device_calls, 1);
  });
}

TEST(Random, TastesOfTimingCountOnceTheyHaveMadeAStartUp) {
  InANewMachine([] {
    fake.has_rdrand = true;
    for (int i = 0; i < 64; ++i) {
      EXPECT_FALSE(Report(Source::kJitter).has_started);
      EXPECT_TRUE(TryOne());
      fake.now += kTimeBetweenReseeds.nanoseconds;
    }
    EXPECT_TRUE(Report(Source::kJitter).has_started);
  });
}

TEST(Random, AGeneratorThatGoesRoundInASmallCircleIsRejected) {
  InANewMachine([] {
    fake.has_rdrand = true;
    fake.rdrand_period = 3;
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(TryOne());
    EXPECT_TRUE(Report(Source::kCpu).is_broken);
  });
}

TEST(Random, TheKeyIsRenewedAfterAWhile) {
  InANewMachine([] {
    fake.has_rdrand = true;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 1u);
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 1u);
    fake.now += kTimeBetweenReseeds.nanoseconds;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 2u);
  });
}

TEST(Random, TheKeyIsRenewedAfterManyBytes) {
  InANewMachine([] {
    fake.has_rdrand = true;
    std::vector<std::byte> bytes(kBytesBetweenReseeds);
    EXPECT_TRUE(TryFill(bytes));
    EXPECT_EQ(SeedCount(), 1u);
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 2u);
  });
}

TEST(Random, ASeededGeneratorGoesOnWhenItsSourcesEnd) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.board_bytes = 32;
    EXPECT_TRUE(TryOne());
    fake.now += 10 * kTimeBetweenReseeds.nanoseconds;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 1u) << "nothing to renew it from";
  });
}

TEST(Random, TwoCopiesOfAMachineThatResumeFromOneStateDiffer) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.board_bytes = 32;
    EXPECT_TRUE(TryOne());
    std::array<std::byte, 32> original, copy;
    const auto resume = [](std::uint64_t counter, std::span<std::byte> bytes) {
      int pipes[2];
      ASSERT_EQ(pipe(pipes), 0);
      if (fork() == 0) {
        fake.counter = counter;
        (void)TryFill(bytes);
        std::_Exit(write(pipes[1], bytes.data(), bytes.size()) == 32 ? 0 : 1);
      }
      ASSERT_EQ(read(pipes[0], bytes.data(), bytes.size()), 32);
    };
    resume(1000, original);
    resume(1000, copy);
    EXPECT_EQ(original, copy) << "the same state and the same counter";
    resume(1001, copy);
    EXPECT_NE(original, copy);
  });
}

TEST(Random, AnotherGenerationOfTheMachineGetsANewSeedBeforeItsNextByteAndOnlyThen) {
  for (const int word : {0, 1}) {
    InANewMachine([word] {
      fake.has_rdrand = fake.has_generation = true;
      for (int i = 0; i < 5; ++i) EXPECT_TRUE(TryOne());
      EXPECT_EQ(SeedCount(), 1u);
      EXPECT_EQ(fake.generation_calls, 1) << "the board is asked once";
      fake.generation[word] ^= std::uint64_t{1} << 63;
      EXPECT_TRUE(TryOne());
      EXPECT_EQ(SeedCount(), 2u);
      for (int i = 0; i < 5; ++i) EXPECT_TRUE(TryOne());
      EXPECT_EQ(SeedCount(), 2u);
      fake.generation[word] ^= std::uint64_t{1} << 63;
      EXPECT_TRUE(TryOne());
      EXPECT_EQ(SeedCount(), 3u) << "back to an earlier one is another one, too";
    });
  }
}

TEST(Random, AMachineThatIsNotToldOfCopiesAsksOnce) {
  InANewMachine([] {
    fake.has_rdrand = true;
    EXPECT_TRUE(TryOne());
    ++fake.generation[0];
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 1u);
    EXPECT_EQ(fake.generation_calls, 1);
  });
}

TEST(Random, ACopyThatIsMadeWhileTheSourcesAnswerGetsASeedOfItsOwn) {
  InANewMachine([] {
    fake.has_rdrand = fake.has_generation = fake.is_copied_while_seeding = true;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 1u);
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 2u);
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 2u);
  });
}

TEST(Random, AnotherGenerationWithoutSourcesGoesOnAsWhenTheKeyIsDue) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.has_generation = true;
    fake.board_bytes = 32;
    EXPECT_TRUE(TryOne());
    ++fake.generation[1];
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 1u) << "nothing to renew it from";
    EXPECT_EQ(fake.device_calls, 1) << "but it was tried";
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(fake.device_calls, 1) << "and is tried again when the key is due";
    fake.board_bytes = 32;
    fake.now += kTimeBetweenReseeds.nanoseconds;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 2u);
  });
}

TEST(Random, WhatWasGatheredBeforeACopyWasMadeCountsForNoneOfThem) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.has_generation = true;
    fake.board_bytes = 32;
    EXPECT_TRUE(TryOne());
    const std::array<std::byte, 32> bytes = {};
    AddDeviceEntropy(bytes, 8 * 256);
    ++fake.generation[0];
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 1u) << "each copy has these bytes";
    AddDeviceEntropy(bytes, 8 * 256);
    fake.now += kTimeBetweenReseeds.nanoseconds;
    EXPECT_TRUE(TryOne());
    EXPECT_EQ(SeedCount(), 2u);
  });
}

// Neither the CPU nor the counter tells these copies apart: only the identifier does.
TEST(Random, CopiesWithoutSourcesThatAreToldSoDiffer) {
  InANewMachine([] {
    fake.has_jitter = false;
    fake.has_generation = true;
    fake.board_bytes = 32;
    EXPECT_TRUE(TryOne());
    const auto resume = [](std::uint64_t generation) {
      std::array<std::byte, 32> bytes = {};
      int pipes[2];
      EXPECT_EQ(pipe(pipes), 0);
      if (fork() == 0) {
        fake.generation[0] = generation;
        (void)TryFill(bytes);
        fake.counter = 1000;
        (void)TryFill(bytes);
        std::_Exit(write(pipes[1], bytes.data(), bytes.size()) == 32 ? 0 : 1);
      }
      EXPECT_EQ(read(pipes[0], bytes.data(), bytes.size()), 32);
      return bytes;
    };
    EXPECT_EQ(resume(5), resume(5));
    EXPECT_NE(resume(5), resume(6));
  });
}

}  // namespace
}  // namespace kernel::random
