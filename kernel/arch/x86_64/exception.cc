// From the frame on the exception stack to the report that kernel/panic prints.
#include "kernel/arch/exception.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "kernel/arch/x86_64/exception_frame.h"

extern "C" const std::uint8_t __image_start[], __text_end[];
extern "C" const std::uint8_t __stack_guard[], __interrupt_stack_guard[], __interrupt_stack_top[],
    __exception_stack_guard[];

namespace kernel::arch {
namespace {

// Enough for every trap instruction that is told apart.
constexpr std::size_t kLongestTrap = 5;

// The instruction bytes at `rip`: only within the image's own text, which is readable.
std::span<const std::uint8_t> CodeAt(std::uint64_t rip) {
  const auto start = reinterpret_cast<std::uint64_t>(__image_start);
  const auto end = reinterpret_cast<std::uint64_t>(__text_end);
  if (rip < start || rip >= end) return {};
  return {reinterpret_cast<const std::uint8_t*>(rip), std::min<std::uint64_t>(kLongestTrap, end - rip)};
}

// Whether the exception hit the handler of an interrupt, also one that has just left its stack at the lower end.
bool IsOnInterruptStack(std::uint64_t rsp) {
  return rsp >= reinterpret_cast<std::uint64_t>(__interrupt_stack_guard) &&
         rsp <= reinterpret_cast<std::uint64_t>(__interrupt_stack_top);
}

// The start code's stack, until main() has its own.
constinit const std::uint8_t* main_stack_guard = __stack_guard;

}  // namespace

void SetMainStack(VirtualAddress bottom) {
  main_stack_guard = reinterpret_cast<const std::uint8_t*>(bottom.value - kPageSize);
}

// Called by exception.S. `depth` is 1 for an exception of the program, 2 for one while the first was being reported:
// then as little as possible is touched, and kernel/panic, which sees a second panic, prints no more than the cause.
extern "C" [[noreturn]] void EnkelX86OnException(const ExceptionFrame* frame, std::uint32_t depth) {
  const StackGuards guards = {.main = reinterpret_cast<std::uint64_t>(main_stack_guard),
                              .interrupt = reinterpret_cast<std::uint64_t>(__interrupt_stack_guard),
                              .exception = reinterpret_cast<std::uint64_t>(__exception_stack_guard)};
  const std::array<NamedRegister, 25> registers = {{
      {"rax", frame->rax}, {"rbx", frame->rbx},         {"rcx", frame->rcx},       {"rdx", frame->rdx},
      {"rsi", frame->rsi}, {"rdi", frame->rdi},         {"rbp", frame->rbp},       {"rsp", frame->rsp},
      {"r8", frame->r8},   {"r9", frame->r9},           {"r10", frame->r10},       {"r11", frame->r11},
      {"r12", frame->r12}, {"r13", frame->r13},         {"r14", frame->r14},       {"r15", frame->r15},
      {"rip", frame->rip}, {"rflags", frame->rflags},   {"cs", frame->cs},         {"ss", frame->ss},
      {"cr2", frame->cr2}, {"fs_base", frame->fs_base}, {"vector", frame->vector}, {"error_code", frame->error_code},
      {"depth", depth},
  }};
  const ExceptionReport report = {
      .cause = DescribeException(*frame, CodeAt(frame->rip), guards),
      .in_interrupt = IsOnInterruptStack(frame->rsp),
      .has_address = HasFaultAddress(*frame),
      .address = frame->cr2,
      .program_counter = frame->rip,
      .frame_pointer = frame->rbp,
      .stack_pointer = frame->rsp,
      .registers = depth == 1 ? std::span<const NamedRegister>(registers) : std::span<const NamedRegister>(),
  };
  EnkelOnException(report);
}

}  // namespace kernel::arch
