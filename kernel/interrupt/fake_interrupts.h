// The CPU's mask, a clock, an alarm and a controller, for tests on a host. Time stands still but where a test moves it,
// and where the machine sleeps: then it jumps to the alarm.
#ifndef ENKEL_KERNEL_INTERRUPT_FAKE_INTERRUPTS_H_
#define ENKEL_KERNEL_INTERRUPT_FAKE_INTERRUPTS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "kernel/arch/address_space.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/interrupt/controller.h"

namespace kernel::interrupt {

// board::Now() of the test.
extern Instant fake_now;

// arch::ReadCounter() of the test is the time in nanoseconds, and this much more with every time it is read.
extern std::uint64_t fake_ticks_per_read;

// arch::ReadTableChanges() of the test.
extern arch::TableChanges fake_table_changes;

// How often the machine slept, and what happens meanwhile; without an alarm, sleeping with nothing to do aborts.
extern int fake_sleeps;
extern std::function<void()> fake_while_asleep;

// Called wherever the kernel meets this machine: before and after each look at, and change of, the mask, the clock, the
// counter and the alarm, and before it sleeps. Null for nothing. What it raises comes at once unless it is masked.
extern void (*fake_between_instructions)();

inline constexpr Line kFakeAlarmLine = {1};

class FakeController final : public Controller {
 public:
  static constexpr std::uint32_t kLines = 100;

  std::uint32_t line_count() const override { return kLines; }
  Result<void> Configure(Line line, Trigger trigger) override;
  void Unmask(Line line) override;
  void Mask(Line line) override { is_open_[line.number] = false; }
  Result<Message> AllocateMessage() override { return Fail(Error::kUnsupported); }
  Line Claim(std::uint32_t entry) override;
  void Complete(Line line) override;

  // Asserts a line until Lower. What is pending and not masked comes at once, or when interrupts are unmasked.
  void Raise(Line line);
  void Lower(Line line) { is_raised_[line.number] = false; }
  // Asserts a line until it is claimed.
  void Pulse(Line line);
  // Interrupts the CPU although nothing is pending.
  void Spurious();

  bool IsOpen(Line line) const { return is_open_[line.number]; }
  bool HasPending() const;

 private:
  Line FirstPending() const;

  std::array<bool, kLines> is_raised_ = {};
  std::array<bool, kLines> is_pulse_ = {};
  std::array<bool, kLines> is_open_ = {};
  std::array<bool, kLines> is_in_service_ = {};
};

FakeController& TheFakeController();

// Lets pending interrupts in, as a CPU does between two instructions; nothing while they are masked.
void DeliverFakeInterrupts();

}  // namespace kernel::interrupt

#endif  // ENKEL_KERNEL_INTERRUPT_FAKE_INTERRUPTS_H_
