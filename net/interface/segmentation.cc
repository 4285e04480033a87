#include "net/interface/segmentation.h"

#include <algorithm>
#include <array>
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

// The headers of the large segment, from which each piece's are made.
class Headers {
 public:
  // False: the packet is not what PacketInfo says.
  bool Load(Packet& frame) {
    info_ = frame.info();
    tcp_ = info_.checksum_start;
    const std::span<const std::byte> first = frame.Peek(tcp_ + wire::kTcpSize);
    if (first.empty() || info_.segment_size == 0 || info_.checksum != PacketInfo::Checksum::kPartial) return false;
    size_ = tcp_ + 4 * (static_cast<std::size_t>(first[tcp_ + kTcpDataOffset]) >> 4);
    const std::span<const std::byte> all = frame.Peek(size_);
    if (all.empty() || size_ < tcp_ + wire::kTcpSize || frame.header().size() != size_) return false;
    std::ranges::copy(all, bytes_.begin());
    const auto type = static_cast<wire::EtherType>(Load16(12));
    ip_ = type == wire::EtherType::kVlan ? wire::kTaggedEthernetSize : wire::kEthernetSize;
    is_ipv4_ = info_.segmentation == PacketInfo::Segmentation::kTcpIpv4;
    const std::size_t least = is_ipv4_ ? 4 * (static_cast<std::size_t>(bytes_[ip_]) & 0xf) : kIpv6Size;
    if (tcp_ < ip_ + least) return false;
    whole_payload_ = frame.size() - size_;
    sequence_ = wire::LoadBig<std::uint32_t>(&bytes_[tcp_ + kTcpSequence]);
    flags_ = bytes_[tcp_ + kTcpFlags];
    identification_ = Load16(ip_ + kIpv4Identification);
    pseudo_sum_ = Load16(tcp_ + wire::kTcpChecksumPlace);
    return true;
  }

  std::size_t size() const { return size_; }
  std::size_t whole_payload() const { return whole_payload_; }
  std::size_t segment_size() const { return info_.segment_size; }

  // Makes `piece`, which has `size` bytes from `offset` on of the payload, the frame of its own that it stands for.
  void PrependTo(Packet& piece, std::size_t offset, std::size_t size) {
    const bool is_first = offset == 0;
    const bool is_last = offset + size == whole_payload_;
    SetSizes(size, offset / info_.segment_size);
    wire::StoreBig(&bytes_[tcp_ + kTcpSequence], static_cast<std::uint32_t>(sequence_ + offset));
    // Only the last piece ends the flow or pushes; only the first answers a mark of congestion. [RFC3168] 6.1.2
    wire::TcpFlags flags = {static_cast<std::uint8_t>(flags_)};
    if (!is_last) flags.bits &= static_cast<std::uint8_t>(~(wire::kFin | wire::kPsh).bits);
    if (!is_first) flags.bits &= static_cast<std::uint8_t>(~wire::kCwr.bits);
    bytes_[tcp_ + kTcpFlags] = static_cast<std::byte>(flags.bits);
    std::ranges::copy(std::span(bytes_).first(size_), piece.Prepend(size_).begin());
    piece.info() = {.checksum = PacketInfo::Checksum::kPartial,
                    .checksum_start = info_.checksum_start,
                    .checksum_field = info_.checksum_field};
  }

 private:
  std::uint16_t Load16(std::size_t place) const { return wire::LoadBig<std::uint16_t>(&bytes_[place]); }
  void Store16(std::size_t place, std::size_t value) {
    wire::StoreBig(&bytes_[place], static_cast<std::uint16_t>(value));
  }

  // IP's length, and the length that the pseudo-header's sum holds.
  void SetSizes(std::size_t payload, std::size_t number) {
    const std::size_t tcp_size = size_ - tcp_ + payload;
    if (is_ipv4_) {
      const std::size_t header_size = tcp_ - ip_;
      Store16(ip_ + kIpv4TotalSize, header_size + tcp_size);
      Store16(ip_ + kIpv4Identification, identification_ + number);
      Store16(ip_ + kIpv4Checksum, 0);
      wire::Checksum sum;
      sum.Add(std::span(bytes_).subspan(ip_, header_size));
      Store16(ip_ + kIpv4Checksum, sum.Finish());
    } else {
      Store16(ip_ + kIpv6PayloadSize, tcp_ - ip_ - kIpv6Size + tcp_size);
    }
    wire::Checksum pseudo;
    pseudo.AddWord(pseudo_sum_);
    pseudo.AddWord(static_cast<std::uint16_t>(~(size_ - tcp_ + whole_payload_)));
    pseudo.AddWord(static_cast<std::uint16_t>(tcp_size));
    Store16(tcp_ + wire::kTcpChecksumPlace, pseudo.Sum());
  }

  PacketInfo info_;
  std::size_t ip_ = 0;
  std::size_t tcp_ = 0;
  std::size_t size_ = 0;
  std::size_t whole_payload_ = 0;
  bool is_ipv4_ = false;
  std::uint32_t sequence_ = 0;
  std::byte flags_ = {};
  std::uint16_t identification_ = 0;
  std::uint16_t pseudo_sum_ = 0;
  std::array<std::byte, kHeadroom> bytes_ = {};
};

}  // namespace

kernel::Result<void> SoftwareSegmenter::Segment(Packet frame, Interface& interface) {
  Headers headers;
  if (!headers.Load(frame)) return Fail(Error::kTooLong);
  frame.DropFront(headers.size());
  kernel::Result<void> first_result;
  for (std::size_t offset = 0; offset < headers.whole_payload();) {
    const std::size_t size = std::min(headers.segment_size(), headers.whole_payload() - offset);
    Packet piece = frame.CloneOf(0, size);
    kernel::Result<void> result = Fail(Error::kOutOfMemory);
    if (piece) {
      headers.PrependTo(piece, offset, size);
      result = interface.TransmitFrame(std::move(piece));
    }
    if (offset == 0) first_result = result;
    if (!result) break;
    frame.DropFront(size);
    offset += size;
  }
  return first_result;
}

}  // namespace net
