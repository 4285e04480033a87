// From the CPU's entry code to the handler, and what that cost.
#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/entropy.h"
#include "kernel/arch/interrupts.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/state.h"
#include "kernel/interrupt/table.h"

namespace kernel::interrupt {

[[gnu::section(".bss..late_read_only")]] constinit Table table;
constinit std::array<Account, kEntries> accounts = {};
constinit Totals totals;
constinit Instant next_release = kNever;

namespace {

// In ticks of arch::ReadCounter.
struct Moments {
  std::uint64_t entered;
  std::uint64_t called;
  std::uint64_t returned;
  std::uint64_t completed;
};

constinit std::uint64_t last_completed = 0;

void TakeAccount(std::size_t entry, const Moments& moments) {
  Account& account = accounts[entry];
  ++account.count;
  ++totals.handled;
  const std::uint64_t handler_ticks = moments.returned - moments.called;
  if (handler_ticks > account.worst_ticks) account.worst_ticks = handler_ticks;
  const std::uint64_t dispatch_ticks = moments.called - moments.entered + moments.completed - moments.returned;
  if (account.burst.Add(state.turns, dispatch_ticks, moments.entered - last_completed)) HoldBack(entry);
}

// Nobody asked for it, so it must not come again.
void Refuse(Controller& controller, Line line) {
  ++totals.unexpected;
  controller.Mask(line);
  controller.Complete(line);
}

}  // namespace

// Weak: a test of a CPU's entry code brings its own.
extern "C" [[gnu::weak]] void EnkelOnInterrupt(std::uint32_t entry) {
  Moments moments;
  moments.entered = arch::ReadCounter();
  Controller& controller = *table.controller;  // no line is let through before there is one
  const Line line = controller.Claim(entry);
  if (line.number >= kMostLines) {
    ++totals.spurious;
    return;
  }
  const std::size_t index = table.entry_of[line.number];
  if (index == kUnwanted) {
    Refuse(controller, line);
    return;
  }
  const Entry& wanted = table.entries[index];
  state.is_in_handler = true;
  moments.called = arch::ReadCounter();
  wanted.handler(wanted.argument);
  moments.returned = arch::ReadCounter();
  state.is_in_handler = false;
  controller.Complete(line);
  moments.completed = arch::ReadCounter();
  TakeAccount(index, moments);
  last_completed = moments.completed;
  if (next_release != kNever) ReleaseHeldLines();
}

}  // namespace kernel::interrupt
