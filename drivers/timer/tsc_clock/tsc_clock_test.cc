#include "drivers/timer/tsc_clock/tsc_clock.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/timer/tsc_clock/reference.h"
#include "drivers/timer/tsc_clock/registers.h"
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

constexpr std::uint16_t kPowerTimer = 0x608;
constexpr std::uint32_t kCounter2 = 0x42, kControl = 0x43, kPortB = 0x61;
constexpr std::array kTable = {
    Rule{.offset = kCounter2, .bytes = 1, .writable = 0xff},
    Rule{.offset = kControl, .bytes = 1, .writable = 0xff, .is_write_only = true},
    Rule{.offset = kPortB, .bytes = 1, .reset = 0x32, .writable = 0x0f},  // heard, and as firmware left the rest
    Rule{.offset = kPowerTimer, .bytes = 4, .is_read_only = true},
};

// The counters behind their ports.
class Counters final : public RuleModel {
 public:
  explicit Counters(World& world) : RuleModel(kTable), world_(world) {}

 private:
  void BeforeLoad(std::uint32_t port) override {
    world_.Pass();
    if (port == kPowerTimer) Put(port, PowerTimer());
    if (port == kCounter2) Put(port, world_.has_interval_timer ? NextByte() : 0xff);
  }
  void AfterStore(std::uint32_t port, std::uint64_t value) override {
    world_.Pass();
    if (port == kCounter2) started_ = world_.now;
    if (port != kControl) return;
    if (value != 0xc8) {  // not a read-back of counter 2
      program_ = value;
      return;
    }
    if ((Get(kPortB) & 3) != 1) complaints.emplace_back("it must count, and not be heard");
    latched_ = 0xffff - static_cast<std::uint64_t>((world_.now - started_) * 1'193'182);
    bytes_read_ = 0;
  }

  std::uint32_t PowerTimer() const {
    if (!world_.has_power_timer) return 0xffff'ffff;
    if (world_.power_timer_stands) return 0x1234;
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(world_.now * 3'579'545) & 0xff'ffff);
  }
  std::uint64_t NextByte() {
    switch (bytes_read_++) {
      case 0:
        return (program_ & 0x3f) | (world_.now - started_ > 65536 / 1193182.0 ? 0x80 : 0);
      case 1:
        return latched_ & 0xff;
      default:
        return latched_ >> 8 & 0xff;
    }
  }

  World& world_;
  double started_ = 0;
  std::uint64_t program_ = 0;
  std::uint64_t latched_ = 0;
  int bytes_read_ = 0;
};

struct Machine {
  World* world = nullptr;
  RegisterDouble* counters = nullptr;

  std::uint64_t ReadTsc() { return static_cast<std::uint64_t>((world->now += 5e-9) * world->hertz); }
  std::uint64_t KnownFrequency() { return world->known; }
  bool IsHurried() { return world->is_hurried; }
  std::uint16_t PowerTimerPort() { return kPowerTimer; }
  DoubleRegisters Ports() { return *counters; }
};

class Clock : public testing::Test {
 protected:
  Clock() { Restart({}); }
  ~Clock() override { EXPECT_EQ(counters_->complaints, std::vector<std::string>()); }

