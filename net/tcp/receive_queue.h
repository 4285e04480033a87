// What was received and not read: the bytes in order, and ranges beyond a gap that wait until it is filled.
//
// Where segments overlap, the bytes that came first stay: nobody can change what the program may have read already.
// Payload is not copied; only crumbs are, into room behind their neighbours, because each would hold a whole buffer.
#ifndef ENKEL_NET_TCP_RECEIVE_QUEUE_H_
#define ENKEL_NET_TCP_RECEIVE_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "net/packet/packet.h"
#include "net/tcp/pool.h"
#include "net/tcp/sequence.h"
#include "net/wire/tcp.h"

namespace net::tcp {

// Bytes [begin, end) beyond a gap.
struct ReceivedRange {
  Sequence begin;
  Sequence end;
  std::uint32_t touched = 0;  // when it grew last, counted in segments
  ReceivedRange* next = nullptr;
  PacketQueue packets;
};

// Of one connection. Nothing here allocates or blocks; a segment costs O(kMostRanges) at worst, and O(1) in order.
class ReceiveQueue {
 public:
  // Gaps that one connection may have: beyond them data is dropped and comes again.
  static constexpr std::size_t kMostRanges = 64;

  // `ranges` is for all connections; when it is empty, what is beyond a gap is dropped.
  explicit ReceiveQueue(Pool<ReceivedRange>& ranges) : pool_(ranges) {}
  ReceiveQueue(const ReceiveQueue&) = delete;
  ReceiveQueue& operator=(const ReceiveQueue&) = delete;
  ~ReceiveQueue() {
    if (first_ != nullptr) DropOutOfOrder();
  }

  // The first byte has number `next`: after the SYN's.
  void Begin(Sequence next) { next_ = next; }

  // Memory that may be held: buffers at their full size, packets with their descriptors. What is in order is always
  // taken while nothing else is there to be read.
  void SetMostMemory(std::size_t bytes) { most_memory_ = bytes; }

  struct Receipt {
    std::uint32_t new_bytes = 0;   // that were not there before
    bool has_advanced = false;     // next() has: there is more to read, or the end was reached
    bool is_out_of_order = false;  // some lies beyond a gap: an acknowledgment is due at once [RFC5681] 4.2
    bool has_filled_gap = false;   // in part or in whole: as above
    bool is_duplicate = false;     // some was there already: as above, with a D-SACK [RFC2883]
    bool was_refused = false;      // for want of memory or ranges: it must come again
  };

  // Takes the payload of a segment that begins at `sequence`; what lies before next() or from `right_edge` on, the end
  // of the announced window, is cut off. `payload` may be empty. A FIN follows the payload where `has_fin`.
  Receipt Receive(Sequence sequence, Packet payload, bool has_fin, Sequence right_edge);

  // The same where it is the next in order, nothing waits behind it, and it lies within the window. False, and nothing
  // changed, where it is not as simple as that: then Receive finds out.
  bool ReceiveNext(Sequence sequence, Packet& payload) {
    if (sequence != next_ || first_ != nullptr || has_fin_) return false;
    const std::size_t size = payload.size();
    const std::size_t memory = MemoryOf(payload);
    if (!in_order_.IsEmpty() && (memory_ + memory > most_memory_ || size <= kCrumb)) return false;
    memory_ += memory;
    next_ += static_cast<std::uint32_t>(size);
    readable_ += static_cast<std::uint32_t>(size);
    in_order_.Push(std::move(payload));
    return true;
  }

  Sequence next() const { return next_; }               // RCV.NXT, past the FIN once all before it is there
  std::size_t readable() const { return readable_; }    // bytes
  bool HasEnded() const { return has_ended_; }          // all came, and the FIN
  bool HasGap() const { return first_ != nullptr; }     // something waits out of order
  bool HasDuplicate() const { return has_duplicate_; }  // a D-SACK is to be sent
  std::size_t memory() const { return memory_; }        // bytes, as for SetMostMemory
  std::size_t range_count() const { return range_count_; }

  // The next bytes as a packet; no packet: nothing is readable.
  Packet Pop() {
    Packet packet = in_order_.Pop();
    if (!packet) return packet;
    memory_ -= MemoryOf(packet);
    readable_ -= static_cast<std::uint32_t>(packet.size());
    if (has_urgent_ && !BytesToUrgentEnd()) has_urgent_ = false;
    return packet;
  }

  // Copies and forgets up to to.size() bytes; returns how many.
  std::size_t Read(std::span<std::byte> to);

  // SEG.UP, the number of the byte behind the urgent ones; an earlier one than before changes nothing. [RFC9293] 3.8.5
  void SetUrgent(Sequence end);

  // Bytes from the next one to be read to the end of the urgent ones; nothing: there are none.
  std::optional<std::uint32_t> BytesToUrgentEnd() const;

  // The blocks to send with an acknowledgment, at most blocks.size(); returns how many. A duplicate comes first, and
  // once; then the range that grew last, and so on. [RFC2018] 4, [RFC2883] 4
  std::size_t TakeSackBlocks(std::span<wire::SackBlock> blocks);

  // Gives back the memory of what is out of order: its sender keeps it until it is acknowledged. [RFC2018] 8
  void DropOutOfOrder();

  // Forgets all that can be read or waits.
  void Clear();

 private:
  // A packet's descriptor, about.
  static constexpr std::size_t kPacketMemory = 512;  // bytes
  // A payload of at most so many bytes is copied behind its neighbour, where there is room.
  static constexpr std::size_t kCrumb = 256;  // bytes
  static std::size_t MemoryOf(const Packet& packet) {
    std::size_t memory = kPacketMemory;
    for (const Slice& slice : packet.slices()) memory += slice.buffer.capacity();
    return memory;
  }

  void NoteFin(Sequence fin, Sequence right_edge);
  bool CutDuplicate(Packet& payload, Sequence& begin, Sequence there);
  void Place(Sequence begin, Packet payload, Receipt& receipt);
  void PlacePiece(Sequence begin, Packet piece, ReceivedRange* before, Receipt& receipt);
  bool PlaceInOrder(Packet piece, Receipt& receipt);
  bool PlaceInRange(Sequence begin, Packet piece, ReceivedRange* before);
  bool MakeRoom(std::size_t memory, bool is_in_order);
  void Keep(PacketQueue& queue, Packet piece);
  void PutBack(Packet packet, std::size_t part, bool had_urgent);
  void Join(ReceivedRange& range);
  void DropLastRange();
  void FinishAtFin(Receipt& receipt);

  Pool<ReceivedRange>& pool_;
  PacketQueue in_order_;
  ReceivedRange* first_ = nullptr;
  ReceivedRange* last_ = nullptr;
  std::size_t memory_ = 0;
  std::size_t most_memory_ = std::size_t{1} << 30;
  Sequence next_;
  std::uint32_t readable_ = 0;
  std::uint32_t segments_ = 0;  // that touched a range
  std::uint32_t range_count_ = 0;
  Sequence fin_;     // if has_fin_
  Sequence urgent_;  // if has_urgent_
  wire::SackBlock duplicate_;
  bool has_fin_ = false;
  bool has_ended_ = false;
  bool has_urgent_ = false;
  bool has_duplicate_ = false;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_RECEIVE_QUEUE_H_
