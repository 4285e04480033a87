// RAM: found once, mapped as it is needed, handed out in pages.
#ifndef ENKEL_KERNEL_MEMORY_MEMORY_H_
#define ENKEL_KERNEL_MEMORY_MEMORY_H_

#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"

namespace kernel::memory {

// Asks the board for RAM (without the image and the first 64 KiB) and maps the first part of it. The cost does not
// depend on how much RAM there is. Called once, by kernel/boot, before anything else here. Panics when there is none.
void Start(const board::Handoff& handoff);

// Hands out `count` contiguous pages of zeroes, readable and writable. Does not block; not interrupt-safe.
// Errors: kInvalidArgument (0 pages), kOutOfMemory.
Result<VirtualAddress> AllocatePages(std::uint64_t count);

// Gives back what AllocatePages gave, whole or in part. The pages become inaccessible (see anonymous.h). Does not
// block; not interrupt-safe.
// Errors: kInvalidArgument (not page-aligned, 0 pages, a page is free already or was never RAM: nothing is changed
// then), kOutOfMemory (no page for a page table: nothing is changed).
Result<void> FreePages(VirtualAddress first, std::uint64_t count);

// Whether every page of [first, +size) is RAM that is handed out. Both multiples of kPageSize, else false.
bool IsHandedOut(VirtualAddress first, std::uint64_t size);

// Makes sure, as far as memory is left, that a change of access finds a page for each page table it may need. Called
// before such a change.
void ReserveTablePages();

struct Counters {
  std::uint64_t total_bytes;        // RAM that can be handed out
  std::uint64_t free_bytes;         // of it, not handed out now
  std::uint64_t lowest_free_bytes;  // the least that free_bytes has been
};

// Interrupt-safe.
Counters ReadCounters();

}  // namespace kernel::memory

#endif  // ENKEL_KERNEL_MEMORY_MEMORY_H_
