#include "kernel/libc/descriptor/pool.h"

#include <cstddef>

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/memory/memory.h"

namespace kernel::libc {

void* CellList::Take(std::size_t size) {
  if (free_ == nullptr) {
    const Result<VirtualAddress> page = memory::AllocatePages(1);
    if (!page) return nullptr;
    auto* const first = reinterpret_cast<std::byte*>(page->value);
    for (std::size_t offset = kPageSize / size * size; offset != 0; offset -= size) Give(first + offset - size);
  }
  Cell* const cell = free_;
  free_ = cell->next;
  return cell;
}

void CellList::Give(void* cell) { free_ = new (cell) Cell{free_}; }

}  // namespace kernel::libc
