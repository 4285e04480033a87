#include "net/packet/buffer.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "kernel/base/check.h"

namespace net {

BufferPool::BufferPool(std::span<std::byte> storage, std::size_t capacity) : capacity_(capacity) {
  CHECK(capacity % alignof(Buffer::Block) == 0);
  const std::size_t size = sizeof(Buffer::Block) + capacity;
  const auto misaligned = reinterpret_cast<std::uintptr_t>(storage.data()) % alignof(Buffer::Block);
  const std::size_t skipped = misaligned == 0 ? 0 : alignof(Buffer::Block) - misaligned;
  if (storage.size() < skipped) return;
  count_ = free_count_ = (storage.size() - skipped) / size;
  // The last goes in first, so that buffers are handed out by rising addresses.
  for (std::size_t i = count_; i > 0; --i) {
    free_ =
        new (storage.data() + skipped + (i - 1) * size) Buffer::Block{.pool = this, .next_free = free_, .shares = 0};
  }
}

BufferPool::~BufferPool() { CHECK(free_count_ == count_); }

}  // namespace net
