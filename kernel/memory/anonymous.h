// Memory without a file behind it: what kernel/libc's mmap, munmap, mprotect, mremap, madvise and brk stand on.
//
// Every range is page-aligned and comes zeroed. Pages that were unmapped are inaccessible until they are handed out
// again, except the first page of each run of free pages, which holds the allocator's record of the run. Where the page
// tables are ours, a page that nobody can open lies above each range. No call blocks; none is interrupt-safe (call them
// from the program's own flow of control only).
#ifndef ENKEL_KERNEL_MEMORY_ANONYMOUS_H_
#define ENKEL_KERNEL_MEMORY_ANONYMOUS_H_

#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::memory {

// Hands out `size` bytes (rounded up to pages) of zeroes with the given access. Code cannot be made this way.
// Errors: kInvalidArgument (size 0, kReadExecute), kOutOfMemory.
Result<VirtualAddress> MapAnonymous(std::uint64_t size, arch::Access access);

// Gives back any part of what MapAnonymous handed out; the parts of one mapping may go separately.
// Errors: kInvalidArgument (not page-aligned, size 0, or a page in it is free already or was never handed out: nothing
// is changed then).
Result<void> Unmap(VirtualAddress first, std::uint64_t size);

// Changes the access of any part of what MapAnonymous handed out. The contents stay, also through kNone.
// Errors: kInvalidArgument (alignment, kReadExecute, a page outside of what was handed out), kOutOfMemory (no page for
// a page table; a part may be changed).
Result<void> SetAccess(VirtualAddress first, std::uint64_t size, arch::Access access);

// Makes the contents of a part of what MapAnonymous handed out zero. Every page of it must be kReadWrite.
// Errors: kInvalidArgument (alignment, a page outside of what was handed out).
Result<void> Discard(VirtualAddress first, std::uint64_t size);

}  // namespace kernel::memory

#endif  // ENKEL_KERNEL_MEMORY_ANONYMOUS_H_
