// RAM: found once, mapped as it is needed, handed out in pages.
#ifndef ENKEL_KERNEL_MEMORY_MEMORY_H_
#define ENKEL_KERNEL_MEMORY_MEMORY_H_

#include <array>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"

namespace kernel::memory {

// Asks the board for RAM (without the image and the first 64 KiB) and maps the first part of it, at places that a seed
// decides, which is drawn when board::FindMemory has seen what the loader left; with it memory for all page tables that
// will ever be needed, and the main stack. The cost does not depend on how much RAM there is. Called once, by
// kernel/boot, before anything else here. Panics when there is none.
void Start(const board::Handoff& handoff, std::array<std::uint64_t, 2> (*draw_seed)(const board::Handoff&));

// The stack for main(): nothing is mapped within a GiB of it. Empty in a process, which has one.
struct Stack {
  VirtualAddress bottom;
  VirtualAddress top;
};
Stack MainStack();

// Hands out `count` contiguous pages of zeroes, readable and writable, and a guard page above them. Does not block; not
// interrupt-safe. Errors: kInvalidArgument (0 pages), kOutOfMemory.
Result<VirtualAddress> AllocatePages(std::uint64_t count);

// The same with whatever the pages held before: for memory that is written before it is read, and may never be.
Result<VirtualAddress> AllocateUnclearedPages(std::uint64_t count);

// As AllocatePages, from a part of the address space that has nothing to do with that of AllocatePages: for stacks.
Result<VirtualAddress> AllocateReservation(std::uint64_t count);

// Gives back what these gave, whole or in part. The pages become inaccessible (see anonymous.h). Does not block; not
// interrupt-safe.
// Errors: kInvalidArgument (not page-aligned, 0 pages, a page is free already or was never handed out: nothing is
// changed then), kOutOfMemory (no page for a page table: nothing is changed).
Result<void> FreePages(VirtualAddress first, std::uint64_t count);

// Whether every page of [first, +size) is RAM that is handed out. Both multiples of kPageSize, else false.
bool IsHandedOut(VirtualAddress first, std::uint64_t size);

// The address that a device gets for memory of ours: of the image, of what was handed out, of a stack. Contiguous where
// what was handed out is. Interrupt-safe. Must be mapped.
PhysicalAddress PhysicalOf(VirtualAddress address);

// The same, and how many bytes lie together from there on: at least up to the end of the page. A few instructions for
// memory of the image and what was handed out.
struct PhysicalRun {
  PhysicalAddress first;
  std::uint64_t size;  // bytes
};
PhysicalRun PhysicalRunAt(VirtualAddress address);

struct Counters {
  std::uint64_t total_bytes;        // RAM; page tables and main()'s stack are never free
  std::uint64_t free_bytes;         // of it, not handed out now
  std::uint64_t lowest_free_bytes;  // the least that free_bytes has been
};

// Interrupt-safe.
Counters ReadCounters();

}  // namespace kernel::memory

#endif  // ENKEL_KERNEL_MEMORY_MEMORY_H_
