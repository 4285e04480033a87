// Memory for payload: equal buffers from a pool, counted by their users, never copied on the way.
//
// One core: the counts are plain numbers. Nothing here blocks, and nothing is allocated after a pool was made. A pool
// must outlive its buffers.
#ifndef ENKEL_NET_PACKET_BUFFER_H_
#define ENKEL_NET_PACKET_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace net {

class BufferPool;

// A share of a buffer; the last one to go gives the buffer back. Move-only: another share is asked for by name. Passed
// in a register: whoever is given one destroys it.
class [[clang::trivial_abi]] Buffer {
 public:
  constexpr Buffer() = default;  // of no buffer
  Buffer(Buffer&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Buffer() {
    if (block_ != nullptr && --block_->shares == 0) GiveBack();
  }

  explicit operator bool() const { return block_ != nullptr; }

  std::byte* data() const { return reinterpret_cast<std::byte*>(block_ + 1); }
  std::size_t capacity() const;  // bytes
  bool IsShared() const { return block_->shares > 1; }

  Buffer Share() const {
    ++block_->shares;
    return Buffer(block_);
  }

 private:
  friend class BufferPool;

  // Stands before the bytes.
  struct alignas(16) Block {
    BufferPool* pool;
    Block* next_free;  // while it is free
    std::uint64_t shares;
  };

  explicit Buffer(Block* block) : block_(block) {}
  void GiveBack();

  Block* block_ = nullptr;
};

class BufferPool {
 public:
  // Cuts `storage` into buffers of `capacity` bytes (a multiple of 16), as many as fit; each when it is taken for the
  // first time.
  BufferPool(std::span<std::byte> storage, std::size_t capacity);
  ~BufferPool();  // CHECKs that every buffer came home
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  // Bytes of storage for `count` buffers.
  static constexpr std::size_t StorageFor(std::size_t count, std::size_t capacity) {
    return count * (sizeof(Buffer::Block) + capacity) + alignof(Buffer::Block);
  }

  // A buffer with arbitrary contents; of no buffer when none is left.
  Buffer Take() {
    if (free_ == nullptr && !MakeOne()) [[unlikely]] {
      ++refusals_;
      return {};
    }
    Buffer::Block* const block = free_;
    free_ = block->next_free;
    block->shares = 1;
    --free_count_;
    return Buffer(block);
  }

  std::size_t capacity() const { return capacity_; }  // bytes of each buffer
  std::size_t count() const { return count_; }        // buffers in all
  std::size_t free_count() const { return free_count_; }
  std::uint64_t refusals() const { return refusals_; }  // times that none was left

 private:
  friend class Buffer;

  bool MakeOne();  // from storage that was never used, for an empty list; false when all was

  std::size_t capacity_;
  std::size_t count_ = 0;
  std::size_t free_count_ = 0;
  std::uint64_t refusals_ = 0;
  Buffer::Block* free_ = nullptr;
  std::byte* unused_ = nullptr;
  std::size_t unused_count_ = 0;  // buffers that fit there
};

inline std::size_t Buffer::capacity() const { return block_->pool->capacity(); }

inline void Buffer::GiveBack() {
  BufferPool& pool = *block_->pool;
  block_->next_free = pool.free_;
  pool.free_ = block_;
  ++pool.free_count_;
}

}  // namespace net

#endif  // ENKEL_NET_PACKET_BUFFER_H_
