#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/exception.h"
#include "kernel/arch/hosted/signal.h"
#include "kernel/arch/x86_64/exception_frame.h"
#include "kernel/base/address.h"

namespace kernel::arch::host {
namespace {

// ucontext_t up to the registers; Linux uapi asm/{ucontext,sigcontext}.h.
struct UserContext {
  std::uint64_t flags;
  std::uint64_t link;
  std::uint64_t stack[3];
  std::uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  std::uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
  std::uint16_t cs, gs, fs, ss;
  std::uint64_t error_code, vector, old_mask, cr2;
};
static_assert(offsetof(UserContext, r8) == 40 && offsetof(UserContext, cr2) == 216);

constexpr std::uint64_t kInvalidOpcode = 6;   // [SDM] 3A 6.15
constexpr std::uint64_t kLongestTrap = 5;     // bytes that DescribeException wants to see
constexpr StackGuards kNoGuards = {1, 1, 1};  // no page begins there: Linux guards its own stacks

}  // namespace

void EnkelHostOnSignal(int, const SignalInfo* info, const void* user_context) {
  const auto& context = *static_cast<const UserContext*>(user_context);
  ExceptionFrame frame = {};
  frame.cr2 = context.cr2;
  frame.vector = context.vector;
  frame.error_code = context.error_code;
  frame.rip = context.rip;
  frame.rsp = context.rsp;
  // An instruction that was invalid has been fetched, so its page can be read, but perhaps not the next one.
  std::span<const std::uint8_t> code;
  if (frame.vector == kInvalidOpcode) {
    const std::uint64_t rest_of_page = kPageSize - frame.rip % kPageSize;
    code = {reinterpret_cast<const std::uint8_t*>(frame.rip), std::min(kLongestTrap, rest_of_page)};
  }

  const std::array<NamedRegister, 20> registers = {{
      {"rax", context.rax},
      {"rbx", context.rbx},
      {"rcx", context.rcx},
      {"rdx", context.rdx},
      {"rsi", context.rsi},
      {"rdi", context.rdi},
      {"rbp", context.rbp},
      {"rsp", context.rsp},
      {"r8", context.r8},
      {"r9", context.r9},
      {"r10", context.r10},
      {"r11", context.r11},
      {"r12", context.r12},
      {"r13", context.r13},
      {"r14", context.r14},
      {"r15", context.r15},
      {"rip", context.rip},
      {"rflags", context.rflags},
      {"error_code", context.error_code},
      {"signal", static_cast<std::uint64_t>(info->number)},
  }};
  EnkelOnException({
      // A signal that another process sent carries no exception of the CPU.
      .cause = info->code > 0 ? DescribeException(frame, code, kNoGuards) : DescribeSignal(*info),
      .has_address = info->code > 0 && HasFaultAddress(frame),
      .address = context.cr2,
      .program_counter = context.rip,
      .frame_pointer = context.rbp,
      .stack_pointer = context.rsp,
      .registers = registers,
  });
}

}  // namespace kernel::arch::host
