// The memory of one read or write: a list of pieces as readv and writev get it, taken from front to back.
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_BUFFERS_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_BUFFERS_H_

#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <span>

namespace kernel::libc {

// What a file reads into, or writes from; whoever takes bytes advances it. Points to the caller's list.
class Buffers {
 public:
  Buffers(void* bytes, std::size_t size) : own_{.iov_base = bytes, .iov_len = size}, next_(&own_), size_(size) {}
  // The first `size` bytes of a list that has at least as many; size_t sums do not overflow (CheckParts).
  Buffers(const iovec* parts, std::size_t size) : next_(parts), size_(size) {}
  // The same bytes, taken independently.
  Buffers(const Buffers& other)
      : own_(other.own_),
        next_(other.next_ == &other.own_ ? &own_ : other.next_),
        used_(other.used_),
        size_(other.size_) {}
  Buffers& operator=(const Buffers&) = delete;

  // Bytes that are left, over all pieces.
  std::size_t size() const { return size_; }

  // The next bytes that lie in one piece; empty at the end.
  std::span<std::byte> Front() const {
    if (size_ == 0) return {};
    const iovec* piece = next_;
    std::size_t used = used_;
    while (piece->iov_len == used) {
      ++piece;
      used = 0;
    }
    return {static_cast<std::byte*>(piece->iov_base) + used, std::min(piece->iov_len - used, size_)};
  }

  // Drops `count` bytes, at most size(), from the front.
  void Advance(std::size_t count) {
    size_ -= count;
    while (count > next_->iov_len - used_) {
      count -= next_->iov_len - used_;
      ++next_;
      used_ = 0;
    }
    used_ += count;
  }

  // Reading: stores up to `count` bytes of `bytes`; returns how many had room.
  std::size_t Store(const std::byte* bytes, std::size_t count) {
    return Take(count, [&bytes](std::span<std::byte> piece) {
      __builtin_memcpy(piece.data(), bytes, piece.size());
      bytes += piece.size();
    });
  }

  // Writing: copies up to `count` bytes out to `bytes`; returns how many there were.
  std::size_t Load(std::byte* bytes, std::size_t count) {
    return Take(count, [&bytes](std::span<std::byte> piece) {
      __builtin_memcpy(bytes, piece.data(), piece.size());
      bytes += piece.size();
    });
  }

  // Calls `use` with each piece of the next `count` bytes, at most size(); returns how many there were.
  template <typename Use>
  std::size_t Take(std::size_t count, Use use) {
    const std::size_t total = std::min(count, size_);
    for (std::size_t left = total; left != 0;) {
      const std::span<std::byte> front = Front();
      const std::span<std::byte> piece(front.data(), std::min(front.size(), left));
      use(piece);
      Advance(piece.size());
      left -= piece.size();
    }
    return total;
  }

 private:
  iovec own_ = {};
  const iovec* next_;
  std::size_t used_ = 0;  // bytes of *next_
  std::size_t size_;
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_BUFFERS_H_
