// What an unexpected exception (or fatal signal, on the hosted CPU) looks like to the rest of the kernel.
#ifndef ENKEL_KERNEL_ARCH_EXCEPTION_H_
#define ENKEL_KERNEL_ARCH_EXCEPTION_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/address.h"

namespace kernel::arch {

struct NamedRegister {
  const char* name;  // as the manual writes it: "x0", "rip", "esr_el1"
  std::uint64_t value;
};

// Filled by the CPU's exception entry; lives on the exception stack.
struct ExceptionReport {
  const char* cause;          // "data abort: translation fault, level 3", "page fault: write to a read-only page"
  bool in_interrupt = false;  // whether it hit the handler of an interrupt
  bool has_address;           // whether `address` means something for this cause
  std::uint64_t address;      // the address whose access faulted
  std::uint64_t program_counter;
  std::uint64_t frame_pointer;  // start of the frame chain: [fp] = caller's fp, [fp + 8] = return address
  std::uint64_t stack_pointer;
  std::span<const NamedRegister> registers;
};

// From now on main() has the stack that begins at `bottom`: an access to the page below is reported as its overflow.
void SetMainStack(VirtualAddress bottom);

// Implemented by kernel/panic: prints the report and ends the machine. Runs on the exception stack, interrupts masked.
extern "C" [[noreturn]] void EnkelOnException(const ExceptionReport& report);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_EXCEPTION_H_
