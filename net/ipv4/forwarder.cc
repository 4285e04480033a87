#include "net/ipv4/forwarder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "net/interface/interface.h"
#include "net/interface/software_checksum.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"

namespace net::ipv4 {
namespace {

// Places in a header, bytes from its start.
constexpr std::size_t kTimeToLive = 8;
constexpr std::size_t kChecksum = 10;

// Bytes of the largest packet that leaves: a large segment leaves in pieces.
std::size_t LargestPiece(Packet& packet, const wire::Ipv4& header) {
  if (packet.info().segmentation == PacketInfo::Segmentation::kNone) return packet.size();
  const std::span<const std::byte> bytes = packet.Peek(header.header_size + wire::kTcpSize);
  if (bytes.empty()) return packet.size();
  const std::size_t tcp_size = 4 * (static_cast<std::size_t>(bytes[header.header_size + 12]) >> 4);
  return header.header_size + tcp_size + packet.info().segment_size;
}

// A checksum that no wire has seen still has to be computed, and the receiving device counted its place from elsewhere.
void LocateChecksum(PacketInfo& info, const wire::Ipv4& header) {
  if (info.checksum == PacketInfo::Checksum::kVerified) info.checksum = PacketInfo::Checksum::kNone;
  info.checksum_start = header.header_size;
  info.checksum_field = header.protocol == wire::IpProtocol::kUdp ? wire::kUdpChecksumPlace : wire::kTcpChecksumPlace;
}

}  // namespace

void Forwarder::Refuse(ErrorKind kind, std::uint32_t value, Packet& packet) {
  ++ipv4_.counters().forward_refused;
  if (reporter_ != nullptr) reporter_->Report(kind, value, std::move(packet));
}

void Forwarder::Forward(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame) {
  // Link-local addresses mean nothing beyond their link. [RFC3927] 2.7
  if (frame.is_group || frame.interface->is_loopback() || header.source.IsUnspecified() ||
      header.source.IsLinkLocal() || header.destination.IsLinkLocal()) {
    ++ipv4_.counters().forward_refused;
    return;
  }
  if (header.time_to_live <= 1) return Refuse(ErrorKind::kHopsExceeded, 0, packet);
  const Route* const route = ipv4_.routes().Find(header.destination);
  if (route == nullptr || route->interface->is_loopback()) return Refuse(ErrorKind::kNetworkUnreachable, 0, packet);
  Interface& interface = *route->interface;
  // Nor to everybody on a link of ours. [RFC2644]
  if (ipv4_.addresses().IsSubnetBroadcast(interface, header.destination)) {
    ++ipv4_.counters().forward_refused;
    return;
  }
  const Ipv4Address next_hop = route->gateway.IsUnspecified() ? header.destination : route->gateway.ipv4();
  const bool is_large = LargestPiece(packet, header) > interface.mtu();
  if (is_large && header.must_not_fragment) return Refuse(ErrorKind::kMustFragment, interface.mtu(), packet);
  // The header is copied, for its bytes may be shared.
  std::array<std::byte, wire::kMostIpv4Size> raw;
  const std::span<std::byte> bytes = std::span(raw).first(header.header_size);
  std::ranges::copy(packet.Peek(header.header_size), bytes.begin());
  packet.DropFront(header.header_size);
  LocateChecksum(packet.info(), header);
  if (is_large) {
    wire::Ipv4 passed = header;
    passed.time_to_live = static_cast<std::uint8_t>(header.time_to_live - 1);
    // Behind a header of its own the checksum's field can be written.
    std::ranges::copy(bytes, packet.Prepend(bytes.size()).begin());
    packet.info().segmentation = PacketInfo::Segmentation::kNone;
    if (packet.info().checksum == PacketInfo::Checksum::kPartial && !FinishChecksum(packet)) {
      return Refuse(ErrorKind::kNetworkUnreachable, 0, packet);
    }
    packet.DropFront(bytes.size());
    Ipv4::NextHop hop = {.interface = &interface, .address = next_hop};
    const auto sent = ipv4_.SendFragments(std::move(packet), passed, hop, interface.mtu());
    ++(sent ? ipv4_.counters().forwarded : ipv4_.counters().forward_refused);
    return;
  }
  const auto old_word = wire::LoadBig<std::uint16_t>(&bytes[kTimeToLive]);
  const auto new_word = static_cast<std::uint16_t>(old_word - 0x100);
  wire::StoreBig(&bytes[kTimeToLive], new_word);
  wire::StoreBig(&bytes[kChecksum],
                 wire::UpdateChecksum(wire::LoadBig<std::uint16_t>(&bytes[kChecksum]), old_word, new_word));
  std::ranges::copy(bytes, packet.Prepend(bytes.size()).begin());
  const auto sent = ipv4_.SendToNeighbor(std::move(packet), interface, next_hop);
  ++(sent ? ipv4_.counters().forwarded : ipv4_.counters().forward_refused);
}

}  // namespace net::ipv4
