// A host with one interface for tests of IPv6 and what belongs to it: packets are put on its wire and taken from it.
#ifndef ENKEL_NET_IPV6_TEST_HOST_H_
#define ENKEL_NET_IPV6_TEST_HOST_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/icmpv6/icmpv6.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ip/path_mtu.h"
#include "net/ip/transport_checksum.h"
#include "net/ipv6/ipv6.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/stack/stack.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ipv6.h"

namespace net::ipv6 {

using Bytes = std::vector<std::byte>;

inline constexpr Ipv6Address kOwn = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1);
inline constexpr Ipv6Address kOwnLinkLocal = Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 1);
inline constexpr Ipv6Address kPeer = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 2);
inline constexpr Ipv6Address kFar = Ipv6Address::Of(0x2001, 0xdb8, 0, 9, 0, 0, 0, 9);
inline constexpr Ipv6Address kRouter = Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 0xff);
inline constexpr MacAddress kPeerMac = {
    {std::byte{2}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{2}}};
inline constexpr MacAddress kRouterMac = {
    {std::byte{2}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0xff}}};

inline Bytes Concatenate(std::span<const std::byte> one, std::span<const std::byte> other) {
  Bytes bytes(one.begin(), one.end());
  bytes.insert(bytes.end(), other.begin(), other.end());
  return bytes;
}

inline Bytes Pattern(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 7 + i / 251);
  return bytes;
}

// An ICMPv6 message with its checksum.
inline Bytes Message(const Ipv6Address& source, const Ipv6Address& destination, const wire::Icmpv6& header,
                     std::span<const std::byte> body = {}) {
  Bytes message(wire::kIcmpv6Size);
  header.Write(message);
  wire::StoreBig(&message[wire::kIcmpv6ChecksumPlace], std::uint16_t{0});
  message.insert(message.end(), body.begin(), body.end());
  wire::Checksum sum =
      wire::PseudoHeader(source, destination, wire::IpProtocol::kIcmpv6, static_cast<std::uint32_t>(message.size()));
  sum.Add(message);
  wire::StoreBig(&message[wire::kIcmpv6ChecksumPlace], sum.Finish());
  return message;
}

// A packet on a wire, as the test sees it.
struct Sent {
  MacAddress mac;  // where the frame goes
  wire::Ipv6 header;
  Bytes payload;  // extension headers included

  Bytes packet() const {
    Bytes bytes(wire::kIpv6Size);
    header.Write(bytes);
    return Concatenate(bytes, payload);
  }
  bool IsIcmpv6(wire::Icmpv6Type type) const {
    return header.next_header == wire::IpProtocol::kIcmpv6 && payload.size() >= wire::kIcmpv6Size &&
           payload[0] == static_cast<std::byte>(type);
  }
  wire::Icmpv6 icmpv6() const { return wire::Icmpv6::Parse(payload).value(); }
  bool HasRightChecksum() const {
    wire::Checksum sum = wire::PseudoHeader(header.source, header.destination, header.next_header,
                                            static_cast<std::uint32_t>(payload.size()));
    sum.Add(payload);
    return sum.Sum() == 0xffff;
  }
};

// Neighbours without discovery: everybody has kPeerMac.
class KnownNeighbors final : public NeighborSender {
 public:
  kernel::Result<void> Send(Packet packet, Link& link, const Ipv6Address& next_hop) override {
    last = next_hop;
    return link.interface().Send(std::move(packet), kPeerMac, wire::EtherType::kIpv6);
  }
  void ConfirmReachable(Link&, const Ipv6Address& next_hop) override { confirmed = next_hop; }

  Ipv6Address last;
  Ipv6Address confirmed;
};

// With Icmpv6, without addresses.
class TestHost {
 public:
  explicit TestHost(std::uint64_t seed = 1, std::size_t packets = 512, std::size_t buffers = 512,
                    const Ipv6::Options& options = {})
      : context(seed, packets, buffers, 4096),
        route_storage_(64),
        path_mtu_storage_(PathMtuCache::StorageFor(64)),
        reassembly_storage_(Reassembly::StorageFor(options.reassembly)),
        interface(context, device, {}),
        routes(context.random(), route_storage_),
        path_mtus(context, path_mtu_storage_, 64),
        ip(context, routes, path_mtus, options, reassembly_storage_),
        link(interface),
        icmpv6(ip),
        stack(context) {
    stack.Add(interface);
    ip.AddLink(link);
  }

