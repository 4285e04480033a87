// One interrupt controller out of a local APIC and the I/O APICs of the machine.
#ifndef ENKEL_DRIVERS_INTERRUPT_APIC_CONTROLLER_H_
#define ENKEL_DRIVERS_INTERRUPT_APIC_CONTROLLER_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "drivers/interrupt/apic/io_apic.h"
#include "drivers/interrupt/apic/local_apic.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::interrupt {

// The lines of an ApicController: a line's vector is its number + 32, and a higher vector goes first ([SDM] 3A 10.8.3).
inline constexpr std::uint32_t kGlobalLines = 64;    // 0..63: global system interrupts, [ACPI] 5.2.13
inline constexpr std::uint32_t kMessageLines = 157;  // then those for AllocateMessage
inline constexpr kernel::interrupt::Line kErrorLine = {kGlobalLines + kMessageLines};
inline constexpr kernel::interrupt::Line kTimerLine = {kErrorLine.number + 1};
inline constexpr std::uint32_t kLines = kTimerLine.number + 1;
inline constexpr std::uint32_t kFirstVector = 32;
inline constexpr std::uint8_t kTimerVector = kFirstVector + kTimerLine.number;
inline constexpr std::uint8_t kSpuriousVector = 0xff;
static_assert(kFirstVector + kLines == kSpuriousVector);

// A line that does not come from a level is never lost while it is masked: it is remembered and comes when unmasked.
// Only the CPU that made the controller gets interrupts. `LocalBus` as LocalApic
// wants it; `IoRegisters`: those of an I/O APIC.
template <typename LocalBus, typename IoRegisters>
class ApicController final : public kernel::interrupt::Controller {
 public:
  using Line = kernel::interrupt::Line;
  using Trigger = kernel::interrupt::Trigger;
  using Message = kernel::interrupt::Message;

  static constexpr std::size_t kMostIoApics = 4;

  constexpr explicit ApicController(LocalBus bus) : local_(bus) {}

  // Switches the local APIC on. Before anything else.
  void Initialize() {
    local_.Initialize({.timer = VectorOf(kTimerLine), .error = VectorOf(kErrorLine), .spurious = kSpuriousVector});
  }

  // Adds an I/O APIC whose first wire is the global system interrupt `first_line`, and masks its wires. Returns how
  // many it has; 0 when nothing answers, or there is no room for it.
  std::uint32_t AddIoApic(IoRegisters registers, std::uint32_t first_line) {
    if (io_count_ == kMostIoApics) return 0;
    IoApic<IoRegisters> io(registers);
    const std::uint32_t pins = io.CountPins();
    if (pins == 0) return 0;
    for (std::uint32_t pin = 0; pin < pins; ++pin) io.Mask(pin);
    ios_[io_count_++] = {.io = io, .first_line = first_line, .pins = pins};
    return pins;
  }

  LocalApic<LocalBus>& local() { return local_; }

  // From now on the timer's interrupt is no interrupt when `is_early()` says so; that runs in interrupt context.
  void IgnoreTimerWhen(bool (*is_early)()) { is_timer_early_ = is_early; }

  std::uint32_t line_count() const override { return kLines; }

  kernel::Result<void> Configure(Line line, Trigger trigger) override {
    using enum Trigger;
    const bool is_level = trigger == kHighLevel || trigger == kLowLevel;
    if (line.number < kGlobalLines) {
      const Wire wire = Find(line);
      const std::uint32_t destination = local_.id();
      if (wire.io == nullptr) return kernel::Fail(kernel::Error::kInvalidArgument);
      if (destination > kLastDestination) return kernel::Fail(kernel::Error::kUnsupported);
      wire.io->Configure(wire.pin, {.vector = VectorOf(line),
                                    .destination = static_cast<std::uint8_t>(destination),
                                    .is_level = is_level,
                                    .is_active_low = trigger == kLowLevel || trigger == kFallingEdge});
    } else if (line.number < kErrorLine.number) {
      if (line.number >= next_message_) return kernel::Fail(kernel::Error::kInvalidArgument);
      if (is_level) return kernel::Fail(kernel::Error::kUnsupported);
    } else if (line.number >= kLines) {
      return kernel::Fail(kernel::Error::kInvalidArgument);
    }
    states_[line.number] = is_level && line.number < kGlobalLines ? kLevel : 0;
    return {};
  }

