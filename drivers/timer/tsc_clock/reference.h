// Counters of the PC whose frequency everybody knows: what the time stamp counter is measured against.
#ifndef ENKEL_DRIVERS_TIMER_TSC_CLOCK_REFERENCE_H_
#define ENKEL_DRIVERS_TIMER_TSC_CLOCK_REFERENCE_H_

#include <cstdint>

#include "drivers/timer/tsc_clock/registers.h"

namespace drivers::timer {

// `Machine` has Ports() (a window to all of the machine's I/O ports, from 0 on) and std::uint16_t PowerTimerPort() (I/O
// port of the ACPI power management timer; 0: not known, or none).
template <typename Machine>
class Reference {
 public:
  enum class Kind : std::uint8_t { kPowerTimer, kIntervalTimer, kNone };

  Kind kind() const { return kind_; }

  // Counts a second. Not for kNone.
  std::uint64_t hertz() const { return kind_ == Kind::kPowerTimer ? 3 * kPcHertz : kPcHertz; }

  // The counter goes from this value to 0.
  std::uint32_t mask() const { return kind_ == Kind::kPowerTimer ? PM_TMR::TMR_VAL::kMask : 0xffff; }

  // Takes the best counter that answers, from `first` on.
  void Choose(Machine& machine, Kind first) {
    kind_ = first;
    if (kind_ == Kind::kPowerTimer && !HasPowerTimer(machine)) kind_ = Kind::kIntervalTimer;
    if (kind_ == Kind::kIntervalTimer && !StartIntervalTimer(machine)) kind_ = Kind::kNone;
  }

  // The first half of reading takes the count, the second brings it here: time is looked at around the first.
  void Latch(Machine& machine) {
    if (kind_ == Kind::kPowerTimer) {
      latched_ = machine.Ports().template Read<PM_TMR>(machine.PowerTimerPort()).value;
    } else {
      machine.Ports().template Write<CONTROL>(kReadBackCounter2);
    }
  }
  std::uint32_t Count(Machine& machine) {
    if (kind_ == Kind::kPowerTimer) return PM_TMR::TMR_VAL::Get(latched_);
    return ReadIntervalTimer(machine).count;
  }

 private:
  using CONTROL = i8254::CONTROL;
  using COUNTER_2 = i8254::COUNTER_2;
  using PORT_B = i8254::PORT_B;
  using PM_TMR = power_timer::PM_TMR;

  // [ACPI] 4.8.2.1: the power management timer counts at 3.579545 MHz, three times the 8254's rate.
  static constexpr std::uint64_t kPcHertz = 1'193'182;

  // Both bytes, mode 0: counts down, and on.
  static constexpr std::uint8_t kOneShot = CONTROL::SC::Of(2) | CONTROL::RW::Of(3) | CONTROL::M::Of(0);
  // Latches status and count at once.
  static constexpr std::uint8_t kReadBackCounter2 = CONTROL::SC::Of(3) | CONTROL::OF_COUNTER_2::kMask;

  struct IntervalTimer {
    std::uint8_t status;
    std::uint16_t count;  // upwards
  };

  bool HasPowerTimer(Machine& machine) {
    const std::uint16_t port = machine.PowerTimerPort();
    return port != 0 && machine.Ports().template Read<PM_TMR>(port).value != 0xffff'ffff;
  }

  bool StartIntervalTimer(Machine& machine) {
    const auto ports = machine.Ports();
    const std::uint8_t port_b = ports.template Read<PORT_B>().value;
    ports.template Write<PORT_B>(
        static_cast<std::uint8_t>((port_b & ~PORT_B::SPEAKER::kMask) | PORT_B::TIMER_2_GATE::kMask));
    ports.template Write<CONTROL>(kOneShot);
    ports.template Write<COUNTER_2>(0xff);
    ports.template Write<COUNTER_2>(0xff);
    ports.template Write<CONTROL>(kReadBackCounter2);
    return COUNTER_2::PROGRAMMED::Get(ReadIntervalTimer(machine).status) == COUNTER_2::PROGRAMMED::Get(kOneShot);
  }

  IntervalTimer ReadIntervalTimer(Machine& machine) {
    const auto ports = machine.Ports();
    const std::uint8_t status = ports.template Read<COUNTER_2>().value;
    const std::uint8_t low = ports.template Read<COUNTER_2>().value;
    const std::uint8_t high = ports.template Read<COUNTER_2>().value;
    const auto down = static_cast<std::uint16_t>(low | (high << 8));
    const bool is_loaded = !COUNTER_2::NULL_COUNT::IsIn(status);
    return {.status = status, .count = static_cast<std::uint16_t>(is_loaded ? 0xffff - down : 0)};
  }

  Kind kind_ = Kind::kNone;
  std::uint32_t latched_ = 0;
};

}  // namespace drivers::timer

#endif  // ENKEL_DRIVERS_TIMER_TSC_CLOCK_REFERENCE_H_
