// The live address space: who may do what with which page. One writer (the kernel), one address space, W^X always.
//
// 128 TiB of virtual addresses. In the first 512 GiB, virtual and physical are the same: the entry code maps the image
// there (text read+execute, constants and page tables read, data and bss read+write, guard pages around each stack and
// page 0 not at all) and the board's device windows. kernel/memory maps RAM further up, at places that differ from boot
// to boot. 2 MiB blocks and 4 KiB pages; blocks are split where a part changes.
//
// A page table is never writable but for the few instructions that change it, with interrupts masked.
#ifndef ENKEL_KERNEL_ARCH_ADDRESS_SPACE_H_
#define ENKEL_KERNEL_ARCH_ADDRESS_SPACE_H_

#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::arch {

enum class Access : std::uint8_t {
  kNone,
  kRead,
  kReadWrite,
  kReadExecute,  // no write+execute exists; only the entry code makes what can be executed
  kGuard,        // as kNone, and stays so: Protect makes a guard a page without access, and nothing else
};
enum class MemoryType : std::uint8_t { kNormal, kDevice };

// Whether the page tables are this kernel's. On the hosted CPU they are not: RAM is where the process has it, there are
// no guards, and the functions below say so.
bool OwnsPageTables();

// Gives the RAM [physical, +size) for page tables and maps it read-only at `virtual_address`; the boot pool of the
// image suffices until then. All multiples of kPageSize. Called at most once. Errors: kInvalidArgument, kOutOfMemory
// (boot pool), kUnsupported (hosted).
Result<void> AddTableMemory(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size);

// Maps [virtual_address, +size) to [physical, +size). All three multiples of kPageSize. Replaces what was mapped.
// Errors: kInvalidArgument (alignment, beyond 128 TiB, kReadExecute), kOutOfMemory (no table page; the range may be
// mapped in part).
Result<void> Map(VirtualAddress virtual_address, PhysicalAddress physical, std::uint64_t size, Access access,
                 MemoryType type);

// Changes the access of a range that Map or the entry code mapped, also back from kNone (the mapping is kept).
// Errors: kInvalidArgument (alignment, kReadExecute), kNotFound (a page in it was never mapped, or is a guard),
// kOutOfMemory (splitting a block), kUnsupported (hosted: a guard). Pages before the one that failed have the new
// access.
Result<void> Protect(VirtualAddress virtual_address, std::uint64_t size, Access access);

// Whether a page is a guard.
bool IsGuard(VirtualAddress page);

// What physical address a mapped one stands for, whatever its access. Interrupt-safe. Errors: kNotFound.
Result<PhysicalAddress> Translate(VirtualAddress virtual_address);

struct Mapping {
  VirtualAddress virtual_address;
  PhysicalAddress physical;
  std::uint64_t size;  // bytes: kPageSize, kBlockSize or 1 GiB
  bool readable, writable, executable;
  MemoryType type;
};

// Calls `visit(context, mapping)` for every leaf entry that is accessible, read from the live tables.
void ForEachMapping(void (*visit)(void* context, const Mapping& mapping), void* context);

// Calls `visit(context, table)` for every page table, from the root down.
void ForEachTable(void (*visit)(void* context, PhysicalAddress table), void* context);

// Changes of page tables since the start that had to mask interrupts for it. None where the tables are not ours.
struct TableChanges {
  std::uint64_t count;
  std::uint64_t worst_ticks;  // of the longest, of ReadCounter
};

// Interrupt-safe; what changes meanwhile may be in one number and not in the other.
TableChanges ReadTableChanges();

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_ADDRESS_SPACE_H_
