// Arrays cut out of memory that a layer was given at its creation: nothing is allocated later.
#ifndef ENKEL_NET_STORAGE_H_
#define ENKEL_NET_STORAGE_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "kernel/base/check.h"

namespace net {

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
    const std::size_t beyond = reinterpret_cast<std::uintptr_t>(rest_.data()) % alignof(T);
    const std::size_t skipped = beyond == 0 ? 0 : alignof(T) - beyond;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): T may well be a pointer
    CHECK(skipped <= rest_.size() && count <= (rest_.size() - skipped) / sizeof(T));
    std::byte* const first = rest_.data() + skipped;
    // NOLINTBEGIN(bugprone-sizeof-expression): as above
    for (std::size_t i = 0; i < count; ++i) new (first + i * sizeof(T)) T();
    rest_ = rest_.subspan(skipped + count * sizeof(T));
    // NOLINTEND(bugprone-sizeof-expression)
    return {std::launder(reinterpret_cast<T*>(first)), count};
  }

 private:
  std::span<std::byte> rest_;
};

}  // namespace net

#endif  // ENKEL_NET_STORAGE_H_
