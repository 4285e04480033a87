#include "drivers/watchdog/bcm2835/bcm2835_watchdog.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/watchdog/bcm2835/registers.h"
#include "kernel/base/time.h"

namespace drivers::watchdog {
namespace {

using kernel::Duration;
using Watchdog = Bcm2835WatchdogOn<DoubleRegisters>;

// The password is asked for by every register, and none gives it back.
constexpr Rule Guarded(std::uint32_t offset, std::uint64_t reset, std::uint64_t writable) {
  return {.offset = offset, .reset = reset, .writable = writable, .password = 0x5a000000, .password_mask = 0xff000000};
}
constexpr std::array kTable = {Guarded(0x1c, 0x102, 0xffffff), Guarded(0x20, 0x1000, 0xffffff),
                               Guarded(0x24, 0, 0xfffff)};

// The chip: it counts, and at 0 it starts the firmware, which reads what it shall boot.
class Chip final : public RuleModel {
 public:
  Chip() : RuleModel(kTable) {}

  // The partition that is booted within `time`; nobody knows: -1.
  int BootsWithin(Duration time) const {
    const bool is_running = (Get(0x1c) & 0x30) == 0x20;
    const auto ticks = static_cast<std::int64_t>(Get(0x24));
    if (!is_running || ticks * 1'000'000'000 / 65536 > time.nanoseconds) return -1;
    int number = 0;
    for (int bit = 0; bit < 6; ++bit) number |= static_cast<int>(Get(0x20) >> 2 * bit & 1) << bit;
    return number;
  }
};

TEST(Bcm2835Watchdog, ResetsIntoEveryPartitionAndKeepsWhyTheLastResetCame) {
  for (std::uint32_t number = 0; number < 64; ++number) {
    Chip chip;
    const Watchdog watchdog(chip);
    watchdog.ResetInto(BitsOf({number}));
    EXPECT_EQ(chip.BootsWithin(Duration::Milliseconds(1)), static_cast<int>(number));
    EXPECT_EQ(watchdog.chosen().number, number);
    EXPECT_EQ(chip.Get(0x20) & 0x1000, 0x1000u);
    EXPECT_TRUE(chip.complaints.empty());
  }
}

TEST(Bcm2835Watchdog, CountsAnewWhenItIsStartedAgainAndNotAtAllWhenItIsStopped) {
  Chip chip;
  const Watchdog watchdog(chip);
  EXPECT_FALSE(watchdog.IsRunning());
  watchdog.Choose({2});
  watchdog.Start(Duration::Seconds(10));
  EXPECT_TRUE(watchdog.IsRunning());
  EXPECT_EQ(chip.BootsWithin(Duration::Milliseconds(9'999)), -1);
  EXPECT_EQ(chip.BootsWithin(Duration::Milliseconds(10'001)), 2);
  chip.Put(0x24, 7);  // time has passed
  watchdog.Start(Duration::Seconds(10));
  EXPECT_EQ(chip.BootsWithin(Duration::Milliseconds(9'999)), -1);
  watchdog.Stop();
  EXPECT_FALSE(watchdog.IsRunning());
  EXPECT_EQ(chip.BootsWithin(Duration::Seconds(100)), -1);
  EXPECT_TRUE(chip.complaints.empty());
}

TEST(Bcm2835Watchdog, LongerThanItCanCountIsAsLongAsItCan) {
  Chip chip;
  const Watchdog watchdog(chip);
  watchdog.Start(Duration::Seconds(100));
  EXPECT_EQ(chip.BootsWithin(Duration::Milliseconds(15'990)), -1);
  EXPECT_EQ(chip.BootsWithin(Duration::Milliseconds(16'000)), 0);
  watchdog.Start(Duration::Seconds(-1));
  EXPECT_EQ(chip.BootsWithin(Duration::Milliseconds(1)), 0);
}

TEST(Bcm2835WatchdogScript, ThePartitionIsThereBeforeTheResetIs) {
  using namespace bcm2835;
  Script script;
  script.Reads<RSTS>(0x1000)
      .Writes<RSTS>(0x5a001555)
      .Writes<WDOG>(0x5a00000a)
      .Reads<RSTC>(0x102)
      .Writes<RSTC>(0x5a000122);
  Watchdog(script).ResetInto(BitsOf(kNoPartition));
  EXPECT_EQ(script.verdict(), "");
}

TEST(Bcm2835WatchdogFaults, ALostStartCanBeSeen) {
  Chip chip;
  FaultyRegisters faulty(chip);
  faulty.Break({.kind = RegisterFault::Kind::kLostWrite, .offset = 0x1c, .count = 1});
  const Watchdog watchdog(faulty);
  watchdog.Start(Duration::Seconds(1));
  EXPECT_FALSE(watchdog.IsRunning());
  watchdog.Start(Duration::Seconds(1));
  EXPECT_TRUE(watchdog.IsRunning());
}

}  // namespace
}  // namespace drivers::watchdog
