#include "drivers/timer/tsc_clock/tsc_clock.h"

#include <cmath>
#include <cstdint>
#include <functional>

#include "gtest/gtest.h"
#include "kernel/base/time.h"

namespace drivers::timer {
namespace {

// A time stamp counter, a power management timer and an 8254 on one simulated time, which every access takes a while
// of.
struct World {
  double hertz = 2.5e9;
  double access = 1e-6;  // seconds a port takes
  bool has_power_timer = true;
  bool has_interval_timer = true;
  bool power_timer_stands = false;
  std::uint64_t known = 0;
  bool is_hurried = false;

  double now = 0.05;  // firmware took 50 ms
  double timer_started = 0;
  std::uint8_t gate = 0x02;
  std::uint16_t latched = 0;
  int bytes_read = 0;
  int ports = 0;
  int stolen_port = -1;  // this access takes longer ...
  double stolen = 0;     // ... by so much, seconds

  std::function<void()> interrupt = {};  // comes at an access
  int interrupt_port = -1;

  void Pass() {
    now += access;
    if (ports == stolen_port) now += stolen;
    if (ports++ == interrupt_port && interrupt) interrupt();
  }
};

struct Machine {
  World* world;

  std::uint64_t ReadTsc() { return static_cast<std::uint64_t>((world->now += 5e-9) * world->hertz); }
  std::uint64_t KnownFrequency() { return world->known; }
  bool IsHurried() { return world->is_hurried; }
  std::uint16_t PowerTimerPort() { return 0x608; }
  std::uint32_t ReadPort32(std::uint16_t port) {
    world->Pass();
    EXPECT_EQ(port, 0x608);
    if (!world->has_power_timer) return 0xffff'ffff;
    if (world->power_timer_stands) return 0x1234;
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(world->now * 3'579'545) & 0xff'ffff);
  }
  std::uint8_t ReadPort8(std::uint16_t port) {
    world->Pass();
    if (port == 0x61) return world->gate;
    if (!world->has_interval_timer || port != 0x42) return 0xff;
    switch (world->bytes_read++) {
      case 0:
        return 0x30 | (world->now - world->timer_started > 65536 / 1193182.0 ? 0x80 : 0);
      case 1:
        return static_cast<std::uint8_t>(world->latched);
      default:
        return static_cast<std::uint8_t>(world->latched >> 8);
    }
  }
  void WritePort8(std::uint16_t port, std::uint8_t value) {
    world->Pass();
    if (port == 0x61) world->gate = value;
    if (port == 0x42) world->timer_started = world->now;
    if (port == 0x43 && value == 0xc8) {
      EXPECT_EQ(world->gate & 3, 1) << "counting, silent";
      const auto counted = static_cast<std::uint64_t>((world->now - world->timer_started) * 1'193'182);
      world->latched = static_cast<std::uint16_t>(0xffff - counted);
      world->bytes_read = 0;
    }
  }
};

class Clock : public testing::Test {
 protected:
  void Restart(const World& world) {
    world_ = world;
    clock_.~TscClock();
    new (&clock_) TscClock<Machine>(Machine{&world_});
    last_ = -1;
  }
  // Seconds on the clock, which must not go backwards.
  double Now() {
    const std::int64_t now = clock_.Now().nanoseconds;
    EXPECT_GE(now, last_);
    last_ = now;
    return static_cast<double>(now) / 1e9;
  }
  // How far the clock's rate is off over the next `seconds`, as a part of one.
  double RateError(double seconds) {
    const double clock = Now(), world = world_.now;
    world_.now += seconds;
    const double passed = Now() - clock;
    return std::abs(passed / (world_.now - world) - 1);
  }
  void Pass(double seconds, double step) {
    for (const double end = world_.now + seconds; world_.now < end; world_.now += step) static_cast<void>(Now());
  }

