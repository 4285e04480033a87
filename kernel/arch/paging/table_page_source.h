// Where the shared mapper gets its page-table pages: from whoever called arch::SetTablePageSource (kernel/memory), and
// before that, or when that has none, from what the entry code left of the image's boot tables.
#ifndef ENKEL_KERNEL_ARCH_PAGING_TABLE_PAGE_SOURCE_H_
#define ENKEL_KERNEL_ARCH_PAGING_TABLE_PAGE_SOURCE_H_

#include <cstdint>

namespace kernel::arch::paging {

// One page for a page table (contents arbitrary), or 0 when none is left.
std::uint64_t TakeTablePage();

}  // namespace kernel::arch::paging

#endif  // ENKEL_KERNEL_ARCH_PAGING_TABLE_PAGE_SOURCE_H_
