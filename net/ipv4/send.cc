// The way down: a header, fragments where the packet is larger than the path, and the frame's destination.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/interface/software_checksum.h"
#include "net/ip/ip.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ipv4.h"

namespace net::ipv4 {

using kernel::Error;
using kernel::Fail;

namespace {

// Places in a header, bytes from its start. [RFC791] 3.1
constexpr std::size_t kTotalPlace = 2;
constexpr std::size_t kIdentificationPlace = 4;
constexpr std::size_t kChecksumPlace = 10;

constexpr std::size_t kMostTotal = 65535;
constexpr std::uint8_t kTimeToLive = 64;      // [RFC1122] 3.2.1.7
constexpr std::uint8_t kGroupTimeToLive = 1;  // [RFC1112] 6.1

// Puts the header before its payload. PacketInfo's offsets count from the new front.
void PrependHeader(Packet& packet, wire::Ipv4& header) {
  header.total_size = static_cast<std::uint16_t>(wire::kIpv4Size + packet.size());
  header.Write(packet.Prepend(wire::kIpv4Size));
  PacketInfo& info = packet.info();
  info.checksum_start = static_cast<std::uint16_t>(info.checksum_start + wire::kIpv4Size);
}

}  // namespace

// Counted for each pair of ends from a number that only we know, so that nobody learns from one flow how many packets
// another has. [RFC7739] 5.3
std::uint16_t Ipv4::NextIdentification(const Decision& decision) {
  const std::uint64_t hash = decision.hash;
  return static_cast<std::uint16_t>((hash >> 16) + identifications_[hash % identifications_.size()]++);
}

wire::Ipv4 Ipv4::HeaderFor(const Decision& decision, const IpSend& send) const {
  const std::uint8_t usual = decision.hop.kind == NextHop::Kind::kGroup ? kGroupTimeToLive : kTimeToLive;
  return {.traffic_class = send.traffic_class,
          .must_not_fragment = send.must_not_fragment,
          .time_to_live = send.hop_limit != 0 ? send.hop_limit : usual,
          .protocol = send.protocol,
          .source = decision.source,
          .destination = decision.destination};
}

[[gnu::noinline]] void Ipv4::MakeHeader(Decision& decision, const IpSend& send) const {
  const NextHop& hop = decision.hop;
  decision.has_plain_frame = hop.kind == NextHop::Kind::kNeighbor && !hop.interface->vlan();
  const wire::Ethernet frame = {.destination = {}, .source = hop.interface->mac(), .type = wire::EtherType::kIpv4};
  frame.Write(decision.front);
  const std::span<std::byte> header = std::span(decision.front).subspan(wire::kEthernetSize);
  HeaderFor(decision, send).Write(header);
  wire::StoreBig(&header[kChecksumPlace], std::uint16_t{0});
  decision.header_sum = wire::SumBytes(header);
  decision.header_kind = KindOf(send);
}

kernel::Result<void> Ipv4::Send(Packet packet, const IpSend& send) {
  if (send.from_unspecified) return SendFromUnspecified(std::move(packet), send);
  Error error;
  Decision* const decided = Decide(send.source, send.destination, send.interface, error);
  if (decided == nullptr) return Fail(error);
  Decision& decision = *decided;
  NextHop& hop = decision.hop;
  if (hop.kind == NextHop::Kind::kBroadcast && !send.may_broadcast) [[unlikely]]
    return Fail(Error::kInvalidArgument);
  const std::size_t total = wire::kIpv4Size + packet.size();
  if (total > kMostTotal) return Fail(Error::kTooLong);
  // A packet that nobody may fragment needs none. [RFC6864] 4.1
  const std::uint16_t identification = send.must_not_fragment ? 0 : NextIdentification(decision);
  ++counters_.sent;
  if (total > decision.mtu && packet.info().segmentation == PacketInfo::Segmentation::kNone) [[unlikely]] {
    if (send.must_not_fragment) return Fail(Error::kTooLong);
    wire::Ipv4 header = HeaderFor(decision, send);
    header.identification = identification;
    return SendFragments(std::move(packet), header, hop, decision.mtu);
  }
  if (decision.header_kind != KindOf(send)) [[unlikely]]
    MakeHeader(decision, send);
  // Nearly always the neighbour is known, and the whole front of the frame is.
  const MacAddress* const mac =
      decision.has_plain_frame ? arp_.cache().MacOf(*hop.interface, hop.address, hop.neighbor) : nullptr;
  const std::size_t frame_size = mac != nullptr ? wire::kEthernetSize : 0;
  std::byte* to = packet.Prepend(frame_size + wire::kIpv4Size).data();
  if (mac != nullptr) [[likely]] {
    std::memcpy(to, decision.front.data(), kFrontSize);
    std::memcpy(to, mac->bytes.data(), sizeof(*mac));
    to += wire::kEthernetSize;
  } else {
    std::memcpy(to, decision.front.data() + wire::kEthernetSize, wire::kIpv4Size);
  }
  wire::StoreBig(to + kTotalPlace, static_cast<std::uint16_t>(total));
  wire::StoreBig(to + kIdentificationPlace, identification);
  wire::Checksum sum;
  sum.AddEven(decision.header_sum);
  sum.AddWord(static_cast<std::uint16_t>(total));
  sum.AddWord(identification);
  wire::StoreBig(to + kChecksumPlace, sum.Finish());
  PacketInfo& info = packet.info();
  info.checksum_start = static_cast<std::uint16_t>(info.checksum_start + frame_size + wire::kIpv4Size);
  return mac != nullptr ? hop.interface->TransmitFrame(std::move(packet)) : SendHop(std::move(packet), hop);
}

// [RFC1122] 3.2.1.3 (a): a host that is about to learn its address.
kernel::Result<void> Ipv4::SendFromUnspecified(Packet packet, const IpSend& send) {
  if (send.interface == nullptr || !send.destination.IsIpv4() || !send.destination.ipv4().IsBroadcast()) {
    return Fail(Error::kInvalidArgument);
  }
  if (wire::kIpv4Size + packet.size() > send.interface->mtu()) return Fail(Error::kTooLong);
  wire::Ipv4 header = {.traffic_class = send.traffic_class,
                       .must_not_fragment = true,
                       .time_to_live = send.hop_limit != 0 ? send.hop_limit : kTimeToLive,
                       .protocol = send.protocol,
                       .source = {},
                       .destination = send.destination.ipv4()};
  ++counters_.sent;
  PrependHeader(packet, header);
  NextHop hop = {.interface = send.interface, .address = header.destination, .kind = NextHop::Kind::kBroadcast};
  return SendHop(std::move(packet), hop);
}

kernel::Result<void> Ipv4::SendToNeighbor(Packet packet, Interface& interface, Ipv4Address next_hop) {
  return arp_.Send(std::move(packet), interface, next_hop);
}

kernel::Result<void> Ipv4::SendHop(Packet packet, NextHop& hop) {
  switch (hop.kind) {
    case NextHop::Kind::kNeighbor:
      return arp_.Send(std::move(packet), *hop.interface, hop.address.ipv4(), hop.neighbor);
    case NextHop::Kind::kBroadcast:
      return hop.interface->Send(std::move(packet), kBroadcastMac, wire::EtherType::kIpv4);
    case NextHop::Kind::kGroup:
      return hop.interface->Send(std::move(packet), MacOfGroup(hop.address.ipv4()), wire::EtherType::kIpv4);
    case NextHop::Kind::kLoopback:
      return hop.interface->Send(std::move(packet), hop.interface->mac(), wire::EtherType::kIpv4);
  }
  return Fail(Error::kUnreachable);
}

kernel::Result<void> Ipv4::SendFragments(Packet packet, const wire::Ipv4& header, NextHop& hop, std::uint16_t mtu) {
  // The checksum covers all of them together, so that no device can compute it.
  if (packet.info().checksum == PacketInfo::Checksum::kPartial && !FinishChecksum(packet)) {
    return Fail(Error::kTooLong);
  }
  // The transport's header goes with the first fragment; fragments share the rest.
  std::array<std::byte, kHeadroom> front;
  const std::size_t front_size = packet.header().size();
  std::ranges::copy(packet.header(), front.begin());
  const std::size_t most = (mtu - std::min<std::size_t>(mtu, wire::kIpv4Size)) / 8 * 8;
  if (most == 0 || most < front_size || front_size + wire::kIpv4Size + wire::kTaggedEthernetSize > kHeadroom) {
    return Fail(Error::kTooLong);
  }
  const std::size_t whole = packet.size();
  packet.DropFront(front_size);
  for (std::size_t offset = 0; offset < whole;) {
    const std::size_t size = std::min(most, whole - offset);
    const std::size_t own = offset == 0 ? front_size : 0;
    Packet fragment = packet.CloneOf(0, size - own);
    if (!fragment) return Fail(Error::kOutOfMemory);
    packet.DropFront(size - own);
    std::ranges::copy(std::span(front).first(own), fragment.Prepend(own).begin());
    wire::Ipv4 own_header = header;
    own_header.header_size = wire::kIpv4Size;
    own_header.fragment_offset = static_cast<std::uint16_t>(header.fragment_offset + offset);
    own_header.has_more_fragments = header.has_more_fragments || offset + size < whole;
    PrependHeader(fragment, own_header);
    ++counters_.fragments_sent;
    if (const auto sent = SendHop(std::move(fragment), hop); !sent) return sent;
    offset += size;
  }
  return {};
}

}  // namespace net::ipv4
