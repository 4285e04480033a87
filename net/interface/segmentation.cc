#include "net/interface/segmentation.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

// The headers of the large segment, from which each piece's are made.
class Headers {
 public:
  // False: the packet is not what PacketInfo says.
  bool Load(Packet& frame) {
    info_ = frame.info();
    const std::size_t tcp = info_.checksum_start;
    const std::span<const std::byte> first = frame.Peek(tcp + wire::kTcpSize);
    if (first.empty() || info_.segment_size == 0 || info_.checksum != PacketInfo::Checksum::kPartial) return false;
    size_ = tcp + 4 * (static_cast<std::size_t>(first[tcp + kTcpDataOffset]) >> 4);
    const std::span<const std::byte> all = frame.Peek(size_);
    if (all.empty() || size_ < tcp + wire::kTcpSize || frame.header().size() != size_) return false;
    // At the end of the room, so that a copy of a fixed size takes them all.
    std::byte* const at = &room_[kHeadroom - size_];
    std::memcpy(at, all.data(), size_);
    const auto type = static_cast<wire::EtherType>(wire::LoadBig<std::uint16_t>(at + 12));
    const std::size_t ip = type == wire::EtherType::kVlan ? wire::kTaggedEthernetSize : wire::kEthernetSize;
    is_ipv4_ = info_.segmentation == PacketInfo::Segmentation::kTcpIpv4;
    const std::size_t least = is_ipv4_ ? 4 * (static_cast<std::size_t>(at[ip]) & 0xf) : kIpv6Size;
    if (tcp < ip + least) return false;
    ip_ = at + ip;
    tcp_ = at + tcp;
    ip_size_ = tcp - ip;
    tcp_size_ = size_ - tcp;
    whole_payload_ = frame.size() - size_;
    sequence_ = wire::LoadBig<std::uint32_t>(tcp_ + kTcpSequence);
    flags_ = tcp_[kTcpFlags];
    identification_ = wire::LoadBig<std::uint16_t>(ip_ + kIpv4Identification);
    // What is left of the pseudo-header's sum without the length.
    wire::Checksum pseudo;
    pseudo.AddWord(wire::LoadBig<std::uint16_t>(tcp_ + wire::kTcpChecksumPlace));
    pseudo.AddWord(static_cast<std::uint16_t>(~(tcp_size_ + whole_payload_)));
    pseudo_sum_ = pseudo.NativeSum();
    SetSizes(std::min<std::size_t>(info_.segment_size, whole_payload_));
    return true;
  }

  std::size_t size() const { return size_; }
  std::size_t whole_payload() const { return whole_payload_; }
  std::size_t segment_size() const { return info_.segment_size; }

  // Makes `piece`, which has `size` bytes from `offset` on of the payload, the frame of its own that it stands for.
  void PrependTo(Packet& piece, std::size_t offset, std::size_t size) {
    const bool is_last = offset + size == whole_payload_;
    if (size != set_size_) SetSizes(size);
    if (is_ipv4_) {
      wire::StoreBig(ip_ + kIpv4Identification, identification_++);
      wire::Checksum sum;
      sum.AddEven(ip_sum_);
      sum.AddWord(static_cast<std::uint16_t>(identification_ - 1));
      wire::StoreBig(ip_ + kIpv4Checksum, sum.Finish());
    }
    wire::StoreBig(tcp_ + kTcpSequence, static_cast<std::uint32_t>(sequence_ + offset));
    // Only the last piece ends the flow or pushes; only the first answers a mark of congestion. [RFC3168] 6.1.2
    wire::TcpFlags flags = {static_cast<std::uint8_t>(flags_)};
    if (!is_last) flags.bits &= static_cast<std::uint8_t>(~(wire::kFin | wire::kPsh).bits);
    if (offset != 0) flags.bits &= static_cast<std::uint8_t>(~wire::kCwr.bits);
    tcp_[kTcpFlags] = static_cast<std::byte>(flags.bits);
    if (size_ <= kUsual) {
      // With a size that the compiler knows; what is too much of it falls off again.
      std::memcpy(piece.Prepend(kUsual).data(), &room_[kHeadroom - kUsual], kUsual);
      piece.DropFront(kUsual - size_);
    } else {
      std::memcpy(piece.Prepend(size_).data(), &room_[kHeadroom - size_], size_);
    }
    piece.info() = {.checksum = PacketInfo::Checksum::kPartial,
                    .checksum_start = info_.checksum_start,
                    .checksum_field = info_.checksum_field};
  }

 private:
  // Bytes of headers that most segments have at most: Ethernet, IPv4, TCP with timestamps are 66.
  static constexpr std::size_t kUsual = 80;

  // IP's length, and the length that the pseudo-header's sum holds, for pieces of `payload` bytes.
  void SetSizes(std::size_t payload) {
    set_size_ = payload;
    const std::size_t tcp_size = tcp_size_ + payload;
    if (is_ipv4_) {
      wire::StoreBig(ip_ + kIpv4TotalSize, static_cast<std::uint16_t>(ip_size_ + tcp_size));
      wire::StoreBig(ip_ + kIpv4Identification, std::uint16_t{0});
      wire::StoreBig(ip_ + kIpv4Checksum, std::uint16_t{0});
      ip_sum_ = wire::SumBytes({ip_, ip_size_});
    } else {
      wire::StoreBig(ip_ + kIpv6PayloadSize, static_cast<std::uint16_t>(ip_size_ - kIpv6Size + tcp_size));
    }
    wire::Checksum pseudo;
    pseudo.AddEven(pseudo_sum_);
    pseudo.AddWord(static_cast<std::uint16_t>(tcp_size));
    wire::StoreBig(tcp_ + wire::kTcpChecksumPlace, pseudo.Sum());
  }

  PacketInfo info_;
  std::byte* ip_ = nullptr;  // in room_
  std::byte* tcp_ = nullptr;
  std::size_t ip_size_ = 0;   // bytes of IP's header
  std::size_t tcp_size_ = 0;  // of TCP's
  std::size_t size_ = 0;      // of all
  std::size_t whole_payload_ = 0;
  std::size_t set_size_ = 0;      // payload that the sizes and sums stand for
  std::uint64_t ip_sum_ = 0;      // of IPv4's header without checksum and identification
  std::uint64_t pseudo_sum_ = 0;  // without a length
  bool is_ipv4_ = false;
  std::uint32_t sequence_ = 0;
  std::byte flags_ = {};
  std::uint16_t identification_ = 0;  // of the next piece
  std::array<std::byte, kHeadroom> room_ = {};
};

}  // namespace

kernel::Result<void> SoftwareSegmenter::Segment(Packet frame, Interface& interface) {
  Headers headers;
  if (!headers.Load(frame)) return Fail(Error::kTooLong);
  frame.DropFront(headers.size());
  kernel::Result<void> first_result;
  for (std::size_t offset = 0; offset < headers.whole_payload();) {
    const std::size_t size = std::min(headers.segment_size(), headers.whole_payload() - offset);
    Packet piece = frame.SplitFront(size);
    kernel::Result<void> result = Fail(Error::kOutOfMemory);
    if (piece) {
      headers.PrependTo(piece, offset, size);
      result = interface.TransmitFrame(std::move(piece));
    }
    if (offset == 0) first_result = result;
    if (!result) break;
    offset += size;
  }
  return first_result;
}

}  // namespace net
