#include "kernel/interrupt/fake_interrupts.h"

#include <cstdint>
#include <functional>

#include "kernel/arch/entropy.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace kernel::interrupt {

Instant fake_now;
std::uint64_t fake_ticks_per_read = 0;
arch::TableChanges fake_table_changes = {};
int fake_sleeps = 0;
std::function<void()> fake_while_asleep;
void (*fake_between_instructions)() = nullptr;

namespace {

bool is_masked = true;
Instant alarm = kNever;
std::uint64_t extra_ticks = 0;

void Between() {
  if (fake_between_instructions != nullptr) fake_between_instructions();
}

void Enter() {
  CHECK(!is_masked);
  is_masked = true;
  arch::EnkelOnInterrupt(0);
  CHECK(is_masked);
  is_masked = false;
}

}  // namespace

FakeController& TheFakeController() {
  static FakeController controller;
  return controller;
}

void DeliverFakeInterrupts() {
  while (!is_masked && TheFakeController().HasPending()) Enter();
}

Result<void> FakeController::Configure(Line line, Trigger trigger) {
  if (line.number >= kLines) return Fail(Error::kInvalidArgument);
  if (trigger == Trigger::kLowLevel) return Fail(Error::kUnsupported);
  is_open_[line.number] = false;
  return {};
}

void FakeController::Unmask(Line line) {
  is_open_[line.number] = true;
  DeliverFakeInterrupts();
}

Line FakeController::FirstPending() const {
  for (std::uint32_t i = 0; i < kLines; ++i) {
    const bool asks = is_raised_[i] || is_pulse_[i] || (Line{i} == kFakeAlarmLine && fake_now >= alarm);
    if (asks && is_open_[i] && !is_in_service_[i]) return {i};
  }
  return kNoLine;
}

bool FakeController::HasPending() const { return FirstPending() != kNoLine; }

Line FakeController::Claim(std::uint32_t) {
  const Line line = FirstPending();
  if (line == kNoLine) return line;
  is_pulse_[line.number] = false;
  is_in_service_[line.number] = true;
  return line;
}

void FakeController::Complete(Line line) {
  CHECK(is_in_service_[line.number]);
  is_in_service_[line.number] = false;
}

void FakeController::Raise(Line line) {
  is_raised_[line.number] = true;
  DeliverFakeInterrupts();
}

void FakeController::Pulse(Line line) {
  is_pulse_[line.number] = true;
  DeliverFakeInterrupts();
}

void FakeController::Spurious() { Enter(); }

}  // namespace kernel::interrupt

namespace kernel::arch {

using interrupt::Between;
using interrupt::is_masked;

bool InterruptsAreMasked() {
  Between();
  return is_masked;
}

void MaskInterrupts() {
  Between();
  is_masked = true;
  Between();
}

void UnmaskInterrupts() {
  Between();
  is_masked = false;
  interrupt::DeliverFakeInterrupts();
  Between();
}

void WaitForInterrupt() {
  CHECK(is_masked);
  Between();
  ++interrupt::fake_sleeps;
  if (interrupt::fake_while_asleep) interrupt::fake_while_asleep();
  if (!interrupt::TheFakeController().HasPending()) {
    CHECK(interrupt::alarm != kNever);  // else it sleeps for ever
    if (interrupt::fake_now < interrupt::alarm) interrupt::fake_now = interrupt::alarm;
  }
  UnmaskInterrupts();
  MaskInterrupts();
}

void PollInterrupts() {}

std::uint64_t ReadCounter() {
  Between();
  interrupt::extra_ticks += interrupt::fake_ticks_per_read;
  return static_cast<std::uint64_t>(interrupt::fake_now.nanoseconds) + interrupt::extra_ticks;
}

TableChanges ReadTableChanges() { return interrupt::fake_table_changes; }

}  // namespace kernel::arch

namespace board {

kernel::Instant Now() {
  kernel::interrupt::Between();
  return kernel::interrupt::fake_now;
}

kernel::interrupt::Controller& InterruptController() { return kernel::interrupt::TheFakeController(); }

void SetAlarm(kernel::Instant deadline) {
  kernel::interrupt::Between();
  kernel::interrupt::alarm = deadline;
  kernel::interrupt::DeliverFakeInterrupts();
  kernel::interrupt::Between();
}

kernel::interrupt::Line AlarmLine() { return kernel::interrupt::kFakeAlarmLine; }

}  // namespace board
