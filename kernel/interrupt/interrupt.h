// Interrupts for drivers and programs: a handler for a line, and what each has cost.
//
// A handler runs in interrupt context at once, before the loop, whatever thread is running: on the interrupt stack,
// interrupts masked, never nested. It may read and write memory that the rest touches only in a MaskedSection, post
// event::Deferred work, and raise and lower lines; it must not block, allocate, print, or throw. A handler of the
// program's own is a real-time handler: nothing stands between the interrupt and its first instruction but the
// dispatch.
#ifndef ENKEL_KERNEL_INTERRUPT_INTERRUPT_H_
#define ENKEL_KERNEL_INTERRUPT_INTERRUPT_H_

#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/interrupt/controller.h"

namespace kernel::interrupt {

using Handler = void (*)(void* argument);

// A line in use. Move-only; its end masks the line and forgets the handler.
class [[nodiscard]] Registration {
 public:
  Registration() = default;  // of no line
  Registration(Registration&& other);
  Registration& operator=(Registration&& other);
  ~Registration();

  Line line() const { return line_; }
  // Lets the line stay registered for ever, without this object.
  void Keep() && { line_ = kNoLine; }
  // Holds the line back and lets it through again; calls do not count up. Interrupt-safe.
  void Mask();
  void Unmask();

 private:
  friend Result<Registration> Register(Line, Trigger, const char*, Handler, void*);
  explicit Registration(Line line) : line_(line) {}
  Line line_ = kNoLine;
};

// Configures `line`, makes `handler(argument)` run whenever it asks, and unmasks it. `name` must live for ever.
// Errors: kInvalidArgument (no such line, or taken), kUnsupported (trigger), kOutOfMemory (the table is full).
// Does not block or allocate. Not interrupt-safe, and not for a MaskedSection: it ends with interrupts unmasked.
Result<Registration> Register(Line line, Trigger trigger, const char* name, Handler handler, void* argument);

// A new message-signalled line, which Register can then have. Errors as Controller::AllocateMessage.
Result<Message> AllocateMessage();

// Whether the caller runs in interrupt context. Interrupt-safe.
bool IsInHandler();

// Whether a registered line other than `except` is let through, or will be: the machine may sleep without a deadline.
bool CanAnyLineAsk(Line except);

// When the next line that a storm holds back may come again; kNever if none is held. ReleaseHeldLines lets those
// through whose time has come; the loop calls it, and so does every interrupt. Interrupt-safe.
Instant NextRelease();
void ReleaseHeldLines();

// What a line has cost since it was registered.
struct LineReport {
  const char* name;
  Line line;
  std::uint64_t count;        // times its handler ran
  std::uint64_t storms;       // times it was held back because it asked without end (kernel/interrupt/storm.h)
  std::uint64_t worst_ticks;  // the longest run of its handler, of arch::ReadCounter
  Duration worst;             // the same
};

// The machine's interrupts since the start.
struct Totals {
  std::uint64_t handled = 0;
  std::uint64_t spurious = 0;    // the controller had nothing pending
  std::uint64_t unexpected = 0;  // a line that nobody registered; it was masked
  std::uint64_t storms = 0;
};

// Calls `visit(context, report)` for every registered line. Not interrupt-safe.
void ForEachLine(void (*visit)(void* context, const LineReport& report), void* context);
Totals ReadTotals();

}  // namespace kernel::interrupt

#endif  // ENKEL_KERNEL_INTERRUPT_INTERRUPT_H_
