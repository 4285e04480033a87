// How many instructions a start takes, counted by the CPU itself. Whoever links this has the counter running from
// the image's first instructions on (start.S).
#ifndef ENKEL_KERNEL_ARCH_AARCH64_INSTRUCTION_COUNTER_H_
#define ENKEL_KERNEL_ARCH_AARCH64_INSTRUCTION_COUNTER_H_

#include <cstdint>

namespace kernel::arch {

// Instructions that EL1 has retired since the image took it; 32 bits, which a second or a few fill. 0 where the CPU has
// no counter of that event: under QEMU without -icount, or where a hypervisor keeps the PMU. Interrupt-safe.
// [ARM ARM] D13, event INST_RETIRED
std::uint32_t InstructionsSinceStart();

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_INSTRUCTION_COUNTER_H_
