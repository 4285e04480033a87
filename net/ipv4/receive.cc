// The way up: what RFC 1122 3.2.1 asks of a host, in its order.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ip/reassembly.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv4_options.h"

namespace net::ipv4 {
namespace {

// The whole header in one piece, and not a byte of payload with it.
std::span<const std::byte> PeekHeader(Packet& packet) {
  const std::span<const std::byte> least = packet.Peek(wire::kIpv4Size);
  if (least.empty()) return {};
  const std::size_t size = 4 * (static_cast<std::size_t>(least[0]) & 0xf);
  return size <= wire::kIpv4Size ? least : packet.Peek(size);
}

// [RFC1858] 3, [RFC3128]: fragments that keep a filter from seeing what a TCP segment is.
bool HidesTransportHeader(const wire::Ipv4& header) {
  constexpr std::uint16_t kLeastFirst = 16;
  if (header.payload_size() == 0) return true;
  if (header.protocol != wire::IpProtocol::kTcp) return false;
  return header.fragment_offset == 0 ? header.payload_size() < kLeastFirst : header.fragment_offset < kLeastFirst;
}

}  // namespace

// Sources and destinations that no honest host puts on this wire. [RFC1122] 3.2.1.3, 3.3.6, [RFC6890]
bool Ipv4::IsMartian(Ipv4Address source, Ipv4Address destination, const FrameReceived& frame) const {
  // On the loopback everything is ours already.
  if (frame.interface->is_loopback()) return false;
  if (source.IsHost()) {
    // A source of ours did not come from us: a reflection, or LAND.
    if (addresses_.Find(source) != nullptr || addresses_.IsSubnetBroadcast(*frame.interface, source)) return true;
  } else if (!source.IsUnspecified() || !destination.IsBroadcast()) {
    return true;  // 0.0.0.0 asks everybody for an address, and nothing else
  }
  return destination.IsLoopback() || destination.IsUnspecified();
}

Ipv4::Target Ipv4::TargetOf(Ipv4Address destination, const FrameReceived& frame) const {
  if (const InterfaceAddress* const ours = addresses_.Find(destination)) {
    // What came to everybody's MAC address must be for everybody. [RFC1122] 3.3.6
    if (frame.is_group) return Target::kNobody;
    // An address belongs to its interface, unless we are the router between them.
    const bool is_here = ours->interface == frame.interface || frame.interface->is_loopback() || forwarder_ != nullptr;
    return is_here ? Target::kUs : Target::kNobody;
  }
  if (destination.IsBroadcast() || addresses_.IsSubnetBroadcast(*frame.interface, destination)) return Target::kGroup;
  if (destination.IsMulticast()) return IsInGroup(*frame.interface, destination) ? Target::kGroup : Target::kNobody;
  if (destination.IsLoopback()) return Target::kUs;  // of the loopback interface: 127.0.0.0/8 is all ours
  return frame.is_group || !destination.IsHost() ? Target::kNobody : Target::kOthers;
}

// Nearly all packets have a usual header and come from who sent before: nothing about their ends would be found out now
// that was not then. The others take the long way, which knows all the cases.
void Ipv4::Receive(Packet& packet, const FrameReceived& frame) {
  ++counters_.received;
  const std::span<const std::byte> bytes = packet.Peek(wire::kIpv4Size);
  if (bytes.empty() || frame.is_group || !wire::Ipv4::IsUsual(bytes.data(), packet.size())) {
    return ReceiveAny(packet, frame);
  }
  const wire::Ipv4 header = wire::Ipv4::LoadUsual(bytes.data());
  std::array<std::byte, wire::kIpv4Size> raw;  // for a message that quotes it
  std::memcpy(raw.data(), bytes.data(), raw.size());
  const Accepted& accepted = accepted_[PlaceFor(header.source.value)];
  const bool is_known = accepted.generation == generation_ && accepted.source == header.source &&
                        accepted.destination == header.destination && accepted.interface == frame.interface &&
                        accepted.protocol == header.protocol;
  if (!is_known) [[unlikely]]
    return ReceiveAny(packet, frame);
  if (packet.size() > header.total_size) packet.Truncate(header.total_size);
  [[clang::always_inline]] packet.DropFront(wire::kIpv4Size);
  ++counters_.delivered;
  const Transport::Verdict verdict = accepted.transport->Receive(packet, {.interface = frame.interface,
                                                                          .source = header.source,
                                                                          .destination = header.destination,
                                                                          .traffic_class = header.traffic_class,
                                                                          .hop_limit = header.time_to_live});
  if (verdict == Transport::Verdict::kDone) [[likely]]
    return;
  std::memcpy(packet.Prepend(wire::kIpv4Size).data(), raw.data(), raw.size());
  Report(ErrorKind::kPortUnreachable, 0, std::move(packet), frame);
}

void Ipv4::ReceiveAny(Packet& packet, const FrameReceived& frame) {
  const kernel::Result<wire::Ipv4> header = wire::Ipv4::Parse(PeekHeader(packet), packet.size());
  if (!header) {
    ++counters_.malformed;
    return;
  }
  if (packet.size() > header->total_size) packet.Truncate(header->total_size);
  if (IsMartian(header->source, header->destination, frame)) {
    ++counters_.martian;
    return;
  }
  if (header->header_size > wire::kIpv4Size && !CheckOptions(packet, *header, frame)) return;
  const Target target = TargetOf(header->destination, frame);
  if (target == Target::kUs || target == Target::kGroup) {
    const bool is_group = target == Target::kGroup || frame.is_group;
    if (header->IsFragment()) return Reassemble(packet, *header, frame, is_group);
    Transport* const transport = FindTransport(header->protocol);
    if (header->header_size == wire::kIpv4Size && transport != nullptr && !is_group) {
      accepted_[PlaceFor(header->source.value)] = {.source = header->source,
                                                   .destination = header->destination,
                                                   .protocol = header->protocol,
                                                   .interface = frame.interface,
                                                   .transport = transport,
                                                   .generation = generation_};
    }
    return Deliver(packet, *header, frame, is_group);
  }
  if (target == Target::kOthers && forwarder_ != nullptr) return forwarder_->Forward(packet, *header, frame);
  ++counters_.not_for_us;
}

bool Ipv4::CheckOptions(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame) {
  const std::span<const std::byte> options = packet.Peek(header.header_size).subspan(wire::kIpv4Size);
  const wire::Ipv4Options checked = wire::Ipv4Options::Check(options);
  switch (checked.verdict) {
    case wire::Ipv4Options::Verdict::kFine:
      return true;
    case wire::Ipv4Options::Verdict::kSourceRouted:
      ++counters_.source_routed;
      return false;
    case wire::Ipv4Options::Verdict::kMalformed:
      break;
  }
  ++counters_.bad_options;
  Report(ErrorKind::kParameterProblem, static_cast<std::uint32_t>(wire::kIpv4Size + checked.place), std::move(packet),
         frame);
  return false;
}

void Ipv4::Report(ErrorKind kind, std::uint32_t value, Packet packet, const FrameReceived& frame) {
  if (reporter_ != nullptr && !frame.is_group) reporter_->Report(kind, value, std::move(packet));
}

void Ipv4::Reassemble(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame, bool is_group) {
  if (HidesTransportHeader(header)) {
    ++counters_.tiny_fragments;
    return;
  }
  std::array<std::byte, wire::kMostIpv4Size> raw;
  std::ranges::copy(packet.Peek(header.header_size), raw.begin());
  packet.DropFront(header.header_size);
  Reassembly::Whole whole =
      reassembly_.Add(std::move(packet), {.key = {.source = header.source,
                                                  .destination = header.destination,
                                                  .identification = header.identification,
                                                  .protocol = static_cast<std::uint8_t>(header.protocol),
                                                  .interface = frame.interface->index()},
                                          .offset = header.fragment_offset,
                                          .has_more = header.has_more_fragments,
                                          .next_header = static_cast<std::uint8_t>(header.protocol),
                                          .traffic_class = header.traffic_class,
                                          .header = std::span(raw).first(header.header_size)});
  if (!whole.packet) return;
  // No device has seen the whole.
  whole.packet.info() = {};
  wire::Ipv4 joined = header;
  joined.header_size = wire::kIpv4Size;
  joined.traffic_class = whole.traffic_class;
  joined.has_more_fragments = false;
  joined.fragment_offset = 0;
  joined.total_size = static_cast<std::uint16_t>(std::min<std::size_t>(wire::kIpv4Size + whole.packet.size(), 0xffff));
  joined.Write(whole.packet.Prepend(wire::kIpv4Size));
  Deliver(whole.packet, joined, frame, is_group);
}

void Ipv4::Deliver(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame, bool is_group) {
  Transport* const transport = FindTransport(header.protocol);
  if (transport == nullptr) {
    ++counters_.unknown_protocol;
    if (!is_group) Report(ErrorKind::kProtocolUnreachable, 0, std::move(packet), frame);
    return;
  }
  // Headers with options are rare: only they are kept, for an error message that quotes them.
  std::array<std::byte, wire::kMostIpv4Size> raw;
  const bool has_options = header.header_size > wire::kIpv4Size;
  if (has_options) std::ranges::copy(packet.Peek(header.header_size), raw.begin());
  packet.DropFront(header.header_size);
  ++counters_.delivered;
  const Transport::Verdict verdict = transport->Receive(packet, {.interface = frame.interface,
                                                                 .source = header.source,
                                                                 .destination = header.destination,
                                                                 .traffic_class = header.traffic_class,
                                                                 .hop_limit = header.time_to_live,
                                                                 .is_group = is_group});
  if (verdict == Transport::Verdict::kDone || is_group) return;
  const std::span<std::byte> front = packet.Prepend(header.header_size);
  has_options ? void(std::copy_n(raw.begin(), front.size(), front.begin())) : header.Write(front);
  Report(ErrorKind::kPortUnreachable, 0, std::move(packet), frame);
}

}  // namespace net::ipv4
