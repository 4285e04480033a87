// Counters of the PC whose frequency everybody knows: what the time stamp counter is measured against.
#ifndef ENKEL_DRIVERS_TIMER_TSC_CLOCK_REFERENCE_H_
#define ENKEL_DRIVERS_TIMER_TSC_CLOCK_REFERENCE_H_

#include <cstdint>

namespace drivers::timer {

// `Machine` has std::uint8_t ReadPort8(port), void WritePort8(port, value), std::uint32_t ReadPort32(port), and
// std::uint16_t PowerTimerPort() (I/O port of the ACPI power management timer; 0: not known, or none).
template <typename Machine>
class Reference {
 public:
  enum class Kind : std::uint8_t { kPowerTimer, kIntervalTimer, kNone };

  Kind kind() const { return kind_; }

  // Counts a second. Not for kNone.
  std::uint64_t hertz() const { return kind_ == Kind::kPowerTimer ? 3 * kPcHertz : kPcHertz; }

  // The counter goes from this value to 0.
  std::uint32_t mask() const { return kind_ == Kind::kPowerTimer ? 0xff'ffff : 0xffff; }

  // Takes the best counter that answers, from `first` on.
  void Choose(Machine& machine, Kind first) {
    kind_ = first;
    if (kind_ == Kind::kPowerTimer && !HasPowerTimer(machine)) kind_ = Kind::kIntervalTimer;
    if (kind_ == Kind::kIntervalTimer && !StartIntervalTimer(machine)) kind_ = Kind::kNone;
  }

  // The first half of reading takes the count, the second brings it here: time is looked at around the first.
  void Latch(Machine& machine) {
    if (kind_ == Kind::kPowerTimer) {
      latched_ = machine.ReadPort32(machine.PowerTimerPort());
    } else {
      machine.WritePort8(kControl, kReadBackChannel2);
    }
  }
  std::uint32_t Count(Machine& machine) {
    if (kind_ == Kind::kPowerTimer) return latched_ & mask();
    return ReadIntervalTimer(machine).count;
  }

 private:
  // [ACPI] 4.8.2.1: the power management timer counts at 3.579545 MHz, three times the 8254's rate.
  static constexpr std::uint64_t kPcHertz = 1'193'182;

  // Channel 2 of the 8254, which nobody else uses; its gate is at the keyboard controller's port. [I8254]
  static constexpr std::uint16_t kChannel2Count = 0x42;
  static constexpr std::uint16_t kControl = 0x43;
  static constexpr std::uint16_t kGate = 0x61;
  static constexpr std::uint8_t kCountChannel2 = 0x01;
  static constexpr std::uint8_t kSpeaker = 0x02;
  static constexpr std::uint8_t kChannel2OneShot = 0xb0;   // low, then high byte; mode 0: counts down, and on
  static constexpr std::uint8_t kReadBackChannel2 = 0xc8;  // latches status and count at once
  static constexpr std::uint8_t kStatusOfOneShot = 0x30;   // what was programmed, in bits 0 to 5
  static constexpr std::uint8_t kStatusProgram = 0x3f;
  static constexpr std::uint8_t kStatusNotLoaded = 0x40;

  struct IntervalTimer {
    std::uint8_t status;
    std::uint16_t count;  // upwards
  };

  bool HasPowerTimer(Machine& machine) {
    const std::uint16_t port = machine.PowerTimerPort();
    return port != 0 && machine.ReadPort32(port) != 0xffff'ffff;
  }

  bool StartIntervalTimer(Machine& machine) {
    const std::uint8_t gate = machine.ReadPort8(kGate);
    machine.WritePort8(kGate, static_cast<std::uint8_t>((gate & ~kSpeaker) | kCountChannel2));
    machine.WritePort8(kControl, kChannel2OneShot);
    machine.WritePort8(kChannel2Count, 0xff);
    machine.WritePort8(kChannel2Count, 0xff);
    machine.WritePort8(kControl, kReadBackChannel2);
    return (ReadIntervalTimer(machine).status & kStatusProgram) == kStatusOfOneShot;
  }

  IntervalTimer ReadIntervalTimer(Machine& machine) {
    const std::uint8_t status = machine.ReadPort8(kChannel2Count);
    const std::uint8_t low = machine.ReadPort8(kChannel2Count);
    const std::uint8_t high = machine.ReadPort8(kChannel2Count);
    const auto down = static_cast<std::uint16_t>(low | (high << 8));
    const bool is_loaded = (status & kStatusNotLoaded) == 0;
    return {.status = status, .count = static_cast<std::uint16_t>(is_loaded ? 0xffff - down : 0)};
  }

  Kind kind_ = Kind::kNone;
  std::uint32_t latched_ = 0;
};

}  // namespace drivers::timer

#endif  // ENKEL_DRIVERS_TIMER_TSC_CLOCK_REFERENCE_H_
