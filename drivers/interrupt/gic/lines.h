// The registers that every version of the ARM GIC has for its lines, in the distributor and, from version 3 on, once
// more in each core's redistributor for lines 0 to 31. [GIC] 12.9, [GICv2] 4.3
#ifndef ENKEL_DRIVERS_INTERRUPT_GIC_LINES_H_
#define ENKEL_DRIVERS_INTERRUPT_GIC_LINES_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::interrupt {

inline constexpr std::uint32_t kGicPrivateLines = 32;      // 0 to 15 software, 16 to 31 the core's own devices
inline constexpr std::uint32_t kGicFirstSpecialId = 1020;  // from here on no line: 1023 is "nothing pending"

// One bank of them. Holds no state but where it is.
template <typename Registers>
class GicLinesOn {
 public:
  // `registers`: the distributor, or a redistributor's second frame.
  constexpr explicit GicLinesOn(Registers registers) : registers_(registers) {}

  // How many lines the distributor has: a multiple of 32, at most 1020.
  std::uint32_t Count() const;

  // Makes lines [first, end), from a multiple of 32, masked, not pending, not in service, and all of one priority.
  void Reset(std::uint32_t first, std::uint32_t end) const;

  // Puts lines [first, end), from a multiple of 32, into group 1: what a CPU interface of version 3 gives as IRQ.
  // Ignored where a secure state keeps the groups for itself; then its firmware has done so.
  void UseGroup1(std::uint32_t first, std::uint32_t end) const;

  // Sets the trigger of a masked line. Errors: kUnsupported (a low level, a falling edge, or the line's is fixed).
  kernel::Result<void> SetTrigger(kernel::interrupt::Line line, kernel::interrupt::Trigger trigger) const;

  void Unmask(kernel::interrupt::Line line) const;
  void Mask(kernel::interrupt::Line line) const;

 private:
  Registers registers_;
};

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_GIC_LINES_H_
