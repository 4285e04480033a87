#include "kernel/arch/paging/changes.h"

#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/arch/entropy.h"

namespace kernel::arch {
namespace {

constinit TableChanges changes = {};

}  // namespace

void paging::RecordChange(std::uint64_t start) {
  const std::uint64_t ticks = ReadCounter() - start;
  ++changes.count;
  if (ticks > changes.worst_ticks) changes.worst_ticks = ticks;
}

TableChanges ReadTableChanges() { return changes; }

}  // namespace kernel::arch
