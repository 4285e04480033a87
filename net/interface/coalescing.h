// TCP segments that came one behind the other, received as one: one trip up the stack for many frames. The counterpart
// of segmentation.h, and linked only by who makes one.
#ifndef ENKEL_NET_INTERFACE_COALESCING_H_
#define ENKEL_NET_INTERFACE_COALESCING_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/interface/interface.h"
#include "net/packet/packet.h"

namespace net {

// Joins only what came in one batch, so that nothing ever waits; frames of a flow stay in order. Joined segments have
// equal headers but for lengths, sequence numbers, identifications and PSH, and all but the last have one size, so that
// PacketInfo::segment_size and segment_count say what came. The payload stays in its buffers.
class Coalescer final : public BatchFilter {
 public:
  struct Counters {
    std::uint64_t joined = 0;   // frames that became part of an earlier one
    std::uint64_t results = 0;  // packets that several frames became
  };

  std::size_t Filter(std::span<Packet> batch) override;

  const Counters& counters() const { return counters_; }

 private:
  static constexpr std::size_t kMostHeaders = 14 + 40 + 60;  // bytes: Ethernet, IPv6, TCP with all options
  static constexpr std::size_t kFlows = 8;                   // that are followed at a time

  // A segment, as its headers describe it.
  struct Segment {
    std::array<std::byte, kMostHeaders> headers;
    bool is_ipv4 = false;
    std::uint8_t tcp = 0;           // bytes before TCP's header
    std::uint8_t headers_size = 0;  // bytes before the payload
    std::uint32_t sequence = 0;
    std::uint32_t payload = 0;     // bytes, without the frame's padding
    std::uint64_t pseudo_sum = 0;  // that its checksum was seen to be right with; 0: nobody added it up
    bool may_join = false;         // else it only ends its flow
  };
  // A flow whose last packet in the batch may grow.
  struct Flow {
    Packet* head = nullptr;  // null: not in use
    Segment segment;         // the first
    std::uint32_t payload = 0;
    std::uint32_t varying_sum = 0;  // of IPv4's fields that nobody compares
    std::uint16_t count = 1;
    bool has_push = false;
    bool has_short = false;  // one below the first's size came: the last
  };
  // Which bytes of headers the next segment of a flow must have in common with the first.
  struct Mask {
    std::array<std::byte, kMostHeaders> bytes;
    bool is_ipv4 = false;
    std::uint8_t tcp = 0;
    std::uint8_t size = 0;  // of the headers; 0: none was made
  };

  static bool Parse(Packet& frame, Segment& segment);
  static bool ParseIp(std::span<const std::byte> bytes, std::size_t frame_size, Segment& segment);
  static bool HasRightChecksums(Packet& frame, Segment& segment);
  static bool IsSameFlow(const Segment& a, const Segment& b);
  static bool MayFollow(const Flow& flow, const Segment& next);
  Flow* TakeAny(std::span<Packet> batch, std::size_t& kept, Packet& frame);
  void MakeMask(const Segment& segment);
  bool TakeNext(Flow& flow, Packet& frame) const;
  bool Join(Flow& flow, Packet& frame, const Segment& segment);
  static void MakeHeadOwn(Flow& flow);
  void Finish(Flow& flow);

  std::array<Flow, kFlows> flows_ = {};
  Mask mask_;                  // for headers as the last flow's
  std::size_t next_flow_ = 0;  // to be given up for another
  Counters counters_;
};

}  // namespace net

#endif  // ENKEL_NET_INTERFACE_COALESCING_H_
