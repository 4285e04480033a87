// Where page tables lie, and where the kernel sees them: nowhere writable.
//
// The entry code's tables are pages of the image; later ones come from the RAM that arch::AddTableMemory was given.
// Both are mapped read-only, and a CPU opens them for a store by means of its own (TableWindow in its
// address_space.cc).
#ifndef ENKEL_KERNEL_ARCH_PAGING_TABLE_MEMORY_H_
#define ENKEL_KERNEL_ARCH_PAGING_TABLE_MEMORY_H_

#include <cstdint>

#include "kernel/base/address.h"

namespace kernel::arch::paging {

// The physical address of a page for a page table (contents arbitrary), or 0 when none is left.
std::uint64_t TakeTablePage();

// Where the table at a physical address can be read.
std::uint64_t* TableAt(std::uint64_t physical);

// The physical address of an entry of a table that TableAt gave.
std::uint64_t PhysicalOfSlot(const std::uint64_t* slot);

// [physical, +size) can be read at `virtual_address` now; table pages come from there. Once.
void SetTableMemory(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size);

}  // namespace kernel::arch::paging

#endif  // ENKEL_KERNEL_ARCH_PAGING_TABLE_MEMORY_H_
