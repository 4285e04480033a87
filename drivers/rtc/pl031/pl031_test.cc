#include "drivers/rtc/pl031/pl031.h"

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/script.h"

namespace drivers::rtc {
namespace {

TEST(Pl031, SecondsAreTheDataRegister) {
  Script script;
  script.Reads<RTCDR>(1'700'000'000);
  const Pl031On<DoubleRegisters> clock(script);
  EXPECT_EQ(clock.Seconds(), 1'700'000'000u);
  EXPECT_EQ(script.verdict(), "");
}

}  // namespace
}  // namespace drivers::rtc
