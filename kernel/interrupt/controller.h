// What every interrupt controller can do. drivers/interrupt implements it, a board offers its own
// (board::InterruptController), kernel/interrupt is the only caller.
#ifndef ENKEL_KERNEL_INTERRUPT_CONTROLLER_H_
#define ENKEL_KERNEL_INTERRUPT_CONTROLLER_H_

#include <compare>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::interrupt {

// A source of interrupts, numbered as the controller's manual does (GIC: INTID; IO-APIC: global system interrupt).
struct Line {
  std::uint32_t number = 0;
  friend constexpr auto operator<=>(Line, Line) = default;
};
inline constexpr Line kNoLine = {0xffff'ffff};

// When a line asks: as long as it is at a level, or once at an edge.
enum class Trigger : std::uint8_t { kHighLevel, kLowLevel, kRisingEdge, kFallingEdge };

// A message-signalled interrupt: a device raises `line` by writing `data` to `address`. [PCI] 6.8
struct Message {
  Line line;
  PhysicalAddress address;
  std::uint32_t data;
};

// Every function but line_count is called with interrupts masked, so that a controller may read, change and write back
// a register that several lines share. None blocks or allocates.
class Controller {
 public:
  // How many lines there are: 0 to line_count() - 1, not all of them wired. At most 1024.
  virtual std::uint32_t line_count() const = 0;

  // Prepares a line, masked. Errors: kInvalidArgument (no such line), kUnsupported (a trigger that it cannot have).
  virtual Result<void> Configure(Line line, Trigger trigger) = 0;

  // Lets a configured line through, or holds it back. Also from within a handler.
  virtual void Unmask(Line line) = 0;
  virtual void Mask(Line line) = 0;

  // Gives a line that a device raises by a write to memory; it is configured and masked. The line is never given twice.
  // Errors: kUnsupported (no such interrupts here), kOutOfMemory (all are given).
  virtual Result<Message> AllocateMessage() = 0;

  // In interrupt context: the pending line that goes first, now in service; kNoLine when nothing is pending (a spurious
  // interrupt). `entry` as EnkelOnInterrupt got it.
  virtual Line Claim(std::uint32_t entry) = 0;

  // Ends the service of a claimed line: it may come again.
  virtual void Complete(Line line) = 0;

 protected:
  ~Controller() = default;
};

}  // namespace kernel::interrupt

#endif  // ENKEL_KERNEL_INTERRUPT_CONTROLLER_H_
