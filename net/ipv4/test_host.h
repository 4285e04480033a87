// A host with one interface, whose wire is the test's, and a loopback.
#ifndef ENKEL_NET_IPV4_TEST_HOST_H_
#define ENKEL_NET_IPV4_TEST_HOST_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ip/ip.h"
#include "net/ipv4/ipv4.h"
#include "net/link/loopback.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/stack/stack.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::ipv4 {

// Keeps what it is given.
class RecordingTransport final : public Transport {
 public:
  Verdict Receive(Packet& packet, const IpReceived& received) override {
    if (verdict == Verdict::kDone) {
      packets.push_back(std::move(packet));
      this->received.push_back(received);
    }
    return verdict;
  }
  void OnError(const IpError& error, std::span<const std::byte> quoted) override {
    errors.push_back(error);
    quotes.emplace_back(quoted.begin(), quoted.end());
  }
  void OnPathsChanged() override { ++path_changes; }

  Verdict verdict = Verdict::kDone;
  std::vector<Packet> packets;
  std::vector<IpReceived> received;
  std::vector<IpError> errors;
  std::vector<std::vector<std::byte>> quotes;
  int path_changes = 0;
};

// What was sent in a frame.
struct SentPacket {
  wire::Ethernet ethernet;
  wire::Ipv4 header;
  std::vector<std::byte> payload;
};

class TestHost {
 public:
  static constexpr Ipv4Address kOurs = Ipv4Address::Of(10, 0, 0, 1);
  static constexpr Ipv4Address kPeer = Ipv4Address::Of(10, 0, 0, 2);
  static constexpr Ipv4Address kRouter = Ipv4Address::Of(10, 0, 0, 254);
  static constexpr Ipv4Address kFar = Ipv4Address::Of(192, 0, 2, 1);
  static constexpr MacAddress kPeerMac = {{std::byte{2}, {}, {}, {}, {}, std::byte{2}}};
  static constexpr MacAddress kRouterMac = {{std::byte{2}, {}, {}, {}, {}, std::byte{254}}};
  static constexpr Config kConfig = {
      .neighbors = 8,
      .path_mtus = 8,
      .reassembly = {.most_datagrams = 4, .most_buffers = 64, .most_buffers_of_source = 48}};

  explicit TestHost(const DeviceCapabilities& capabilities = {.mac = TestDevice::kMac, .most_slices = kMostSlices})
      : device(capabilities) {
    ipv4.Attach(interface);
    ipv4.Attach(loopback);
    stack.Add(interface);
    stack.Add(loopback);
    if (!ipv4.AddAddress(interface, kOurs, 24)) __builtin_trap();
    if (!routes.Add({.prefix = Ipv4Address{}, .interface = &interface, .gateway = kRouter})) __builtin_trap();
    ipv4.arp().cache().Learn(interface, kPeer, kPeerMac);
    ipv4.arp().cache().Learn(interface, kRouter, kRouterMac);
  }
  ~TestHost() {
    while (device.Take()) continue;
  }

  // Turns of the stack until there is nothing more to do at this time.
  void Poll() {
    while (stack.Poll(context->now()) <= context->now()) continue;
  }
  void Advance(kernel::Duration duration) {
    context.Advance(duration);
    Poll();
  }

  // A packet from the wire, in pieces of at most `piece` bytes.
  void Put(wire::Ipv4 header, std::span<const std::byte> payload, const MacAddress& to = TestDevice::kMac,
           std::size_t piece = 2048) {
    header.total_size = static_cast<std::uint16_t>(wire::kIpv4Size + payload.size());
    std::vector<std::byte> bytes(wire::kEthernetSize + wire::kIpv4Size);
    wire::Ethernet{.destination = to, .source = kPeerMac, .type = wire::EtherType::kIpv4}.Write(bytes);
    header.Write(std::span(bytes).subspan(wire::kEthernetSize));
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    PutBytes(bytes, piece);
  }
  void PutBytes(std::span<const std::byte> bytes, std::size_t piece = 2048) {
    Packet packet = context.packets().Take();
    for (std::size_t at = 0; at < bytes.size();) {
      Buffer buffer = context.buffers().Take();
      const std::size_t size = std::min({piece, bytes.size() - at, buffer.capacity()});
      std::ranges::copy(bytes.subspan(at, size), buffer.data());
      if (!packet.Append(std::move(buffer), 0, size)) __builtin_trap();
      at += size;
    }
    device.Put(std::move(packet));
  }

  // Packets of IPv4 that were sent since the last call; ARP is left out.
  std::vector<SentPacket> Sent() {
    Poll();
    std::vector<SentPacket> sent;
    while (Packet frame = device.Take()) {
      const auto ethernet = wire::Ethernet::Parse(frame.Peek(wire::kEthernetSize));
      if (ethernet->type != wire::EtherType::kIpv4) continue;
      frame.DropFront(wire::kEthernetSize);
      const std::vector<std::byte> bytes = BytesOf(frame);
      const auto header = wire::Ipv4::Parse(bytes, bytes.size());
      if (!header || header->total_size != bytes.size()) __builtin_trap();
      sent.push_back({*ethernet, *header, {bytes.begin() + header->header_size, bytes.end()}});
    }
    return sent;
  }

  // Bytes that differ from place to place.
  static std::vector<std::byte> Payload(std::size_t size, std::uint8_t seed = 0) {
    std::vector<std::byte> payload(size);
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::byte>(i * 7 + i / 256 + seed);
    return payload;
  }

  TestContext context{1, 256, 256, 4096};  // 18 slices of 4 KiB hold the largest packet
  TestDevice device;
  link::Loopback loopback_device{64};
  Interface interface{context, device, {.index = 1}};
  Interface loopback{context, loopback_device, {.index = 2, .is_loopback = true}};
  std::array<RouteTable::Entry, 16> route_storage;
  RouteTable routes{context.random(), route_storage};
  std::vector<std::byte> storage = std::vector<std::byte>(Ipv4::StorageFor(kConfig));
  Ipv4 ipv4{context, routes, kConfig, storage};
  Stack stack{context};
};

}  // namespace net::ipv4

#endif  // ENKEL_NET_IPV4_TEST_HOST_H_
