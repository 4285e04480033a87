#include "drivers/interrupt/gic/lines.h"

#include <algorithm>
#include <cstddef>

namespace drivers::interrupt {
namespace {

using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kLinesAWord = 32;
constexpr std::uint32_t kAll = 0xffff'ffff;
// Urgent enough for any mask that lets something through; implementations have the upper four bits at least.
constexpr std::uint8_t kPriority = 0xa0;

constexpr std::uint32_t Bit(Line line) { return std::uint32_t{1} << line.number % kLinesAWord; }

// ICFGR: two bits a line, of which the upper one says "edge". [GIC] 12.9.9
constexpr std::uint32_t kLinesAConfiguration = 16;
constexpr std::uint32_t EdgeBit(Line line) { return std::uint32_t{2} << line.number % kLinesAConfiguration * 2; }

}  // namespace

// [GIC] 12.9.1, in its order; 12.11.1 for a redistributor, which has the first word or two of each array. Writing a one
// sets or clears, a zero does nothing.
struct GicLines::Registers {
  std::uint32_t ctlr;
  std::uint32_t typer;
  std::uint32_t iidr;
  std::uint32_t other_00c[29];
  std::uint32_t igroupr[32];
  std::uint32_t isenabler[32];
  std::uint32_t icenabler[32];
  std::uint32_t ispendr[32];
  std::uint32_t icpendr[32];
  std::uint32_t isactiver[32];
  std::uint32_t icactiver[32];
  std::uint8_t ipriorityr[1024];
  std::uint8_t itargetsr[1024];
  std::uint32_t icfgr[64];
};

volatile GicLines::Registers& GicLines::registers() const {
  static_assert(offsetof(Registers, igroupr) == 0x80 && offsetof(Registers, ipriorityr) == 0x400);
  static_assert(offsetof(Registers, icfgr) == 0xc00);
  return *reinterpret_cast<volatile Registers*>(base_.value);
}

std::uint32_t GicLines::Count() const {
  const std::uint32_t words = (registers().typer & 0x1f) + 1;  // ITLinesNumber
  return std::min(words * kLinesAWord, kGicFirstSpecialId);
}

void GicLines::Reset(std::uint32_t first, std::uint32_t end) const {
  for (std::uint32_t word = first / kLinesAWord; word * kLinesAWord < end; ++word) {
    registers().icenabler[word] = kAll;
    registers().icpendr[word] = kAll;
    registers().icactiver[word] = kAll;
  }
  for (std::uint32_t line = first; line < end; ++line) registers().ipriorityr[line] = kPriority;
}

void GicLines::UseGroup1(std::uint32_t first, std::uint32_t end) const {
  for (std::uint32_t word = first / kLinesAWord; word * kLinesAWord < end; ++word) registers().igroupr[word] = kAll;
}

kernel::Result<void> GicLines::SetTrigger(Line line, Trigger trigger) const {
  if (trigger != Trigger::kHighLevel && trigger != Trigger::kRisingEdge) {
    return kernel::Fail(kernel::Error::kUnsupported);
  }
  volatile std::uint32_t& configuration = registers().icfgr[line.number / kLinesAConfiguration];
  const bool wants_edge = trigger == Trigger::kRisingEdge;
  const std::uint32_t others = configuration & ~EdgeBit(line);
  configuration = wants_edge ? others | EdgeBit(line) : others;
  const bool has_edge = (configuration & EdgeBit(line)) != 0;
  if (has_edge != wants_edge) return kernel::Fail(kernel::Error::kUnsupported);
  return {};
}

void GicLines::Unmask(Line line) const { registers().isenabler[line.number / kLinesAWord] = Bit(line); }

void GicLines::Mask(Line line) const { registers().icenabler[line.number / kLinesAWord] = Bit(line); }

}  // namespace drivers::interrupt
