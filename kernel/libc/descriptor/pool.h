// Objects of one type on pages of kernel/memory, for what a program makes in any number: files, epoll's entries.
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_POOL_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_POOL_H_

#include <cstddef>
#include <new>
#include <utility>

#include "kernel/base/address.h"

namespace kernel::libc {

// Cells of one size. Pages once taken are kept for the next objects.
class CellList {
 public:
  constexpr CellList() = default;
  // A cell, not initialised; null when no page is left. `size`: bytes, the same in each call, at most a page.
  void* Take(std::size_t size);
  void Give(void* cell);

 private:
  struct Cell {
    Cell* next;
  };
  Cell* free_ = nullptr;
};

template <typename T>
class Pool {
 public:
  constexpr Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Null when no memory is left.
  template <typename... Arguments>
  T* New(Arguments&&... arguments) {
    void* const cell = cells_.Take(kCellSize);
    return cell == nullptr ? nullptr : new (cell) T(std::forward<Arguments>(arguments)...);
  }

  void Delete(T& object) {
    object.~T();
    cells_.Give(&object);
  }

 private:
  static constexpr std::size_t kCellSize = RoundUp(sizeof(T), alignof(std::max_align_t));
  static_assert(kCellSize <= kPageSize && alignof(T) <= alignof(std::max_align_t));
  CellList cells_;
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_POOL_H_
