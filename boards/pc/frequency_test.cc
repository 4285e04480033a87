#include <cstdint>
#include <map>

#include "boards/pc/kvm_clock.h"
#include "boards/pc/tsc_frequency.h"

#include "gtest/gtest.h"

namespace board {
namespace {

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

std::uint32_t ClockMsr(const Leaves& leaves) {
  return KvmClockMsr([&](std::uint32_t leaf) {
    const auto found = leaves.find(leaf);
    return found == leaves.end() ? kernel::arch::CpuidLeaf{} : found->second;
  });
}

TEST(KvmClockMsr, IsWhatKvmOffers) {
  Leaves leaves = {{1, {.ecx = 0x8000'0000}},
                   {0x4000'0000, {.eax = 0x4000'0001, .ebx = 0x4b4d'564b, .ecx = 0x564b'4d56, .edx = 0x4d}},
                   {0x4000'0001, {.eax = 0x0100'000b}}};
  EXPECT_EQ(ClockMsr(leaves), 0x4b56'4d01U);
  leaves[0x4000'0001].eax = 1;
  EXPECT_EQ(ClockMsr(leaves), 0x12U);
  leaves[0x4000'0001].eax = 0;
  EXPECT_EQ(ClockMsr(leaves), 0U);
}

TEST(KvmClockMsr, IsNoneWithoutKvm) {
  EXPECT_EQ(ClockMsr({}), 0U);
  EXPECT_EQ(ClockMsr({{1, {.ecx = 0x8000'0000}},
                      {0x4000'0000, {.ebx = 0x5447'4354, .ecx = 0x4354'4743, .edx = 0x4743'5447}},  // "TCGTCGTCGTCG"
                      {0x4000'0001, {.eax = 0x0100'000b}}}),
            0U);
}

TEST(KvmFrequency, InvertsMultiplierAndShift) {
  EXPECT_NEAR(static_cast<double>(FrequencyOf(0xb6db'6db7, -1)), 2.8e9, 2);  // 2.8 GHz, as KVM has it
  EXPECT_NEAR(static_cast<double>(FrequencyOf(0x8000'0000, 0)), 2e9, 2);
  EXPECT_NEAR(static_cast<double>(FrequencyOf(0x8000'0000, 1)), 1e9, 2);
}

TEST(KvmFrequency, NonsenseIsNone) {
  EXPECT_EQ(FrequencyOf(0, 0), 0U);
  EXPECT_EQ(FrequencyOf(1, -31), 0U);
  EXPECT_EQ(FrequencyOf(0x8000'0000, 127), 0U);
  EXPECT_EQ(FrequencyOf(0x8000'0000, -128), 0U);
}

}  // namespace
}  // namespace board
