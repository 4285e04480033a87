// Lines that a storm holds back, and their return.
#include <cstddef>
#include <cstdint>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/masked_section.h"
#include "kernel/interrupt/storm.h"
#include "kernel/interrupt/table.h"

namespace kernel::interrupt {
namespace {

constinit MaskedSite kReleaseSite("release held interrupt lines");

}  // namespace

void HoldBack(std::size_t entry) {
  Account& account = accounts[entry];
  ++account.storms;
  ++totals.storms;
  account.is_held = true;
  account.held_until = board::Now() + kStormPause;
  if (account.held_until < next_release) next_release = account.held_until;
  table.controller->Mask(table.entries[entry].line);
}

Instant NextRelease() { return next_release; }

void ReleaseHeldLines() {
  const Instant now = board::Now();
  if (now < next_release) return;
  const MaskedSection section(kReleaseSite);
  next_release = kNever;
  for (std::size_t entry = kUnwanted + 1; entry < kEntries; ++entry) {
    Account& account = accounts[entry];
    if (!account.is_held) continue;
    if (now >= account.held_until) {
      account.is_held = false;
      if (!account.is_masked) table.controller->Unmask(table.entries[entry].line);
    } else if (account.held_until < next_release) {
      next_release = account.held_until;
    }
  }
}

}  // namespace kernel::interrupt
