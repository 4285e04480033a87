// Arrays cut out of memory that a layer was given at its creation: nothing is allocated later.
#ifndef ENKEL_NET_STORAGE_H_
#define ENKEL_NET_STORAGE_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "kernel/base/check.h"

namespace net {

// Places for objects that are made one after the other, when each is first needed: what never is costs no start-up
// time, and no page. Nobody destroys them.
template <typename T>
class LazyArray {
 public:
  constexpr LazyArray() = default;
  LazyArray(T* first, std::size_t size) : first_(first), size_(size) {}

  // A fresh object in the next place; null: all are made.
  T* MakeOne() { return made_ == size_ ? nullptr : new (first_ + made_++) T(); }

  std::span<T> made() const { return {first_, made_}; }

 private:
  T* first_ = nullptr;
  std::size_t size_ = 0;
  std::size_t made_ = 0;
};

class StorageCutter {
 public:
  // Hands out parts of `storage` from its beginning.
  explicit StorageCutter(std::span<std::byte> storage) : rest_(storage) {}

  // Bytes that an array may take, whatever stands before it.
  template <typename T>
  static constexpr std::size_t SizeFor(std::size_t count) {
    return count * sizeof(T) + alignof(T) - 1;  // NOLINT(bugprone-sizeof-expression): T may well be a pointer
  }

  // `count` fresh objects, which nobody destroys: what they own, their user gives back. CHECKs that they fit.
  template <typename T>
  std::span<T> Cut(std::size_t count) {
    std::byte* const first = Take<T>(count);
    // NOLINTNEXTLINE(bugprone-sizeof-expression): T may well be a pointer
    for (std::size_t i = 0; i < count; ++i) new (first + i * sizeof(T)) T();
    return {std::launder(reinterpret_cast<T*>(first)), count};
  }

  // The same bytes, not touched: for what others cut.
  std::span<std::byte> CutBytes(std::size_t size) { return {Take<std::byte>(size), size}; }

  // Room for as many, not touched.
  template <typename T>
  LazyArray<T> CutLazily(std::size_t count) {
    return {reinterpret_cast<T*>(Take<T>(count)), count};
  }

 private:
  template <typename T>
  std::byte* Take(std::size_t count) {
    const std::size_t beyond = reinterpret_cast<std::uintptr_t>(rest_.data()) % alignof(T);
    const std::size_t skipped = beyond == 0 ? 0 : alignof(T) - beyond;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): T may well be a pointer
    CHECK(skipped <= rest_.size() && count <= (rest_.size() - skipped) / sizeof(T));
    std::byte* const first = rest_.data() + skipped;
    rest_ = rest_.subspan(skipped + count * sizeof(T));  // NOLINT(bugprone-sizeof-expression): as above
    return first;
  }

  std::span<std::byte> rest_;
};

}  // namespace net

#endif  // ENKEL_NET_STORAGE_H_