  void Restart(const World& world) {
    if (counters_) EXPECT_EQ(counters_->complaints, std::vector<std::string>());
    world_ = world;
    counters_.emplace(world_);
    faulty_.emplace(*counters_);
    clock_.~TscClock();
    new (&clock_) TscClock<Machine>(Machine{&world_, &*faulty_});
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
  std::optional<Counters> counters_;
  std::optional<FaultyRegisters> faulty_;  // what is broken of them
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

TEST_F(Clock, WhatIsBrokenIsNoReference) {
  using enum RegisterFault::Kind;
  const RegisterFault no_power_timer = {.kind = kStuckHigh, .offset = kPowerTimer};
  const std::array broken_interval_timers = {
      RegisterFault{.kind = kLostWrite, .offset = kControl, .count = 1},    // it was never programmed
      RegisterFault{.kind = kStuckHigh, .offset = kCounter2, .mask = 1},    // it counts decimally
      RegisterFault{.kind = kStuckLow, .offset = kCounter2, .mask = 0x10},  // its high byte is not there
      RegisterFault{.kind = kGone},
  };
  for (const RegisterFault& fault : broken_interval_timers) {
    Restart({.hertz = 1e9});
    faulty_->Break(no_power_timer);
    faulty_->Break(fault);
    static_cast<void>(Now());
    const int accesses = faulty_->accesses();
    EXPECT_LT(RateError(1), 1e-6) << "a nanosecond a tick";
    EXPECT_EQ(faulty_->accesses(), accesses);
    if (counters_) counters_->complaints.clear();
  }
  Restart({});
  faulty_->Break(no_power_timer);
  Pass(0.05, 1e-4);
  EXPECT_TRUE(clock_.knows_its_rate()) << "by the 8254";
  EXPECT_LT(RateError(1), 1e-3);
}

TEST_F(Clock, CountersThatFallOffTheirBusDoNotStopTime) {
  for (const double when : {0.0, 1e-4, 1e-3, 0.1}) {
    Restart({});
    Pass(when, 1e-5);
    faulty_->Break({.kind = RegisterFault::Kind::kGone});
    const double before = Now();
    Pass(2, 1e-3);
    EXPECT_GT(Now(), before) << when;
  }
}

using ReferenceOf = Reference<Machine>;

TEST(ReferenceScript, Counter2IsStartedAndReadAsTheDatasheetSays) {
  using namespace i8254;
  Script script;
  script.Reads<power_timer::PM_TMR>(0xffff'ffff, 1, kPowerTimer);
  script.Reads<PORT_B>(0x32).Writes<PORT_B>(0x31).Writes<CONTROL>(0xb0).Writes<COUNTER_2>(0xff).Writes<COUNTER_2>(0xff);
  script.Writes<CONTROL>(0xc8).Reads<COUNTER_2>(0x70).Reads<COUNTER_2>(0x12).Reads<COUNTER_2>(0x34);
  script.Writes<CONTROL>(0xc8).Reads<COUNTER_2>(0x70).Reads<COUNTER_2>(0x12).Reads<COUNTER_2>(0x34);
  script.Writes<CONTROL>(0xc8).Reads<COUNTER_2>(0xb0).Reads<COUNTER_2>(0x34).Reads<COUNTER_2>(0x12);
  Machine machine = {.counters = &script};
  ReferenceOf reference;
  reference.Choose(machine, ReferenceOf::Kind::kPowerTimer);
  EXPECT_EQ(reference.kind(), ReferenceOf::Kind::kIntervalTimer);
  reference.Latch(machine);
  EXPECT_EQ(reference.Count(machine), 0U) << "what was written is not in the counter yet";
  reference.Latch(machine);
  EXPECT_EQ(reference.Count(machine), 0xffffU - 0x1234U);
  EXPECT_EQ(script.verdict(), "");
}

TEST(ReferenceScript, OfThePowerTimer24BitsCount) {
  using power_timer::PM_TMR;
  Script script;
  script.Reads<PM_TMR>(0x8000'0000, 1, kPowerTimer).Reads<PM_TMR>(0xab12'3456, 1, kPowerTimer);
  Machine machine = {.counters = &script};
  ReferenceOf reference;
  reference.Choose(machine, ReferenceOf::Kind::kPowerTimer);
  reference.Latch(machine);
  EXPECT_EQ(reference.Count(machine), 0x12'3456U);
  EXPECT_EQ(reference.kind(), ReferenceOf::Kind::kPowerTimer);
  EXPECT_EQ(script.verdict(), "");
}

}  // namespace
}  // namespace drivers::timer
