#include <cstddef>

#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/masked_section.h"
#include "kernel/interrupt/table.h"
#include "kernel/interrupt/ticks.h"

namespace kernel::interrupt {
namespace {

constinit MaskedSite kReadSite("read the interrupts' accounts");

}  // namespace

void ForEachLine(void (*visit)(void* context, const LineReport& report), void* context) {
  for (std::size_t i = kUnwanted + 1; i < kEntries; ++i) {
    const Entry& entry = table.entries[i];
    if (entry.handler == nullptr) continue;
    Account account;
    {
      const MaskedSection section(kReadSite);
      account = accounts[i];
    }
    visit(context, {.name = entry.name,
                    .line = entry.line,
                    .count = account.count,
                    .storms = account.storms,
                    .worst_ticks = account.worst_ticks,
                    .worst = TicksToDuration(account.worst_ticks)});
  }
}

Totals ReadTotals() {
  const MaskedSection section(kReadSite);
  return totals;
}

}  // namespace kernel::interrupt
