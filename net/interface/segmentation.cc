#include "net/interface/segmentation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/packet/packet.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/tcp.h"

namespace net {
namespace {

using kernel::Error;
using kernel::Fail;

// Places, bytes from a header's start. [RFC791] 3.1, [RFC8200] 3, [RFC9293] 3.1
constexpr std::size_t kIpv4TotalSize = 2;
constexpr std::size_t kIpv4Identification = 4;
constexpr std::size_t kIpv4Checksum = 10;
constexpr std::size_t kIpv6PayloadSize = 4;
constexpr std::size_t kIpv6Size = 40;
constexpr std::size_t kTcpSequence = 4;
constexpr std::size_t kTcpDataOffset = 12;
constexpr std::size_t kTcpFlags = 13;

// The headers of the large segment, which become those of its pieces.
class Headers {
 public:
  // False: the packet is not what PacketInfo says. Else its headers are those of a piece of a full segment's size,
  // but for what differs from piece to piece.
  bool Load(Packet& frame) {
    const PacketInfo info = frame.info();
    tcp_ = info.checksum_start;
    const std::span<const std::byte> first = frame.Peek(tcp_ + wire::kTcpSize);
    if (first.empty() || info.segment_size == 0 || info.checksum != PacketInfo::Checksum::kPartial) return false;
    const std::size_t size = tcp_ + 4 * (static_cast<std::size_t>(first[tcp_ + kTcpDataOffset]) >> 4);
    if (frame.Peek(size).empty() || size < tcp_ + wire::kTcpSize || frame.header().size() != size) return false;
    std::byte* const at = frame.header().data();
    const auto type = static_cast<wire::EtherType>(wire::LoadBig<std::uint16_t>(at + 12));
    ip_ = type == wire::EtherType::kVlan ? wire::kTaggedEthernetSize : wire::kEthernetSize;
    is_ipv4_ = info.segmentation == PacketInfo::Segmentation::kTcpIpv4;
    const std::size_t least = is_ipv4_ ? 4 * (static_cast<std::size_t>(at[ip_]) & 0xf) : kIpv6Size;
    if (tcp_ < ip_ + least) return false;
    tcp_size_ = size - tcp_;
    rest_ = frame.size() - size;
    segment_size_ = info.segment_size;
    sequence_ = wire::LoadBig<std::uint32_t>(at + tcp_ + kTcpSequence);
    flags_ = {static_cast<std::uint8_t>(at[tcp_ + kTcpFlags])};
    identification_ = wire::LoadBig<std::uint16_t>(at + ip_ + kIpv4Identification);
    // What is left of the pseudo-header's sum without the length.
    wire::Checksum pseudo;
    pseudo.AddWord(wire::LoadBig<std::uint16_t>(at + tcp_ + wire::kTcpChecksumPlace));
    pseudo.AddWord(static_cast<std::uint16_t>(~(tcp_size_ + rest_)));
    pseudo_sum_ = pseudo.NativeSum();
    // Only the last piece ends the flow or pushes; only the first answers a mark of congestion. [RFC3168] 6.1.2
    SetFlags(at, {static_cast<std::uint8_t>(flags_.bits & ~(wire::kFin | wire::kPsh).bits)});
    SetSizes(at, std::min(segment_size_, rest_));
    frame.info() = {.checksum = PacketInfo::Checksum::kPartial,
                    .checksum_start = info.checksum_start,
                    .checksum_field = info.checksum_field};
    return true;
  }

  std::size_t segment_size() const { return segment_size_; }
  std::size_t rest() const { return rest_; }  // bytes of payload that no piece has

  // For the headers of the next full piece.
  void Finish(std::byte* at) {
    SetPlace(at);
    sequence_ += static_cast<std::uint32_t>(segment_size_);
    rest_ -= segment_size_;
  }

  // For those of the large segment, which has become the last piece.
  void FinishLast(std::byte* at, bool is_first) {
    SetSizes(at, rest_);
    SetPlace(at);
    SetFlags(at, is_first ? flags_ : WithoutCwr(flags_));
  }