  World world_;
  TscClock<Machine> clock_{Machine{&world_}};
  std::int64_t last_ = -1;
};

TEST(TickScale, IsNanosecondsATick) {
  EXPECT_EQ(TickScale(1'000'000'000, 1'000'000'000), std::uint64_t{1} << 32);
  EXPECT_EQ(TickScale(5, 20), std::uint64_t{1} << 30);
  EXPECT_NEAR(static_cast<double>(TickScale(3600'000'000'000, 3600 * 3'000'000'000)), std::pow(2, 32) / 3, 2);
  EXPECT_EQ(Scale(3'000'000'000, TickScale(1'000'000'000, 3'000'000'000)), 999'999'999U);
}

TEST(TickScale, DoesNotOverflowInAHundredYears) {
  constexpr std::uint64_t kSeconds = 100ULL * 365 * 86400;
  const auto scale = TickScale(1'000'000'000, 5'000'000'000);
  EXPECT_NEAR(static_cast<double>(Scale(kSeconds * 5'000'000'000, scale)), kSeconds * 1e9, kSeconds * 1.0);
}

TEST_F(Clock, ATickOfAKnownFrequencyIsExactFromTheFirstCallOn) {
  Restart({.known = 2'500'000'000});
  static_cast<void>(Now());
  EXPECT_LT(RateError(1), 1e-7);
  EXPECT_EQ(world_.ports, 0);
}

TEST_F(Clock, AFrequencyThatCannotBeIsNotBelieved) {
  for (const std::uint64_t nonsense : {1'000'000ULL, 900'000'000'000ULL}) {
    Restart({.known = nonsense});
    Pass(0.01, 1e-5);
    EXPECT_LT(RateError(1), 1e-3);
  }
}

TEST_F(Clock, NeverWaits) {
  for (const bool has_power_timer : {true, false}) {
    Restart({.has_power_timer = has_power_timer});
    for (int i = 0; i < 1000; ++i) {
      const int ports = world_.ports;
      static_cast<void>(Now());
      EXPECT_LE(world_.ports - ports, 20);
      world_.now += 1e-4;
    }
  }
}

TEST_F(Clock, IsAsGoodAsTheReferenceFromTheFirstCallOn) {
  for (const double hertz : {0.6e9, 1e9, 2.5e9, 4.9e9}) {
    for (const double step : {3e-6, 1e-5, 1e-4}) {
      Restart({.hertz = hertz});
      const double clock = Now(), world = world_.now;
      for (int i = 0; i < 3000; ++i) {
        world_.now += step;
        ASSERT_NEAR(Now() - clock, world_.now - world, (world_.now - world) / 1000 + 3e-6) << hertz << " " << i;
      }
    }
  }
}

TEST_F(Clock, KnowsItsRateToATenthOfAPercentSoon) {
  for (const double access : {0.05e-6, 0.3e-6, 1e-6}) {
    for (const bool has_power_timer : {true, false}) {
      Restart({.access = access, .has_power_timer = has_power_timer});
      Pass(has_power_timer ? 2.5e-3 : 5e-3, 1e-5);
      EXPECT_TRUE(clock_.knows_its_rate());
      EXPECT_LT(RateError(1), 1e-3);
    }
  }
}

TEST_F(Clock, GetsBetterWithTime) {
  Pass(0.1, 1e-4);
  EXPECT_LT(RateError(0.01), 2e-4);
  Pass(10, 1e-2);
  EXPECT_LT(RateError(0.01), 2e-5);
  Pass(1000, 1);
  EXPECT_LT(RateError(10), 3e-6);
}

TEST_F(Clock, RefinesNothingWhileAnInterruptWouldHaveToWait) {
  Pass(0.01, 1e-5);
  world_.is_hurried = true;
  const int ports = world_.ports;
  Pass(10, 1e-3);
  EXPECT_EQ(world_.ports, ports);
  world_.is_hurried = false;
  static_cast<void>(Now());
  EXPECT_GT(world_.ports, ports);
  EXPECT_LT(RateError(1), 2e-4);
}

TEST_F(Clock, WithAnIntervalTimerOnlyItGetsBetterToo) {
  Restart({.has_power_timer = false});
  Pass(1, 1e-3);
  EXPECT_LT(RateError(0.1), 3e-4);
  Pass(100, 1);
  EXPECT_LT(RateError(10), 3e-5);
}

TEST_F(Clock, AfterALongSilenceTheRateStaysRight) {
  for (const bool has_power_timer : {true, false}) {
    Restart({.has_power_timer = has_power_timer});
    Pass(0.01, 1e-5);
    for (const double silence : {0.03, 0.5, 4.0, 70.0, 5000.0, 1e6}) {
      EXPECT_LT(RateError(silence), 1e-3) << silence;
      EXPECT_LT(RateError(0.001), 1.1e-3) << silence;
    }
  }
}

TEST_F(Clock, TwoFirstLooksFarApartAreMeasuredByWhatBothCountersSay) {
  for (const double hertz : {1e9, 2.9e9}) {
    for (const double silence : {0.5, 3.0, 4.9, 10.0, 60.0}) {
      Restart({.hertz = hertz});
      static_cast<void>(Now());
      EXPECT_LT(RateError(silence), 1e-3) << silence;
      Pass(0.01, 1e-5);
      EXPECT_LT(RateError(1), 1e-3);
    }
  }
}

TEST_F(Clock, AGapThatCannotBeMeasuredDoesNotSpoilTheRate) {
  Restart({.hertz = 3e9, .has_power_timer = false});
  static_cast<void>(Now());
  EXPECT_LT(RateError(1), 0.25) << "a guess";
  Pass(0.01, 1e-5);
  EXPECT_TRUE(clock_.knows_its_rate());
  EXPECT_LT(RateError(1), 1e-3);
}

TEST_F(Clock, AStolenMomentSpoilsNothing) {
  for (const double stolen : {20e-6, 300e-6, 20e-3, 0.5}) {
    for (int port = 0; port < 400; port += 3) {
      for (const bool has_power_timer : {true, false}) {
        Restart({.has_power_timer = has_power_timer, .stolen_port = port, .stolen = stolen});
        Pass(0.02, 1e-5);
        Pass(2, 1e-3);
        ASSERT_LT(RateError(1), 1e-3) << stolen << " at " << port;
      }
    }
  }
}

TEST_F(Clock, WithoutAnyReferenceTimeGoesOnAtANanosecondATick) {
  Restart({.hertz = 1e9, .has_power_timer = false, .has_interval_timer = false});
  static_cast<void>(Now());
  EXPECT_LT(RateError(1), 1e-6);
}

TEST_F(Clock, AReferenceThatStandsStillIsReplaced) {
  Restart({.power_timer_stands = true});
  static_cast<void>(Now());
  Pass(0.05, 1e-4);
  EXPECT_LT(RateError(1), 1e-3);
}

TEST_F(Clock, AnInterruptInTheMiddleOfACallReadsTheClockToo) {
  for (int port = 0; port < 600; ++port) {
    Restart({.has_power_timer = port % 2 == 0});
    std::int64_t seen = -1;
    std::int64_t before = 0;
    world_.interrupt_port = port;
    world_.interrupt = [&] {
      seen = clock_.Now().nanoseconds;
      EXPECT_GE(seen, before);
    };
    for (int i = 0; i < 300; ++i) {
      before = clock_.Now().nanoseconds;
      world_.now += 2e-5;
    }
    EXPECT_LT(RateError(1), 1e-3);
  }
}

TEST_F(Clock, ATimeStampIsNeverLaterThanItsInstant) {
  for (int i = 0; i < 1000; ++i) {
    const kernel::Instant now = clock_.Now();
    const kernel::Instant deadline = now + kernel::Duration::Microseconds(1000 + i);
    const double world = world_.now;
    const double at = static_cast<double>(clock_.TimeStampAt(deadline)) / world_.hertz;
    EXPECT_LE(at - world, (1e-3 + i * 1e-6) * 1.001);
    if (clock_.knows_its_rate()) EXPECT_GE(at - world, (1e-3 + i * 1e-6) * 0.999);
    world_.now += 1e-5;
  }
  EXPECT_GE(static_cast<double>(clock_.TimeStampAt(kernel::kNever)), 9 * 365 * 86400.0 * world_.hertz);
  EXPECT_LE(clock_.TimeStampAt({0}), Machine{&world_}.ReadTsc());
}

}  // namespace
}  // namespace drivers::timer
