#include "net/interface/coalescing.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"

namespace net {
namespace {

constexpr std::size_t kIp = wire::kEthernetSize;

// Places in a header, bytes from its start. [RFC791] 3.1, [RFC8200] 3, [RFC9293] 3.1
constexpr std::size_t kIpv4TotalSize = 2;
constexpr std::size_t kIpv4Identification = 4;
constexpr std::size_t kIpv4Fragment = 6;
constexpr std::size_t kIpv4Protocol = 9;
constexpr std::size_t kIpv4Checksum = 10;
constexpr std::size_t kIpv4Addresses = 12;
constexpr std::size_t kIpv6PayloadSize = 4;
constexpr std::size_t kIpv6NextHeader = 6;
constexpr std::size_t kIpv6Addresses = 8;
constexpr std::size_t kTcpSequence = 4;
constexpr std::size_t kTcpAcknowledgment = 8;
constexpr std::size_t kTcpDataOffset = 12;
constexpr std::size_t kTcpFlags = 13;

constexpr std::size_t kMostIpPacket = 65535;

// 16 bytes that are compared at once.
using Lanes = std::uint64_t __attribute__((vector_size(16)));

Lanes LoadLanes(const std::byte* bytes) {
  Lanes lanes;
  std::memcpy(&lanes, bytes, sizeof(lanes));
  return lanes;
}

// 16 bits as they lie there, for sums.
std::uint32_t LoadNative16(const std::byte* bytes) {
  std::uint16_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// What of an IPv4 header's sum may differ between packets of one size: the same whenever the checksum is right.
std::uint32_t VaryingSum(const std::byte* ip) {
  const std::uint32_t sum = LoadNative16(ip + kIpv4Identification) + LoadNative16(ip + kIpv4Checksum);
  return (sum & 0xffff) + (sum >> 16);
}

std::uint16_t Load16(std::span<const std::byte> bytes, std::size_t place) {
  return wire::LoadBig<std::uint16_t>(&bytes[place]);
}

bool IsEqual(std::span<const std::byte> a, std::span<const std::byte> b, std::size_t from, std::size_t to) {
  return std::memcmp(&a[from], &b[from], to - from) == 0;
}

wire::Checksum PseudoHeader(std::span<const std::byte> headers, bool is_ipv4, std::size_t size) {
  const std::byte* const ip = &headers[kIp];
  if (is_ipv4) {
    return wire::PseudoHeader(Ipv4Address::Load(ip + kIpv4Addresses), Ipv4Address::Load(ip + kIpv4Addresses + 4),
                              wire::IpProtocol::kTcp, static_cast<std::uint16_t>(size));
  }
  return wire::PseudoHeader(Ipv6Address::Load(ip + kIpv6Addresses), Ipv6Address::Load(ip + kIpv6Addresses + 16),
                            wire::IpProtocol::kTcp, static_cast<std::uint32_t>(size));
}

}  // namespace

// Fills in where TCP's header begins, and how many bytes of TCP there are, as `payload`.
bool Coalescer::ParseIp(std::span<const std::byte> bytes, std::size_t frame_size, Segment& segment) {
  if (segment.is_ipv4) {
    constexpr std::uint16_t kFragmentBits = 0x3fff;  // more fragments, and the offset
    const std::size_t total = Load16(bytes, kIp + kIpv4TotalSize);
    if (bytes[kIp] != std::byte{0x45} || (Load16(bytes, kIp + kIpv4Fragment) & kFragmentBits) != 0) return false;
    if (bytes[kIp + kIpv4Protocol] != static_cast<std::byte>(wire::IpProtocol::kTcp)) return false;
    if (total < wire::kIpv4Size + wire::kTcpSize || kIp + total > frame_size) return false;
    segment.tcp = kIp + wire::kIpv4Size;
    segment.payload = static_cast<std::uint32_t>(total - wire::kIpv4Size);
    return true;
  }
  const std::size_t payload = Load16(bytes, kIp + kIpv6PayloadSize);
  if (static_cast<std::uint8_t>(bytes[kIp]) >> 4 != 6) return false;
  if (bytes[kIp + kIpv6NextHeader] != static_cast<std::byte>(wire::IpProtocol::kTcp)) return false;
  if (payload < wire::kTcpSize || kIp + wire::kIpv6Size + payload > frame_size) return false;
  segment.tcp = kIp + wire::kIpv6Size;
  segment.payload = static_cast<std::uint32_t>(payload);
  return true;
}

// Whether `frame` is a segment of TCP in one packet of IP without options.
bool Coalescer::Parse(Packet& frame, Segment& segment) {
  std::span<const std::byte> bytes = frame.Peek(wire::kEthernetSize);
  if (bytes.empty() || frame.info().segmentation != PacketInfo::Segmentation::kNone) return false;
  const auto type = static_cast<wire::EtherType>(Load16(bytes, wire::kEthernetSize - 2));
  if (type != wire::EtherType::kIpv4 && type != wire::EtherType::kIpv6) return false;
  segment.is_ipv4 = type == wire::EtherType::kIpv4;
  bytes = frame.Peek(kIp + (segment.is_ipv4 ? wire::kIpv4Size : wire::kIpv6Size));
  if (bytes.empty() || !ParseIp(bytes, frame.size(), segment)) return false;
  bytes = frame.Peek(segment.tcp + wire::kTcpSize);
  const std::size_t tcp_size = 4 * (static_cast<std::size_t>(bytes[segment.tcp + kTcpDataOffset]) >> 4);
  if (tcp_size < wire::kTcpSize || tcp_size > segment.payload) return false;
  segment.headers_size = static_cast<std::uint8_t>(segment.tcp + tcp_size);
  segment.payload -= static_cast<std::uint32_t>(tcp_size);
  bytes = frame.Peek(segment.headers_size);
  std::ranges::copy(bytes, segment.headers.begin());
  segment.sequence = wire::LoadBig<std::uint32_t>(&bytes[segment.tcp + kTcpSequence]);
  const wire::TcpFlags flags = {static_cast<std::uint8_t>(bytes[segment.tcp + kTcpFlags])};
  segment.may_join = segment.payload > 0 && (flags == wire::kAck || flags == (wire::kAck | wire::kPsh));
  return true;
}

// Says so in the frame, too, so that nobody adds up the same bytes again.
bool Coalescer::HasRightChecksums(Packet& frame, Segment& segment) {
  const std::span<const std::byte> headers = segment.headers;
  if (segment.is_ipv4) {
    wire::Checksum sum;
    sum.Add(headers.subspan(kIp, wire::kIpv4Size));
    if (sum.Sum() != 0xffff) return false;
  }
  if (frame.info().checksum != PacketInfo::Checksum::kNone) return true;
  const std::size_t size = segment.headers_size - segment.tcp + segment.payload;
  wire::Checksum sum = PseudoHeader(headers, segment.is_ipv4, size);
  segment.pseudo_sum = sum.NativeSum();
  sum.AddSum(frame.Sum(segment.tcp, size), size);
  if (sum.Sum() != 0xffff) return false;
  frame.info().checksum = PacketInfo::Checksum::kVerified;
  return true;
}

// The same ends: both addresses and both ports, on the same link.
bool Coalescer::IsSameFlow(const Segment& a, const Segment& b) {
  if (a.is_ipv4 != b.is_ipv4) return false;
  const std::size_t addresses = kIp + (a.is_ipv4 ? kIpv4Addresses : kIpv6Addresses);
  return IsEqual(a.headers, b.headers, 0, kIp) && IsEqual(a.headers, b.headers, addresses, a.tcp + kTcpSequence);
}

// Whether `next`, of the same flow, says nothing but "and then these bytes".
bool Coalescer::MayFollow(const Flow& flow, const Segment& next) {
  const Segment& first = flow.segment;
  if (!next.may_join || flow.has_push || next.headers_size != first.headers_size) return false;
  if (next.sequence != first.sequence + flow.payload || next.payload > first.payload) return false;
  if (flow.has_short) return false;
  if (first.headers_size - kIp + flow.payload + next.payload > kMostIpPacket) return false;
  const auto& a = first.headers;
  const auto& b = next.headers;
  // Version, traffic class, flow label; flags of fragmentation and hops; what is acknowledged, the window, options.
  if (first.is_ipv4) {
    if (!IsEqual(a, b, kIp, kIp + kIpv4TotalSize) || !IsEqual(a, b, kIp + kIpv4Fragment, kIp + kIpv4Checksum)) {
      return false;
    }
  } else if (!IsEqual(a, b, kIp, kIp + kIpv6PayloadSize) || a[kIp + 7] != b[kIp + 7]) {
    return false;
  }
  const std::size_t tcp = first.tcp;
  return IsEqual(a, b, tcp + kTcpAcknowledgment, tcp + kTcpFlags) && IsEqual(a, b, tcp + 14, tcp + 16) &&
         IsEqual(a, b, tcp + 18, first.headers_size);
}

// Bytes of ours in front, so that they can be changed; and the payload ends where the next begins.
void Coalescer::MakeHeadOwn(Flow& flow) {
  Packet& head = *flow.head;
  head.Truncate(flow.segment.headers_size + flow.payload);
  head.DropFront(flow.segment.headers_size);
  std::ranges::copy(std::span(flow.segment.headers).first(flow.segment.headers_size),
                    head.Prepend(flow.segment.headers_size).begin());
}

// Gives the payload of `frame` to the flow's packet. False, and nothing changed but padding, when that has no slice
// left for it.
bool Coalescer::Join(Flow& flow, Packet& frame, const Segment& segment) {
  Packet& head = *flow.head;
  if (flow.count == 1) MakeHeadOwn(flow);
  frame.Truncate(segment.headers_size + segment.payload);
  if (!head.AppendRest(frame, segment.headers_size)) return false;
  MakeMask(segment);
  flow.payload += segment.payload;
  flow.has_push = (segment.headers[segment.tcp + kTcpFlags] & std::byte{wire::kPsh.bits}) != std::byte{0};
  flow.has_short = segment.payload < flow.segment.payload;
  ++flow.count;
  return true;
}

// What MayFollow wants to be equal, and the size, as a mask over the headers; they have at least 54 bytes.
void Coalescer::MakeMask(const Segment& segment) {
  if (mask_.size == segment.headers_size && mask_.is_ipv4 == segment.is_ipv4) return;
  mask_.size = segment.headers_size;
  mask_.is_ipv4 = segment.is_ipv4;
  mask_.bytes.fill(std::byte{0xff});
  const auto ignore = [&](std::size_t place, std::size_t size) {
    std::ranges::fill(std::span(mask_.bytes).subspan(place, size), std::byte{0});
  };
  if (segment.is_ipv4) {
    ignore(kIp + kIpv4Identification, 2);
    ignore(kIp + kIpv4Checksum, 2);
  }
  ignore(segment.tcp + kTcpSequence, 4);
  ignore(segment.tcp + wire::kTcpChecksumPlace, 2);
  mask_.bytes[segment.tcp + kTcpFlags] = static_cast<std::byte>(~wire::kPsh.bits);
}

// The way of nearly all frames of a transfer: the next segment of the flow that the last frame was of, as large as the
// first. Joins it. False, and nothing changed but padding: it is something else, to be looked at closely.
[[gnu::always_inline]] inline bool Coalescer::TakeNext(Flow& flow, Packet& frame) const {
  const Segment& first = flow.segment;
  const std::size_t size = first.headers_size;
  const std::byte* const at = frame.Peek(size).data();
  if (at == nullptr || flow.has_push || flow.has_short) return false;
  // The last comparison overlaps the one before.
  const std::byte* const headers = first.headers.data();
  const std::byte* const mask = mask_.bytes.data();
  const std::size_t last = size - sizeof(Lanes);
  Lanes difference = (LoadLanes(at + last) ^ LoadLanes(headers + last)) & LoadLanes(mask + last);
  for (std::size_t place = 0; place < last; place += sizeof(Lanes)) {
    difference |= (LoadLanes(at + place) ^ LoadLanes(headers + place)) & LoadLanes(mask + place);
  }
  const std::uint32_t sequence = wire::LoadBig<std::uint32_t>(at + first.tcp + kTcpSequence);
  const std::size_t end = size + first.payload;
  if ((difference[0] | difference[1]) != 0 || end > frame.size() || sequence != first.sequence + flow.payload ||
      end - kIp + flow.payload > kMostIpPacket) {
    return false;
  }
  if (first.is_ipv4 && VaryingSum(at + kIp) != flow.varying_sum) return false;
  const PacketInfo& info = frame.info();
  if (info.segmentation != PacketInfo::Segmentation::kNone) return false;
  if (info.checksum == PacketInfo::Checksum::kNone) {
    wire::Checksum sum;
    sum.AddEven(first.pseudo_sum);
    sum.AddEven(frame.Sum(first.tcp, end - first.tcp));
    if (first.pseudo_sum == 0 || sum.Sum() != 0xffff) return false;
  }
  if (flow.count == 1) MakeHeadOwn(flow);
  if (frame.size() != end) frame.Truncate(end);
  const bool has_push = (at[first.tcp + kTcpFlags] & std::byte{wire::kPsh.bits}) != std::byte{0};
  if (!flow.head->AppendRest(frame, size)) return false;
  flow.payload += first.payload;
  flow.has_push = has_push;
  ++flow.count;
  return true;
}

// Makes the headers those of the whole. Its checksum is like that of a packet that no wire has seen.
void Coalescer::Finish(Flow& flow) {
  Packet* const head = std::exchange(flow.head, nullptr);
  if (head == nullptr || flow.count == 1) return;
  ++counters_.results;
  counters_.joined += flow.count - 1u;
  const Segment& segment = flow.segment;
  const std::span<std::byte> headers = head->header();
  const std::size_t tcp_size = segment.headers_size - segment.tcp + flow.payload;
  if (segment.is_ipv4) {
    wire::StoreBig(&headers[kIp + kIpv4TotalSize], static_cast<std::uint16_t>(wire::kIpv4Size + tcp_size));
    wire::StoreBig(&headers[kIp + kIpv4Checksum], std::uint16_t{0});
    wire::Checksum sum;
    sum.Add(headers.subspan(kIp, wire::kIpv4Size));
    wire::StoreBig(&headers[kIp + kIpv4Checksum], sum.Finish());
  } else {
    wire::StoreBig(&headers[kIp + kIpv6PayloadSize], static_cast<std::uint16_t>(tcp_size));
  }
  if (flow.has_push) headers[segment.tcp + kTcpFlags] |= std::byte{wire::kPsh.bits};
  wire::StoreBig(&headers[segment.tcp + wire::kTcpChecksumPlace],
                 PseudoHeader(headers, segment.is_ipv4, tcp_size).Sum());
  head->info() = {
      .checksum = PacketInfo::Checksum::kPartial,
      .segmentation = segment.is_ipv4 ? PacketInfo::Segmentation::kTcpIpv4 : PacketInfo::Segmentation::kTcpIpv6,
      .checksum_start = segment.tcp,
      .checksum_field = wire::kTcpChecksumPlace,
      .segment_size = static_cast<std::uint16_t>(segment.payload),
      .segment_count = flow.count};
}

std::size_t Coalescer::Filter(std::span<Packet> batch) {
  if (batch.size() < 2) return batch.size();
  std::size_t kept = 0;
  Flow* last = nullptr;  // the flow of the frame before, if it may grow
  for (Packet& frame : batch) {
    if (last != nullptr && TakeNext(*last, frame)) continue;
    last = TakeAny(batch, kept, frame);
  }
  for (Flow& flow : flows_) Finish(flow);
  return kept;
}

// Joins a frame with its flow, or puts it behind the `kept` ones. Returns its flow, if that may grow.
Coalescer::Flow* Coalescer::TakeAny(std::span<Packet> batch, std::size_t& kept, Packet& frame) {
  Segment segment;
  Flow* flow = nullptr;
  if (Parse(frame, segment)) {
    const auto found = std::ranges::find_if(
        flows_, [&](const Flow& each) { return each.head != nullptr && IsSameFlow(each.segment, segment); });
    if (found != flows_.end()) flow = &*found;
    if (segment.may_join && !HasRightChecksums(frame, segment)) segment.may_join = false;
    if (flow != nullptr && MayFollow(*flow, segment) && Join(*flow, frame, segment)) return flow;
    // Whatever comes of this flow later comes after this one.
    if (flow != nullptr) Finish(*flow);
  }
  Packet& place = batch[kept++];
  if (&place != &frame) place = std::move(frame);
  if (!segment.may_join || place.header().size() > segment.headers_size) return nullptr;
  if (flow == nullptr) flow = &flows_[next_flow_++ % kFlows];
  Finish(*flow);
  *flow = {.head = &place,
           .segment = segment,
           .payload = segment.payload,
           .varying_sum = segment.is_ipv4 ? VaryingSum(&segment.headers[kIp]) : 0,
           .has_push = (segment.headers[segment.tcp + kTcpFlags] & std::byte{wire::kPsh.bits}) != std::byte{0}};
  MakeMask(segment);
  return flow;
}

}  // namespace net
