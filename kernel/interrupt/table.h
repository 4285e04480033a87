// The lines in use. Internal to kernel/interrupt.
#ifndef ENKEL_KERNEL_INTERRUPT_TABLE_H_
#define ENKEL_KERNEL_INTERRUPT_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/time.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/storm.h"

namespace kernel::interrupt {

inline constexpr std::size_t kMostLines = 1024;  // of a controller
inline constexpr std::size_t kEntries = 64;      // lines in use at a time, and one for those that nobody wants
inline constexpr std::uint8_t kUnwanted = 0;     // the entry of every other line

struct Entry {
  Handler handler = nullptr;  // null: the entry is free
  void* argument = nullptr;
  const char* name = nullptr;
  Line line;
};

// What decides where an interrupt goes, in a page of its own: read-only but while a line is registered or given up.
struct alignas(kPageSize) Table {
  Controller* controller = nullptr;  // null until the first registration
  std::array<std::uint8_t, kMostLines> entry_of = {};
  std::array<Entry, kEntries> entries = {};
};
static_assert(sizeof(Table) == kPageSize);
extern constinit Table table;

// What changes with every interrupt: one for each entry.
struct Account {
  std::uint64_t count = 0;
  std::uint64_t storms = 0;
  std::uint64_t worst_ticks = 0;
  Burst burst;
  Instant held_until;      // means something while is_held
  bool is_held = false;    // by a storm
  bool is_masked = false;  // by its owner
};
extern constinit std::array<Account, kEntries> accounts;
extern constinit Totals totals;

// Takes care of the lines that a storm holds back; has an object of its own.
void HoldBack(std::size_t entry);
extern constinit Instant next_release;  // kNever: no line is held

}  // namespace kernel::interrupt

#endif  // ENKEL_KERNEL_INTERRUPT_TABLE_H_
