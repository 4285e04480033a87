// Which of its copies a virtual machine is. Each board has this, or //boards:no_generation_identifier.
#ifndef ENKEL_KERNEL_RANDOM_GENERATION_H_
#define ENKEL_KERNEL_RANDOM_GENERATION_H_

#include <cstdint>

namespace board {

// Two words that the hypervisor changes before the machine goes on from a snapshot, or as a copy of another; they are
// no secret. Null where nobody says so. Mapped for good, read-only; kernel/random reads them at each request. Each call
// looks for them, which takes some thousands of instructions and may take a page for a page table; not interrupt-safe.
const volatile std::uint64_t* GenerationIdentifier();

}  // namespace board

#endif  // ENKEL_KERNEL_RANDOM_GENERATION_H_
