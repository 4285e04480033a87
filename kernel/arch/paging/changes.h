// An account of the changes of page tables. kernel/arch masks interrupts for them by means of its own: it is below
// kernel/interrupt, whose sections keep the account of all others.
#ifndef ENKEL_KERNEL_ARCH_PAGING_CHANGES_H_
#define ENKEL_KERNEL_ARCH_PAGING_CHANGES_H_

#include <cstdint>

namespace kernel::arch::paging {

// A change is over that has had interrupts masked since `start`, a moment of ReadCounter. Called while they still are.
void RecordChange(std::uint64_t start);

}  // namespace kernel::arch::paging

#endif  // ENKEL_KERNEL_ARCH_PAGING_CHANGES_H_
