// What the program wrote and the peer has not acknowledged: slices of buffers in a row. A segment, and its
// retransmission, shares them.
#ifndef ENKEL_NET_TCP_SEND_QUEUE_H_
#define ENKEL_NET_TCP_SEND_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/tcp/pool.h"
#include "net/tcp/sequence.h"

namespace net::tcp {

struct SendSlice {
  Slice slice;
  SendSlice* next = nullptr;
};

// Of one connection. Writing and acknowledging cost O(1) a slice; gathering goes on where it was last, so that only a
// retransmission walks. Nothing allocates.
class SendQueue {
 public:
  explicit SendQueue(Pool<SendSlice>& slices) : pool_(slices) {}
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;
  ~SendQueue() {
    if (first_ != nullptr) Clear();
  }

  // The first byte to be written has number `begin`.
  void Begin(Sequence begin) { begin_ = end_ = cursor_begin_ = begin; }

  // Copies up to `most` bytes of `from`, as many as there are buffers for: behind the last ones while their buffer is
  // our own and has room. Returns how many.
  std::size_t Copy(std::span<const std::byte> from, BufferPool& buffers);

  // Shares a part of somebody's buffer. False: the pool of slices is empty.
  bool Append(Buffer buffer, std::size_t offset, std::size_t size);

  // Adds the bytes of `range`, which are all here, as payload to a packet; returns how many found a slice.
  std::uint32_t Gather(SequenceRange range, Packet& packet);

  // Forgets what is before `to`.
  void Acknowledge(Sequence to);
  void Clear();

  Sequence begin() const { return begin_; }
  Sequence end() const { return end_; }
  std::uint32_t size() const { return Distance(begin_, end_); }  // bytes
  std::size_t memory() const { return memory_; }                 // bytes of buffers that are held

 private:
  bool Push(Buffer buffer, std::size_t offset, std::size_t size);

  Pool<SendSlice>& pool_;
  SendSlice* first_ = nullptr;
  SendSlice* last_ = nullptr;
  SendSlice* cursor_ = nullptr;  // holds cursor_begin_; null: the end, whatever follows there
  std::size_t memory_ = 0;
  Sequence begin_;
  Sequence end_;
  Sequence cursor_begin_;        // of the first byte of `cursor_`
  std::uint32_t tail_room_ = 0;  // bytes behind the last slice that are ours to fill
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_SEND_QUEUE_H_
