// Any datagrams and error messages for sockets of every kind: what waits stays within its bounds.
#include "net/udp/udp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>

#include "net/ip/ip.h"
#include "net/ip/test_ip.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::TestIp;
  net::TestContext context(1, 32, 32, 64);
  TestIp ip;
  std::array<net::udp::Socket*, 4> buckets;
  net::udp::Udp udp(context, ip, buckets);
  net::udp::Socket any(udp), connected(udp), group(udp);
  if (!any.Bind({{}, 0x0101}) || !connected.Bind({TestIp::kOurs4, 0x0202}) ||
      !connected.Connect({TestIp::kPeer4, 0x0303}) || !group.Bind({net::Ipv4Address::Of(224, 0, 0, 1), 0x0404})) {
    std::abort();
  }
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  for (std::size_t at = 0; at + 2 < size;) {
    const std::uint8_t kind = data[at];
    const std::size_t length = std::min<std::size_t>(data[at + 1] % 64, size - at - 2);
    const std::span<const std::byte> part = bytes.subspan(at + 2, length);
    at += 2 + length;
    if (kind & 1) {
      ip.Report(net::wire::IpProtocol::kUdp,
                {.kind = static_cast<net::IpError::Kind>(kind % 8),
                 .source = TestIp::kOurs4,
                 .destination = TestIp::kPeer4,
                 .mtu = kind},
                part);
      continue;
    }
    net::Packet packet = context.packets().Take();
    net::Buffer buffer = context.buffers().Take();
    if (!packet || !buffer) break;
    std::ranges::copy(part, buffer.data());
    // In two pieces, divided anywhere.
    const std::size_t first = kind % (length + 1);
    if (!packet.Append(buffer.Share(), 0, first) || !packet.Append(std::move(buffer), first, length - first)) {
      std::abort();
    }
    packet.info().checksum = kind & 2 ? net::PacketInfo::Checksum::kVerified : net::PacketInfo::Checksum::kNone;
    net::IpReceived received = {.source = TestIp::kPeer4, .destination = TestIp::kOurs4, .is_group = (kind & 8) != 0};
    if (kind & 4) received = {.source = TestIp::kPeer6, .destination = TestIp::kOurs6, .is_group = (kind & 8) != 0};
    (void)ip.Deliver(net::wire::IpProtocol::kUdp, std::move(packet), received);
  }
  for (net::udp::Socket* socket : {&any, &connected, &group}) {
    (void)socket->Receive();  // perhaps an error
    while (auto datagram = socket->Receive()) {
      if (datagram->payload.size() > 64) std::abort();
    }
    if (socket->CanReceive()) std::abort();
  }
  if (context.packets().free_count() != context.packets().count()) std::abort();
  return 0;
}
