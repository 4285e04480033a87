#include "drivers/rtc/pl031/pl031.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace drivers::rtc {
namespace {

TEST(Pl031, SecondsAreTheDataRegister) {
  const std::array<std::uint32_t, 8> registers = {1'700'000'000, 1, 2, 3, 4, 5, 6, 7};
  const Pl031 clock(kernel::VirtualAddress{reinterpret_cast<std::uintptr_t>(registers.data())});
  EXPECT_EQ(clock.Seconds(), 1'700'000'000u);
}

}  // namespace
}  // namespace drivers::rtc