  // For the large segment's, behind the first piece.
  void ForgetCwr(std::byte* at) { SetFlags(at, WithoutCwr({static_cast<std::uint8_t>(at[tcp_ + kTcpFlags])})); }

 private:
  static wire::TcpFlags WithoutCwr(wire::TcpFlags flags) {
    return {static_cast<std::uint8_t>(flags.bits & ~wire::kCwr.bits)};
  }

  void SetFlags(std::byte* at, wire::TcpFlags flags) const {
    at[tcp_ + kTcpFlags] = static_cast<std::byte>(flags.bits);
  }

  // What counts up.
  void SetPlace(std::byte* at) {
    if (is_ipv4_) {
      wire::Checksum sum;
      sum.AddEven(ip_sum_);
      sum.AddWord(identification_);
      wire::StoreBig(at + ip_ + kIpv4Identification, identification_++);
      wire::StoreBig(at + ip_ + kIpv4Checksum, sum.Finish());
    }
    wire::StoreBig(at + tcp_ + kTcpSequence, sequence_);
  }

  // IP's length, and the length that the pseudo-header's sum holds, for a piece of `payload` bytes.
  void SetSizes(std::byte* at, std::size_t payload) {
    const std::size_t tcp_size = tcp_size_ + payload;
    std::byte* const ip = at + ip_;
    const std::size_t ip_size = tcp_ - ip_;
    if (is_ipv4_) {
      wire::StoreBig(ip + kIpv4TotalSize, static_cast<std::uint16_t>(ip_size + tcp_size));
      wire::StoreBig(ip + kIpv4Identification, std::uint16_t{0});
      wire::StoreBig(ip + kIpv4Checksum, std::uint16_t{0});
      ip_sum_ = wire::SumBytes({ip, ip_size});
    } else {
      wire::StoreBig(ip + kIpv6PayloadSize, static_cast<std::uint16_t>(ip_size - kIpv6Size + tcp_size));
    }
    wire::Checksum pseudo;
    pseudo.AddEven(pseudo_sum_);
    pseudo.AddWord(static_cast<std::uint16_t>(tcp_size));
    wire::StoreBig(at + tcp_ + wire::kTcpChecksumPlace, pseudo.Sum());
  }

  std::size_t ip_ = 0;        // where its header begins
  std::size_t tcp_ = 0;       // and TCP's
  std::size_t tcp_size_ = 0;  // bytes of TCP's header
  std::size_t rest_ = 0;
  std::size_t segment_size_ = 0;
  std::uint64_t ip_sum_ = 0;      // of IPv4's header without checksum and identification
  std::uint64_t pseudo_sum_ = 0;  // without a length
  bool is_ipv4_ = false;
  wire::TcpFlags flags_;
  std::uint32_t sequence_ = 0;        // of the next piece
  std::uint16_t identification_ = 0;  // of the next piece
};

}  // namespace

kernel::Result<void> SoftwareSegmenter::Segment(Packet frame, Interface& interface) {
  Headers headers;
  if (!headers.Load(frame)) return Fail(Error::kTooLong);
  bool is_first = true;
  for (; headers.rest() > headers.segment_size(); is_first = false) {
    Packet piece = frame.SplitFront(headers.segment_size());
    // What went is on its way, whatever becomes of the rest.
    if (!piece) return is_first ? kernel::Result<void>(Fail(Error::kOutOfMemory)) : kernel::Result<void>();
    headers.Finish(piece.header().data());
    if (is_first) headers.ForgetCwr(frame.header().data());
    const kernel::Result<void> result = interface.TransmitFrame(std::move(piece));
    if (!result) return is_first ? result : kernel::Result<void>();
  }
  headers.FinishLast(frame.header().data(), is_first);
  const kernel::Result<void> result = interface.TransmitFrame(std::move(frame));
  return is_first ? result : kernel::Result<void>();
}

}  // namespace net
