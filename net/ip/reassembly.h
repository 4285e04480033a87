// Fragments until they are a datagram again, for IPv4 and IPv6. [RFC791] 3.2, [RFC8200] 4.5, [RFC5722]
//
// What a stranger can make it hold is bounded three times: buffers in all (the oldest datagrams go when a new one needs
// room), buffers of a source (the rest of its fragments is dropped), fragments of a datagram. Fragments that overlap
// end their datagram, silently, and what still comes of it is dropped, too: no receiver ever sees bytes that an
// observer saw differently. Payload is not copied unless it came in more pieces than a packet has room for.
#ifndef ENKEL_NET_IP_REASSEMBLY_H_
#define ENKEL_NET_IP_REASSEMBLY_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/packet/packet.h"
#include "net/storage.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net {

// Since the engine was made: datagrams, except where it says fragments.
struct ReassemblyCounters {
  std::uint64_t fragments = 0;  // that came
  std::uint64_t completed = 0;
  std::uint64_t duplicates = 0;     // fragments that came again, byte by byte
  std::uint64_t overlaps = 0;       // ended because fragments overlap
  std::uint64_t inconsistent = 0;   // ended because of two ends, bytes beyond the end, or a mix of ECN marks
  std::uint64_t refused = 0;        // fragments of those that were ended before
  std::uint64_t timeouts = 0;       // not complete in time
  std::uint64_t evictions = 0;      // made room for newer ones
  std::uint64_t source_full = 0;    // fragments of a source that holds its share already
  std::uint64_t too_many = 0;       // in more fragments than any honest sender makes
  std::uint64_t out_of_memory = 0;  // complete, but the pools had no room to put them together
};

// Not interrupt-safe, does not allocate. Finding a datagram is O(1); a fragment that comes in order (or in reverse) is
// placed in O(1), others behind at most kMostFragments.
class Reassembly : private Timer {
 public:
  // What fragments of one datagram have in common.
  struct Key {
    IpAddress source;
    IpAddress destination;
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;   // of IPv4
    std::uint8_t interface = 0;  // its index, where addresses are a link's own

    friend constexpr auto operator<=>(const Key&, const Key&) = default;
  };

  struct Fragment {
    Key key;
    std::uint16_t offset = 0;  // bytes, a multiple of 8; with the packet's size at most 65,535
    bool has_more = false;     // then the packet's size is a multiple of 8
    std::uint8_t next_header = 0;
    std::uint8_t traffic_class = 0;
    std::span<const std::byte> header;  // all before the payload, as it came; the first fragment's is kept, up to 60
  };

  struct Whole {
    Packet packet;                   // no packet: nothing is whole by this fragment
    std::uint8_t next_header = 0;    // the first fragment's
    std::uint8_t traffic_class = 0;  // the first fragment's, with congestion marks of any. [RFC3168] 5.3
  };

  // Whoever sends the message about a datagram that was not complete in time.
  class Owner {
   public:
    // `first` is the first fragment with its IP header, as it came. Not called when that one is missing.
    virtual void OnReassemblyTimeout(Packet first) = 0;

   protected:
    ~Owner() = default;
  };

  struct Options {
    std::size_t most_datagrams = 64;           // a power of two
    std::size_t most_buffers = 512;            // that fragments hold, in all
    std::size_t most_buffers_of_source = 192;  // IPv6: of a /64; a datagram counts as one more
    kernel::Duration timeout =
        kernel::Duration::Seconds(60);  // since the first to come. [RFC8200] 4.5, [RFC1122] 3.3.2
  };

  // A datagram of 65,535 bytes over links of 576 has 119.
  static constexpr std::size_t kMostFragments = 128;

  // `storage` has StorageFor(options) bytes and outlives the engine, as does the owner.
  Reassembly(Context& context, Owner& owner, const Options& options, std::span<std::byte> storage);
  ~Reassembly();
  Reassembly(const Reassembly&) = delete;
  Reassembly& operator=(const Reassembly&) = delete;

  static constexpr std::size_t StorageFor(const Options& options) {
    return StorageCutter::SizeFor<Datagram>(options.most_datagrams) +
           StorageCutter::SizeFor<Datagram*>(options.most_datagrams) +
           StorageCutter::SizeFor<Piece>(options.most_buffers);
  }

  // `packet` is the payload of a fragment, not empty. A caller that sees a contradiction in a header (a size that is no
  // multiple of 8, an end beyond 65,535) answers it and does not come here.
  Whole Add(Packet packet, const Fragment& fragment);

  std::size_t datagrams() const { return datagram_count_; }  // held, incomplete
  std::size_t buffers() const { return buffer_count_; }
  const ReassemblyCounters& counters() const { return counters_; }

 private:
  static constexpr std::size_t kMostHeader = 60;
  static constexpr std::size_t kSourceCounts = 64;

  struct Piece {
    Packet packet;
    Piece* next = nullptr;
    std::uint32_t offset = 0;
    std::uint32_t end = 0;
    std::uint16_t buffers = 0;
  };

  struct Datagram {
    Key key;
    Datagram* next = nullptr;  // in its bucket, or of the free ones
    Datagram* older = nullptr;
    Datagram* newer = nullptr;
    kernel::Instant deadline;
    Piece* first = nullptr;
    Piece* last = nullptr;
    std::uint32_t received = 0;  // bytes
    std::uint32_t total = 0;     // bytes; 0: not known yet
    std::uint16_t pieces = 0;
    std::uint16_t source = 0;    // its place in source_counts_
    bool was_ended = false;      // holds nothing, and what comes is dropped
    std::uint8_t ecn_marks = 0;  // bit n: a fragment with the mark n came
    std::uint8_t next_header = 0;
    std::uint8_t traffic_class = 0;
    std::uint8_t header_size = 0;
    std::array<std::byte, kMostHeader> header = {};
  };

  static void OnTimer(Timer& timer, kernel::Instant now);
  std::uint64_t HashOf(const Key& key) const;
  Datagram*& BucketOf(const Key& key) const;
  Datagram* Find(const Key& key) const;
  Datagram* Begin(const Key& key, std::size_t source);
  bool MakeRoom(Datagram* keep, std::size_t source, std::size_t buffers);
  bool Place(Datagram& datagram, Packet& packet, const Fragment& fragment, std::size_t buffers);
  Whole Finish(Datagram& datagram);
  Packet Join(Datagram& datagram);
  Packet JoinCopied(Datagram& datagram);
  static Packet TakeFirst(Datagram& datagram);
  void DropPieces(Datagram& datagram);
  void End(Datagram& datagram);
  void Forget(Datagram& datagram);
  void StartTimer();

  Context& context_;
  Owner& owner_;
  const Options options_;
  LazyArray<Datagram> datagrams_;
  std::span<Datagram*> buckets_;
  LazyArray<Piece> pieces_;
  Datagram* free_datagrams_ = nullptr;  // of those that were made
  Piece* free_pieces_ = nullptr;
  Datagram* oldest_ = nullptr;
  Datagram* newest_ = nullptr;
  std::size_t datagram_count_ = 0;
  std::size_t buffer_count_ = 0;
  std::array<std::uint16_t, kSourceCounts> source_counts_ = {};  // buffers and datagrams, by the source's hash
  ReassemblyCounters counters_;
};

}  // namespace net

#endif  // ENKEL_NET_IP_REASSEMBLY_H_
