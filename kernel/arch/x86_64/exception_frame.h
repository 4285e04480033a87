// What exception.S leaves on the exception stack, and what it means.
#ifndef ENKEL_KERNEL_ARCH_X86_64_EXCEPTION_FRAME_H_
#define ENKEL_KERNEL_ARCH_X86_64_EXCEPTION_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace kernel::arch {

// In the order of the stack. The last five words and `error_code` are the CPU's own, [SDM] 3A 6.14.2.
struct ExceptionFrame {
  std::uint64_t cr2, fs_base;
  std::uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
  std::uint64_t vector;      // 0..31
  std::uint64_t error_code;  // 0 where the CPU gives none
  std::uint64_t rip, cs, rflags, rsp, ss;
};
static_assert(sizeof(ExceptionFrame) == 24 * 8, "exception.S pushes as much, and the stack stays aligned to 16");

// The pages that are never mapped, so that an overflow of the stack above them faults.
struct StackGuards {
  std::uint64_t main, interrupt, exception;  // virtual addresses of a page each
};

// Names the cause of an exception. `code` holds the bytes at frame.rip, as many as may be read (none is allowed).
// Pure; the text lives for ever.
const char* DescribeException(const ExceptionFrame& frame, std::span<const std::uint8_t> code, StackGuards guards);

// Whether frame.cr2 is the address that faulted.
bool HasFaultAddress(const ExceptionFrame& frame);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_X86_64_EXCEPTION_FRAME_H_
