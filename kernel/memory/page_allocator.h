// Which pages of RAM are free: runs of pages, kept in the free pages themselves, so that it costs nothing beside them.
//
// The first page of each free run holds its node in a Cartesian tree [Stephenson83]: ordered by address from left to
// right, and by size from top to bottom (equal sizes by a hash of the address, so that the depth stays logarithmic
// for any order of calls). So "does anything fit" is one look at the root, and first fit, merging with both
// neighbours and the check against freeing twice each cost one walk down.
#ifndef ENKEL_KERNEL_MEMORY_PAGE_ALLOCATOR_H_
#define ENKEL_KERNEL_MEMORY_PAGE_ALLOCATOR_H_

#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace kernel::memory {

// Not interrupt-safe. Touches no memory but the first page of each free run. Does not allocate.
class PageAllocator {
 public:
  constexpr PageAllocator() = default;
  PageAllocator(const PageAllocator&) = delete;
  PageAllocator& operator=(const PageAllocator&) = delete;

  // Takes `pages` contiguous pages from the lowest run that is long enough, from the run's end: the page that holds its
  // node stays where it is. Errors: kOutOfMemory (no run is long enough), kInvalidArgument (0 pages).
  Result<VirtualAddress> Allocate(std::uint64_t pages);

  struct Freed {
    VirtualAddress run;  // where the run begins that the pages are part of now: its node lies there
    bool merged_above;   // the page right after the freed ones held a node and no longer does
  };

  // Adds pages: new RAM, or what Allocate gave, whole or in part. The first of them must be writable.
  // Errors: kInvalidArgument (not page-aligned, 0 pages, beyond 2^64, or one of them is free already).
  Result<Freed> Free(VirtualAddress first, std::uint64_t pages);

  // Whether no page of [first, +pages) is free. False where Free would say kInvalidArgument.
  bool NoneFree(VirtualAddress first, std::uint64_t pages) const;

  std::uint64_t free_pages() const { return free_pages_; }

 private:
  struct Node {
    std::uint64_t pages;
    Node* left;
    Node* right;
  };

  struct Neighbours {
    Node* below = nullptr;  // the last run that begins before the address
    Node* above = nullptr;  // the first run that does not
  };

  static std::uint64_t AddressOf(const Node* node);
  static std::uint64_t EndOf(const Node* node);
  static bool IsHigher(const Node* a, const Node* b);
  static void Join(Node** link, Node* left, Node* right);
  static void Split(Node* tree, std::uint64_t address, Node** left, Node** right);

  Neighbours FindNeighbours(std::uint64_t address) const;
  void Insert(Node* node);
  void Remove(Node* node);

  Node* root_ = nullptr;
  std::uint64_t free_pages_ = 0;
};

}  // namespace kernel::memory

#endif  // ENKEL_KERNEL_MEMORY_PAGE_ALLOCATOR_H_
