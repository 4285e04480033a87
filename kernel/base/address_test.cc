#include "kernel/base/address.h"

#include <type_traits>

#include "gtest/gtest.h"

namespace kernel {
namespace {

TEST(Address, PhysicalAndVirtualDoNotMix) {
  static_assert(!std::is_convertible_v<PhysicalAddress, VirtualAddress>);
  static_assert(!std::is_convertible_v<VirtualAddress, PhysicalAddress>);
  static_assert(!std::is_convertible_v<PhysicalAddress, std::uint64_t>);
  EXPECT_LT(PhysicalAddress{1}, PhysicalAddress{2});
  EXPECT_EQ(VirtualAddress{3}, VirtualAddress{3});
}

TEST(Address, RoundingKeepsMultiplesAndMovesTheRest) {
  EXPECT_EQ(RoundDown(0, kPageSize), 0u);
  EXPECT_EQ(RoundDown(4095, kPageSize), 0u);
  EXPECT_EQ(RoundDown(4096, kPageSize), 4096u);
  EXPECT_EQ(RoundUp(0, kPageSize), 0u);
  EXPECT_EQ(RoundUp(1, kPageSize), 4096u);
  EXPECT_EQ(RoundUp(4096, kPageSize), 4096u);
  EXPECT_EQ(RoundUp(4097, kPageSize), 8192u);
}

}  // namespace
}  // namespace kernel
