#include "drivers/interrupt/bcm2836/bcm2836.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/bcm2836/registers.h"

namespace drivers::interrupt {
namespace {

using namespace bcm2835_shared;  // NOLINT(google-build-using-namespace): the manuals' names
using namespace bcm2836_local;   // NOLINT(google-build-using-namespace)

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kBitsAWord = 32;
constexpr std::uint32_t kWordSize = 4;
constexpr std::uint32_t kBasicLines = 8;
constexpr std::uint32_t kLocalTimers = 4;  // and as many mailboxes
static_assert(Bcm2836::kFirstLocalLine % kLocalTimers == 0);

// Of BASIC_PENDING::SHORTCUTS.
constexpr std::array<std::uint8_t, 11> kShortcutLines = {7, 9, 10, 18, 19, 53, 54, 55, 56, 57, 62};

constexpr std::uint32_t Bit(std::uint32_t index) { return std::uint32_t{1} << index; }

constexpr std::uint32_t PlaceOf(Line line) { return line.number / kBitsAWord * kWordSize; }

Line LowestOf(std::uint32_t pending, std::uint32_t first) {
  return {first + static_cast<std::uint32_t>(std::countr_zero(pending))};
}

bool IsWired(Line line) {
  return line.number < Bcm2836::kFirstBasicLine + kBasicLines ||
         line.number - Bcm2836::kFirstLocalLine < 2 * kLocalTimers;
}

bool IsTimer(Line line) { return line.number < Bcm2836::kFirstLocalLine + kLocalTimers; }

template <typename R>
void SetBit(const auto& registers, Line line) {
  registers.template Write<R>(registers.template Read<R>().value | Bit(line.number % kLocalTimers));
}
template <typename R>
void ClearBit(const auto& registers, Line line) {
  registers.template Write<R>(registers.template Read<R>().value & ~Bit(line.number % kLocalTimers));
}

}  // namespace

template <typename Registers>
void Bcm2836On<Registers>::Initialize() {
  constexpr std::uint32_t kAll = 0xffff'ffff;
  shared_.template Write<FIQ_CONTROL>(0);
  for (std::uint32_t word = 0; word < 3; ++word) shared_.template Write<DISABLE>(kAll, word * kWordSize);
  local_.template Write<TIMER_CONTROL>(0);
  local_.template Write<MAILBOX_CONTROL>(0);
  local_.template Write<GPU_ROUTING>(0);  // to core 0
}

template <typename Registers>
Result<void> Bcm2836On<Registers>::Configure(Line line, Trigger trigger) {
  if (!IsWired(line)) return Fail(Error::kInvalidArgument);
  if (trigger != Trigger::kHighLevel) return Fail(Error::kUnsupported);
  return {};
}

template <typename Registers>
void Bcm2836On<Registers>::Unmask(Line line) {
  if (line.number < kFirstLocalLine) {
    shared_.template Write<ENABLE>(Bit(line.number % kBitsAWord), PlaceOf(line));
  } else {
    IsTimer(line) ? SetBit<TIMER_CONTROL>(local_, line) : SetBit<MAILBOX_CONTROL>(local_, line);
  }
}

template <typename Registers>
void Bcm2836On<Registers>::Mask(Line line) {
  if (line.number < kFirstLocalLine) {
    shared_.template Write<DISABLE>(Bit(line.number % kBitsAWord), PlaceOf(line));
  } else {
    IsTimer(line) ? ClearBit<TIMER_CONTROL>(local_, line) : ClearBit<MAILBOX_CONTROL>(local_, line);
  }
}

template <typename Registers>
Result<kernel::interrupt::Message> Bcm2836On<Registers>::AllocateMessage() {
  return Fail(Error::kUnsupported);
}

template <typename Registers>
Line Bcm2836On<Registers>::Claim(std::uint32_t) {
  const std::uint32_t source = local_.template Read<IRQ_SOURCE>().value;
  const std::uint32_t own = IRQ_SOURCE::TIMERS_AND_MAILBOXES::Get(source);
  if (own != 0) return LowestOf(own, kFirstLocalLine);
  return IRQ_SOURCE::SHARED::IsIn(source) ? ClaimShared() : kNoLine;
}

template <typename Registers>
Line Bcm2836On<Registers>::ClaimShared() const {
  const std::uint32_t pending = shared_.template Read<BASIC_PENDING>().value;
  if (const std::uint32_t shortcuts = BASIC_PENDING::SHORTCUTS::Get(pending); shortcuts != 0) {
    return {kShortcutLines[static_cast<std::size_t>(std::countr_zero(shortcuts))]};
  }
  if (BASIC_PENDING::FIRST::IsIn(pending)) {
    if (const std::uint32_t first = shared_.template Read<PENDING>().value; first != 0) return LowestOf(first, 0);
  }
  if (BASIC_PENDING::SECOND::IsIn(pending)) {
    const std::uint32_t second = shared_.template Read<PENDING>(kWordSize).value;
    if (second != 0) return LowestOf(second, kBitsAWord);
  }
  const std::uint32_t basic = BASIC_PENDING::BASIC::Get(pending);
  return basic != 0 ? LowestOf(basic, kFirstBasicLine) : kNoLine;
}

template class Bcm2836On<MappedRegisters>;
template class Bcm2836On<DoubleRegisters>;

}  // namespace drivers::interrupt
