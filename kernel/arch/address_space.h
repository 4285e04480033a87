// The live address space: who may do what with which page. One writer (the kernel), one address space, W^X always.
//
// Identity map in 2 MiB blocks and 4 KiB pages, 512 GiB of virtual addresses. The entry code maps the image (text
// read+execute, constants read, data and bss read+write, guard page under each stack and page 0 not at all) and the
// board's device windows; kernel/memory maps RAM with these functions. Blocks are split where a part changes.
#ifndef ENKEL_KERNEL_ARCH_ADDRESS_SPACE_H_
#define ENKEL_KERNEL_ARCH_ADDRESS_SPACE_H_

#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::arch {

enum class Access : std::uint8_t { kNone, kRead, kReadWrite, kReadExecute };  // no write+execute exists
enum class MemoryType : std::uint8_t { kNormal, kDevice };

// Gives one 4 KiB page for a page table: its address (identity-mapped, writable), contents arbitrary; 0 when none is
// left. kernel/memory replaces the boot pool (kBootTablePages pages that the linker script reserves) by its own.
using TablePageSource = std::uint64_t (*)();
void SetTablePageSource(TablePageSource source);

// Maps [virtual_address, +size) to [physical, +size). All three multiples of kPageSize. Replaces what was mapped.
// Errors: kInvalidArgument (alignment, beyond 512 GiB), kOutOfMemory (no table page; the range may be mapped in part).
Result<void> Map(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size, Access access,
                 MemoryType type);

// Changes the access of a range that Map or the entry code mapped, also back from kNone (the mapping is kept).
// Errors: kInvalidArgument (alignment), kNotFound (a page in it was never mapped), kOutOfMemory (splitting a block).
Result<void> Protect(VirtualAddress virtual_address, std::uint64_t size, Access access);

struct Mapping {
  VirtualAddress virtual_address;
  PhysicalAddress physical;
  std::uint64_t size;  // bytes: kPageSize, kBlockSize or 1 GiB
  bool readable, writable, executable;
  MemoryType type;
};

// Calls `visit(context, mapping)` for every leaf entry that is accessible, read from the live tables.
void ForEachMapping(void (*visit)(void* context, const Mapping& mapping), void* context);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_ADDRESS_SPACE_H_