  // kOwn and a link-local address, the network of kOwn on the link, kRouter for the rest, and neighbours that are
  // known.
  void Configure() {
    ip.SetNeighbors(&neighbors);
    AddAddresses();
  }

  // The same without neighbours.
  void AddAddresses() {
    for (const Ipv6Address& address : {kOwn, kOwnLinkLocal}) {
      if (!ip.AddAddress({.link = &link, .address = address, .state = AddressState::kPreferred})) __builtin_trap();
    }
    if (!routes.Add({.prefix = kOwn, .length = 64, .interface = &interface})) __builtin_trap();
    if (!routes.Add({.prefix = Ipv6Address(), .length = 0, .interface = &interface, .gateway = kRouter})) {
      __builtin_trap();
    }
  }

  void Run() { stack.Poll(context->now()); }
  void Advance(kernel::Duration duration) { context.Advance(duration); }

  // Receives a frame with this packet, in pieces of `slice_size` bytes.
  void Receive(std::span<const std::byte> packet, const MacAddress& destination = TestDevice::kMac,
               const MacAddress& source = kPeerMac) {
    Bytes frame(wire::kEthernetSize);
    wire::Ethernet{.destination = destination, .source = source, .type = wire::EtherType::kIpv6}.Write(frame);
    frame = Concatenate(frame, packet);
    Packet received = context.packets().Take();
    std::size_t size = slice_size;
    for (std::size_t done = 0; done < frame.size(); done += size) {
      Buffer buffer = context.buffers().Take();
      if (!received || !buffer) return;  // as a device without buffers
      size = std::min(received.slices().size() + 1 < kMostSlices ? slice_size : buffer.capacity(), frame.size() - done);
      std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(done), size, buffer.data());
      if (!received.Append(std::move(buffer), 0, size)) __builtin_trap();
    }
    device.Put(std::move(received));
    Run();
  }

  void Receive(wire::Ipv6 header, std::span<const std::byte> payload, const MacAddress& destination = TestDevice::kMac,
               const MacAddress& source = kPeerMac) {
    header.payload_size = static_cast<std::uint16_t>(payload.size());
    Bytes bytes(wire::kIpv6Size);
    header.Write(bytes);
    Receive(Concatenate(bytes, payload), destination, source);
  }

  // What was sent next; nothing: it sent nothing.
  std::optional<Sent> Take() {
    if (device.waiting() == 0) Run();  // what was sent outside of a turn leaves with the next
    const Packet frame = device.Take();
    if (!frame) return std::nullopt;
    const Bytes bytes = BytesOf(frame);
    Sent sent;
    std::copy_n(bytes.begin(), sent.mac.bytes.size(), sent.mac.bytes.begin());
    const std::span<const std::byte> packet = std::span(bytes).subspan(wire::kEthernetSize);
    sent.header = wire::Ipv6::Parse(packet, packet.size()).value();
    const std::span<const std::byte> payload = packet.subspan(wire::kIpv6Size);
    sent.payload.assign(payload.begin(), payload.end());
    return sent;
  }

  // All that was sent.
  std::vector<Sent> TakeAll() {
    std::vector<Sent> all;
    while (std::optional<Sent> sent = Take()) all.push_back(*std::move(sent));
    return all;
  }

  std::size_t slice_size = 4096;
  TestContext context;

 private:
  std::vector<RouteTable::Entry> route_storage_;
  std::vector<std::byte> path_mtu_storage_;
  std::vector<std::byte> reassembly_storage_;

 public:
  TestDevice device{{.mac = TestDevice::kMac, .most_slices = kMostSlices}};
  Interface interface;
  RouteTable routes;
  PathMtuCache path_mtus;
  KnownNeighbors neighbors;
  Ipv6 ip;
  Link link;
  icmpv6::Icmpv6 icmpv6;
  Stack stack;
};

// A transport that keeps what it gets.
class TestTransport final : public Transport {
 public:
  Verdict Receive(Packet& packet, const IpReceived& received) override {
    if (is_closed) return Verdict::kUnreachable;
    packets.push_back(BytesOf(packet));
    last = received;
    return Verdict::kDone;
  }
  void OnError(const IpError& error, std::span<const std::byte> bytes) override {
    errors.push_back(error);
    quoted.assign(bytes.begin(), bytes.end());
  }
  void OnPathsChanged() override { ++changes; }

  std::vector<Bytes> packets;
  IpReceived last;
  std::vector<IpError> errors;
  Bytes quoted;
  int changes = 0;
  bool is_closed = false;
};

}  // namespace net::ipv6

#endif  // ENKEL_NET_IPV6_TEST_HOST_H_
