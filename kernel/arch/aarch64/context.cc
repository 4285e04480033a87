#include "kernel/arch/context.h"

#include <array>

#include "kernel/base/address.h"

extern "C" void EnkelContextStart();  // switch_context.S

namespace kernel::arch {
namespace {

// What EnkelSwitchContext pushes, lowest address first. Change both together.
struct SavedRegisters {
  std::uint64_t x19 = 0;  // a new context: entry
  std::uint64_t x20 = 0;  // a new context: argument
  std::array<std::uint64_t, 8> x21_to_x28 = {};
  std::uint64_t x29 = 0;  // zero ends the frame chain
  std::uint64_t x30 = 0;  // where the switch returns to
  std::array<std::uint64_t, 8> d8_to_d15 = {};
  std::uint64_t fpcr = 0;  // the C floating-point environment belongs to a thread
  std::uint64_t fpsr = 0;
};
static_assert(sizeof(SavedRegisters) == 176, "switch_context.S has this number");

}  // namespace

Context MakeContext(std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*), void* argument) {
  const std::uint64_t top = RoundDown(reinterpret_cast<std::uintptr_t>(stack_top), 16);
  auto* saved = reinterpret_cast<SavedRegisters*>(top) - 1;
  *saved = {
      .x19 = reinterpret_cast<std::uintptr_t>(entry),
      .x20 = reinterpret_cast<std::uintptr_t>(argument),
      .x30 = reinterpret_cast<std::uintptr_t>(&EnkelContextStart),
  };
  return {.stack_pointer = reinterpret_cast<std::uintptr_t>(saved), .thread_pointer = thread_pointer};
}

}  // namespace kernel::arch