  void Unmask(Line line) override {
    std::uint8_t& state = states_[line.number];
    const bool is_pending = (state & kPending) != 0;
    state = static_cast<std::uint8_t>((state & kLevel) | kOpen);
    SetWire(line, true);
    if (is_pending) local_.SendToSelf(VectorOf(line));
  }

  void Mask(Line line) override {
    states_[line.number] &= static_cast<std::uint8_t>(~kOpen);
    if ((states_[line.number] & kLevel) != 0) SetWire(line, false);
  }

  kernel::Result<Message> AllocateMessage() override {
    const std::uint32_t destination = local_.id();
    if (destination > kLastDestination) return kernel::Fail(kernel::Error::kUnsupported);
    if (next_message_ == kErrorLine.number) return kernel::Fail(kernel::Error::kOutOfMemory);
    const Line line = {next_message_++};
    // [SDM] 3A 10.11: physical destination, fixed delivery, edge.
    return Message{.line = line, .address = {kMessageAddress | (destination << 12)}, .data = VectorOf(line)};
  }

  Line Claim(std::uint32_t entry) override {
    if (entry >= kSpuriousVector) [[unlikely]] {
      // A real one needs no end, [SDM] 3A 10.9. A device's message with this vector does: else nothing comes any more.
      if (local_.IsInService(kSpuriousVector)) local_.EndOfInterrupt();
      return kernel::interrupt::kNoLine;
    }
    const Line line = {entry - kFirstVector};
    if ((states_[line.number] & kOpen) == 0) [[unlikely]] {
      Remember(line);
      return kernel::interrupt::kNoLine;
    }
    if (line == kTimerLine && is_timer_early_ != nullptr && is_timer_early_()) {
      local_.EndOfInterrupt();
      return kernel::interrupt::kNoLine;
    }
    return line;
  }

  void Complete(Line) override { local_.EndOfInterrupt(); }

 private:
  static constexpr std::uint64_t kMessageAddress = 0xfee0'0000;
  static constexpr std::uint32_t kLastDestination = 254;  // what fits into a byte; 255 is everybody

  // What a line can be. None of these: masked, and nothing came.
  static constexpr std::uint8_t kOpen = 1;
  static constexpr std::uint8_t kPending = 2;  // came while it was masked
  static constexpr std::uint8_t kLevel = 4;    // of an I/O APIC: masked there, and asks again by itself

  struct Io {
    IoApic<IoRegisters> io{IoRegisters{}};
    std::uint32_t first_line = 0;
    std::uint32_t pins = 0;
  };

  struct Wire {
    IoApic<IoRegisters>* io;  // null: no wire has this number
    std::uint32_t pin;
  };

  static constexpr std::uint8_t VectorOf(Line line) { return static_cast<std::uint8_t>(kFirstVector + line.number); }

  Wire Find(Line line) {
    for (std::size_t i = 0; i < io_count_; ++i) {
      const std::uint32_t pin = line.number - ios_[i].first_line;
      if (line.number >= ios_[i].first_line && pin < ios_[i].pins) return {&ios_[i].io, pin};
    }
    return {nullptr, 0};
  }

  void SetWire(Line line, bool is_open) {
    if (line.number >= kGlobalLines) return;
    const Wire wire = Find(line);
    if (wire.io == nullptr) return;
    is_open ? wire.io->Unmask(wire.pin) : wire.io->Mask(wire.pin);
  }

  // A masked line asked. Once is remembered, and a wire that may ask again and again is cut.
  void Remember(Line line) {
    if ((states_[line.number] & kLevel) == 0) states_[line.number] |= kPending;
    SetWire(line, false);
    local_.EndOfInterrupt();
  }

  LocalApic<LocalBus> local_;
  std::array<Io, kMostIoApics> ios_ = {};
  std::size_t io_count_ = 0;
  std::uint32_t next_message_ = kGlobalLines;
  bool (*is_timer_early_)() = nullptr;
  std::array<std::uint8_t, kLines> states_ = {};
};

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_APIC_CONTROLLER_H_
