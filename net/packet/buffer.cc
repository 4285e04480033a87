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
  count_ = free_count_ = unused_count_ = (storage.size() - skipped) / size;
  unused_ = storage.data() + skipped;
}

bool BufferPool::MakeOne() {
  if (unused_count_ == 0) return false;
  --unused_count_;
  free_ = new (unused_) Buffer::Block{.pool = this, .next_free = nullptr, .shares = 0};
  unused_ += sizeof(Buffer::Block) + capacity_;
  return true;
}

BufferPool::~BufferPool() { CHECK(free_count_ == count_); }

}  // namespace net
