// What a panic knows, for the record it leaves. Internal to kernel/panic.
#ifndef ENKEL_KERNEL_PANIC_CRASH_FACTS_H_
#define ENKEL_KERNEL_PANIC_CRASH_FACTS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/arch/exception.h"

namespace kernel::panic {

struct CrashRecord;

struct CrashFacts {
  std::span<const arch::NamedRegister> registers;
  std::span<const std::uint64_t> frames;
  bool first_is_exact;
};

// Each is called only when it is in the image, and interrupt-safe.

// Keeps the reason for the record.
extern "C" void EnkelNoteReason(std::string_view reason);

// Writes the record into the board's page and returns it, the same when this run has one already; null where the board
// has no such page.
extern "C" const CrashRecord* EnkelRecordCrash(const CrashFacts& facts);

// Ends a panic in another way than by PowerOff; returns when that is not wanted.
extern "C" void EnkelEndOfPanic();

}  // namespace kernel::panic

#endif  // ENKEL_KERNEL_PANIC_CRASH_FACTS_H_
