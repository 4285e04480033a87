#include "drivers/interrupt/bcm2836/bcm2836.h"

#include <array>
#include <bit>
#include <cstddef>

namespace drivers::interrupt {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kBitsAWord = 32;
constexpr std::uint32_t kBasicLines = 8;
constexpr std::uint32_t kLocalTimers = 4;  // and as many mailboxes
static_assert(Bcm2836::kFirstLocalLine % kLocalTimers == 0);

// IRQ basic pending. [BCM2835] 7.5, with its errata
struct BasicPending {
  std::uint32_t value;
  constexpr std::uint32_t basic() const { return value & 0xff; }
  constexpr bool has_first() const { return (value & 0x100) != 0; }   // something in pending 1
  constexpr bool has_second() const { return (value & 0x200) != 0; }  // something in pending 2
  // Eleven lines have a bit of their own here, and may then be missing from the summary bits above.
  constexpr std::uint32_t shortcuts() const { return value >> 10 & 0x7ff; }
};
constexpr std::array<std::uint8_t, 11> kShortcutLines = {7, 9, 10, 18, 19, 53, 54, 55, 56, 57, 62};

// Core interrupt source. [QA7] 4.10
struct Source {
  std::uint32_t value;
  constexpr std::uint32_t timers_and_mailboxes() const { return value & 0xff; }
  constexpr bool has_shared() const { return (value & 0x100) != 0; }
};

constexpr std::uint32_t Bit(std::uint32_t index) { return std::uint32_t{1} << index; }

Line LowestOf(std::uint32_t pending, std::uint32_t first) {
  return {first + static_cast<std::uint32_t>(std::countr_zero(pending))};
}

bool IsWired(Line line) {
  return line.number < Bcm2836::kFirstBasicLine + kBasicLines ||
         line.number - Bcm2836::kFirstLocalLine < 2 * kLocalTimers;
}

}  // namespace

// [BCM2835] 7.5, in its order from the first register on.
struct Bcm2836::SharedRegisters {
  std::uint32_t basic_pending;
  std::uint32_t pending[2];
  std::uint32_t fiq_control;
  std::uint32_t enable[3];   // lines 0 to 31, 32 to 63, basic: a one enables,
  std::uint32_t disable[3];  // a one disables, a zero does nothing
};

// [QA7] 4, in its order. The last index is the core.
struct Bcm2836::LocalRegisters {
  std::uint32_t control;
  std::uint32_t reserved_04;
  std::uint32_t core_timer_prescaler;
  std::uint32_t gpu_interrupts_routing;
  std::uint32_t performance_monitor_routing[2];
  std::uint32_t reserved_18;
  std::uint32_t core_timer[2];
  std::uint32_t local_interrupt_routing;
  std::uint32_t reserved_28;
  std::uint32_t axi_outstanding[2];
  std::uint32_t local_timer_control;
  std::uint32_t local_timer_flags;
  std::uint32_t reserved_3c;
  std::uint32_t timer_interrupts[4];
  std::uint32_t mailbox_interrupts[4];
  std::uint32_t irq_source[4];
  std::uint32_t fiq_source[4];
};

volatile Bcm2836::SharedRegisters& Bcm2836::shared() const {
  static_assert(offsetof(SharedRegisters, disable) == 0x1c);
  return *reinterpret_cast<volatile SharedRegisters*>(shared_.value);
}

volatile Bcm2836::LocalRegisters& Bcm2836::local() const {
  static_assert(offsetof(LocalRegisters, timer_interrupts) == 0x40 && offsetof(LocalRegisters, irq_source) == 0x60);
  return *reinterpret_cast<volatile LocalRegisters*>(local_.value);
}

void Bcm2836::Initialize() {
  constexpr std::uint32_t kAll = 0xffff'ffff;
  shared().fiq_control = 0;
  for (volatile std::uint32_t& word : shared().disable) word = kAll;
  local().timer_interrupts[0] = 0;
  local().mailbox_interrupts[0] = 0;
  local().gpu_interrupts_routing = 0;  // IRQ and FIQ to core 0
}

Result<void> Bcm2836::Configure(Line line, Trigger trigger) {
  if (!IsWired(line)) return Fail(Error::kInvalidArgument);
  if (trigger != Trigger::kHighLevel) return Fail(Error::kUnsupported);
  return {};
}

volatile std::uint32_t& Bcm2836::LocalControl(Line line) const {
  return line.number < kFirstLocalLine + kLocalTimers ? local().timer_interrupts[0] : local().mailbox_interrupts[0];
}

void Bcm2836::Unmask(Line line) {
  if (line.number < kFirstLocalLine) {
    shared().enable[line.number / kBitsAWord] = Bit(line.number % kBitsAWord);
  } else {
    LocalControl(line) = LocalControl(line) | Bit(line.number % kLocalTimers);
  }
}

void Bcm2836::Mask(Line line) {
  if (line.number < kFirstLocalLine) {
    shared().disable[line.number / kBitsAWord] = Bit(line.number % kBitsAWord);
  } else {
    LocalControl(line) = LocalControl(line) & ~Bit(line.number % kLocalTimers);
  }
}

Result<kernel::interrupt::Message> Bcm2836::AllocateMessage() { return Fail(Error::kUnsupported); }

Line Bcm2836::Claim(std::uint32_t) {
  const Source source = {local().irq_source[0]};
  if (source.timers_and_mailboxes() != 0) return LowestOf(source.timers_and_mailboxes(), kFirstLocalLine);
  return source.has_shared() ? ClaimShared() : kNoLine;
}

Line Bcm2836::ClaimShared() const {
  const BasicPending pending = {shared().basic_pending};
  if (pending.shortcuts() != 0) {
    return {kShortcutLines[static_cast<std::size_t>(std::countr_zero(pending.shortcuts()))]};
  }
  if (pending.has_first()) {
    if (const std::uint32_t first = shared().pending[0]; first != 0) return LowestOf(first, 0);
  }
  if (pending.has_second()) {
    if (const std::uint32_t second = shared().pending[1]; second != 0) return LowestOf(second, kBitsAWord);
  }
  return pending.basic() != 0 ? LowestOf(pending.basic(), kFirstBasicLine) : kNoLine;
}

}  // namespace drivers::interrupt
