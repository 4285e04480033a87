#include "drivers/interrupt/gic/lines.h"

#include <algorithm>
#include <cstdint>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/gic/registers.h"

namespace drivers::interrupt {
namespace {

using namespace gic_distributor;  // NOLINT(google-build-using-namespace): the manual's names

using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kLinesAWord = 32;
constexpr std::uint32_t kWordSize = 4;
constexpr std::uint32_t kAll = 0xffff'ffff;
// Urgent enough for any mask that lets something through; implementations have the upper four bits at least.
constexpr std::uint8_t kPriority = 0xa0;

constexpr std::uint32_t Bit(Line line) { return std::uint32_t{1} << line.number % kLinesAWord; }
constexpr std::uint32_t PlaceOf(Line line) { return line.number / kLinesAWord * kWordSize; }

// ICFGR
constexpr std::uint32_t kLinesAConfiguration = 16;
constexpr std::uint32_t EdgeBit(Line line) { return std::uint32_t{2} << line.number % kLinesAConfiguration * 2; }

}  // namespace

template <typename Registers>
std::uint32_t GicLinesOn<Registers>::Count() const {
  const std::uint32_t words = TYPER::ITLinesNumber::Get(registers_.template Read<TYPER>().value) + 1;
  return std::min(words * kLinesAWord, kGicFirstSpecialId);
}

template <typename Registers>
void GicLinesOn<Registers>::Reset(std::uint32_t first, std::uint32_t end) const {
  for (std::uint32_t line = first; line < end; line += kLinesAWord) {
    registers_.template Write<ICENABLER>(kAll, PlaceOf({line}));
    registers_.template Write<ICPENDR>(kAll, PlaceOf({line}));
    registers_.template Write<ICACTIVER>(kAll, PlaceOf({line}));
  }
  for (std::uint32_t line = first; line < end; ++line) registers_.template Write<IPRIORITYR>(kPriority, line);
}

template <typename Registers>
void GicLinesOn<Registers>::UseGroup1(std::uint32_t first, std::uint32_t end) const {
  for (std::uint32_t line = first; line < end; line += kLinesAWord) {
    registers_.template Write<IGROUPR>(kAll, PlaceOf({line}));
  }
}

template <typename Registers>
kernel::Result<void> GicLinesOn<Registers>::SetTrigger(Line line, Trigger trigger) const {
  if (trigger != Trigger::kHighLevel && trigger != Trigger::kRisingEdge) {
    return kernel::Fail(kernel::Error::kUnsupported);
  }
  const std::uint32_t place = line.number / kLinesAConfiguration * kWordSize;
  const bool wants_edge = trigger == Trigger::kRisingEdge;
  const std::uint32_t others = registers_.template Read<ICFGR>(place).value & ~EdgeBit(line);
  registers_.template Write<ICFGR>(wants_edge ? others | EdgeBit(line) : others, place);
  const bool has_edge = (registers_.template Read<ICFGR>(place).value & EdgeBit(line)) != 0;
  if (has_edge != wants_edge) return kernel::Fail(kernel::Error::kUnsupported);
  return {};
}

template <typename Registers>
void GicLinesOn<Registers>::Unmask(Line line) const {
  registers_.template Write<ISENABLER>(Bit(line), PlaceOf(line));
}

template <typename Registers>
void GicLinesOn<Registers>::Mask(Line line) const {
  registers_.template Write<ICENABLER>(Bit(line), PlaceOf(line));
}

template class GicLinesOn<MappedRegisters>;
template class GicLinesOn<DoubleRegisters>;

}  // namespace drivers::interrupt
