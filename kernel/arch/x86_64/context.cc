#include "kernel/arch/context.h"

#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"

extern "C" void EnkelX86EnterContext();

namespace kernel::arch {
namespace {

// What EnkelSwitchContext pops, from the stack pointer up.
struct InitialFrame {
  std::uint32_t mxcsr = 0x1f80;        // reset values: all exceptions masked, round to nearest,
  std::uint32_t x87_control = 0x037f;  // 64-bit mantissa
  std::uint64_t r15 = 0, r14 = 0, r13 = 0;
  std::uint64_t r12 = 0;
  std::uint64_t rbx = 0;
  std::uint64_t rbp = 0;
  std::uint64_t first_instruction = 0;
  std::uint64_t entry_return_address = 0;  // ends the frame chain: `entry` sees itself called from nowhere
};
static_assert(sizeof(InitialFrame) % 16 == 8, "the stack pointer is 8 beyond a multiple of 16 at a function's entry");

}  // namespace

Context MakeContext(std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*), void* argument) {
  const std::uint64_t top = RoundDown(reinterpret_cast<std::uint64_t>(stack_top), 16);
  auto* frame = reinterpret_cast<InitialFrame*>(top - sizeof(InitialFrame));
  *frame = InitialFrame{};
  frame->r12 = reinterpret_cast<std::uint64_t>(argument);
  frame->rbx = reinterpret_cast<std::uint64_t>(entry);
  frame->first_instruction = reinterpret_cast<std::uint64_t>(&EnkelX86EnterContext);
  return {.stack_pointer = reinterpret_cast<std::uint64_t>(frame), .thread_pointer = thread_pointer};
}

}  // namespace kernel::arch
