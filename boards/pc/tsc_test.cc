#include "boards/pc/tsc.h"

#include <cstdint>
#include <map>

#include "gtest/gtest.h"

namespace board {
namespace {

TEST(TicksToNanoseconds, IsRightForCommonFrequencies) {
  EXPECT_NEAR(TicksToNanoseconds(3'000'000'000, TickScale(3'000'000'000)), 1'000'000'000, 1);
  EXPECT_EQ(TicksToNanoseconds(12345, TickScale(1'000'000'000)), 12345);
  EXPECT_EQ(TicksToNanoseconds(10'000'000, TickScale(10'000'000)), 1'000'000'000);
}

TEST(TicksToNanoseconds, DoesNotOverflowInAHundredYears) {
  constexpr std::uint64_t kSeconds = 100ULL * 365 * 86400;
  constexpr std::uint64_t kHertz = 5'000'000'000;  // 2^63.8 ticks
  const std::int64_t nanoseconds = TicksToNanoseconds(kSeconds * kHertz, TickScale(kHertz));
  EXPECT_NEAR(static_cast<double>(nanoseconds), kSeconds * 1e9,
              kSeconds * 1.0);  // 1 ns a second is the scale's rounding
}

TEST(TicksToNanoseconds, NeverGoesBackwards) {
  const std::uint64_t scale = TickScale(2'893'202'000);
  std::int64_t last = 0;
  for (std::uint64_t ticks = 0xffff'ff00; ticks < 0x1'0000'1000; ++ticks) {
    const std::int64_t now = TicksToNanoseconds(ticks, scale);
    ASSERT_GE(now, last);
    last = now;
  }
}

using Leaves = std::map<std::uint32_t, kernel::arch::CpuidLeaf>;

std::uint64_t Frequency(const Leaves& leaves) {
  return TscFrequencyFromCpuid([&](std::uint32_t leaf) {
    const auto found = leaves.find(leaf);
    return found == leaves.end() ? kernel::arch::CpuidLeaf{} : found->second;
  });
}

TEST(TscFrequencyFromCpuid, UsesTheCrystal) {
  EXPECT_EQ(Frequency({{0, {.eax = 0x16}}, {0x15, {2, 250, 24'000'000, 0}}}), 3'000'000'000U);
}

TEST(TscFrequencyFromCpuid, UsesTheBaseFrequencyWhereTheCrystalIsUnknown) {
  EXPECT_EQ(Frequency({{0, {.eax = 0x16}}, {0x15, {2, 250, 0, 0}}, {0x16, {.eax = 2900}}}), 2'900'000'000U);
  EXPECT_EQ(Frequency({{0, {.eax = 0x15}}, {0x15, {2, 250, 0, 0}}, {0x16, {.eax = 2900}}}), 0U);
}

TEST(TscFrequencyFromCpuid, IsUnknownWithoutTheLeaf) {
  EXPECT_EQ(Frequency({}), 0U);
  EXPECT_EQ(Frequency({{0, {.eax = 0xd}}, {0x15, {2, 250, 24'000'000, 0}}}), 0U);
  EXPECT_EQ(Frequency({{0, {.eax = 0x16}}, {0x15, {0, 250, 24'000'000, 0}}}), 0U);
}

TEST(TscFrequencyFromCpuid, BelievesTheHypervisorFirst) {
  Leaves leaves = {{0, {.eax = 0x16}},
                   {1, {.ecx = 0x8000'0000}},
                   {0x15, {2, 250, 24'000'000, 0}},
                   {0x4000'0000, {.eax = 0x4000'0010, .ebx = 0x4b4d'564b}},
                   {0x4000'0010, {.eax = 2'500'000}}};
  EXPECT_EQ(Frequency(leaves), 2'500'000'000U);
  leaves[0x4000'0000].eax = 0x4000'0001;
  EXPECT_EQ(Frequency(leaves), 3'000'000'000U);
  leaves[0x4000'0000] = {.eax = 0x4000'0010, .ebx = 0x7263'694d};  // "Micr": gives the leaf another meaning
  EXPECT_EQ(Frequency(leaves), 3'000'000'000U);
}

// An 8254 and a time stamp counter on one simulated time, which every port access takes a while of.
struct FakeMachine {
  double hertz = 2.5e9;
  double access_seconds = 1e-6;
  bool has_timer = true;
  int disturbed_access = -1;            // this access takes longer ...
  double disturbance_seconds = 300e-6;  // ... by so much

  int jump_access = -1;  // at this access the counter skips a millisecond

  double now = 0, started = 0, skipped = 0;
  int accesses = 0;
  std::uint8_t gate = 0x02;
  std::uint16_t latched = 0;
  bool high_next = false;

  void Pass() {
    now += access_seconds;
    if (accesses == jump_access) skipped = 1e-3;
    if (accesses++ == disturbed_access) now += disturbance_seconds;
  }
  std::uint64_t ReadTsc() { return static_cast<std::uint64_t>((now + skipped) * hertz); }
  std::uint8_t ReadPort8(std::uint16_t port) {
    Pass();
    if (port == 0x61) return gate;
    if (!has_timer || port != 0x42) return 0xff;
    high_next = !high_next;
    return static_cast<std::uint8_t>(high_next ? latched : latched >> 8);
  }
  void WritePort8(std::uint16_t port, std::uint8_t value) {
    Pass();
    if (port == 0x61) gate = value;
    if (port == 0x42) started = now;
    if (port == 0x43 && value == 0x80) {
      EXPECT_EQ(gate & 3, 1);  // counting, silent
      latched = static_cast<std::uint16_t>(0xffff - static_cast<std::uint64_t>((now - started) * 1193182));
    }
  }
};

TEST(TscCalibration, IsRightToAFifthOfAPercent) {
  for (double hertz : {1e9, 2.5e9, 4.9e9}) {
    for (double access : {0.02e-6, 0.2e-6, 1e-6, 3e-6}) {
      FakeMachine machine{.hertz = hertz, .access_seconds = access};
      const std::uint64_t measured = TscCalibration(machine).Measure();
      EXPECT_NEAR(static_cast<double>(measured), hertz, hertz / 500) << access;
      EXPECT_LT(machine.now, 2.2e-3);
      EXPECT_EQ(machine.gate, 0x02);
    }
  }
}

TEST(TscCalibration, AStolenMomentDoesNotSpoilIt) {
  for (int access = 0; access < 100; ++access) {
    FakeMachine machine{.disturbed_access = access};
    const std::uint64_t measured = TscCalibration(machine).Measure();
    EXPECT_NEAR(static_cast<double>(measured), 2.5e9, 5e6) << access;
  }
}

TEST(TscCalibration, APreemptedCpuDoesNotSpoilIt) {
  for (double stolen : {20e-3, 40e-3, 54e-3, 70e-3, 500e-3}) {
    for (int access = 5; access < 2000; access += 7) {
      FakeMachine machine{.disturbed_access = access, .disturbance_seconds = stolen};
      const std::uint64_t measured = TscCalibration(machine).Measure();
      EXPECT_NEAR(static_cast<double>(measured), 2.5e9, 5e6) << access << " " << stolen;
    }
  }
}

TEST(TscCalibration, AJumpOfTheCounterDoesNotSpoilIt) {
  for (int access = 0; access < 2000; access += 7) {
    FakeMachine machine{.jump_access = access};
    const std::uint64_t measured = TscCalibration(machine).Measure();
    EXPECT_NEAR(static_cast<double>(measured), 2.5e9, 5e6) << access;
  }
}

TEST(TscCalibration, AMachineWithoutATimerIsNoticedSoon) {
  FakeMachine machine{.has_timer = false};
  EXPECT_EQ(TscCalibration(machine).Measure(), 0U);
  EXPECT_LT(machine.now, 1e-3);
  EXPECT_EQ(machine.gate, 0x02);
}

}  // namespace
}  // namespace board
