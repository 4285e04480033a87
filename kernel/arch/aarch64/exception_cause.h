// What an exception means, in English. Pure: decodes register values, so that it is tested on the host.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_EXCEPTION_CAUSE_H_
#define ENKEL_KERNEL_ARCH_AARCH64_EXCEPTION_CAUSE_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace kernel::arch {

// The registers and places that a cause depends on.
struct ExceptionFacts {
  std::uint64_t vector;                 // 0..15, the entry of the vector table: [ARM ARM] D1.3.1
  std::uint64_t esr;                    // ESR_EL1
  std::uint64_t far;                    // FAR_EL1
  std::uint64_t stack_pointer;          // at the exception
  std::uint64_t main_stack_guard;       // address of the unmapped page below the main stack,
  std::uint64_t interrupt_stack_guard;  // below the interrupt stack,
  std::uint64_t exception_stack_guard;  // and below the emergency stack
  bool in_report = false;               // while an earlier exception was being reported
};

inline constexpr std::size_t kCauseSize = 192;  // bytes that the longest cause fits into

// Writes the cause into `text` as a zero-terminated string, cut off where the room ends.
// Interrupt-safe. [ARM ARM] D17.2.37 (ESR_EL1)
void DescribeException(const ExceptionFacts& facts, std::span<char> text);

// Whether FAR_EL1 holds the address whose access failed.
bool HasFaultAddress(std::uint64_t vector, std::uint64_t esr);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_EXCEPTION_CAUSE_H_
