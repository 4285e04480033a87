// A host with neighbour discovery for tests, and neighbours and routers that say what the test wants.
#ifndef ENKEL_NET_NDP_TEST_LINK_H_
#define ENKEL_NET_NDP_TEST_LINK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/ipv6/test_host.h"
#include "net/ndp/ndp.h"
#include "net/neighbor/neighbor.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ndp.h"

namespace net::ndp {

// What a test says differently from what is right.
struct Says {
  std::uint8_t hop_limit = 255;
  std::uint8_t code = 0;
  std::optional<MacAddress> frame = {};  // where it goes
};

class TestLink : public ipv6::TestHost {
 public:
  explicit TestLink(std::uint64_t seed = 1, std::size_t neighbor_count = 16, std::size_t packets = 512)
      : TestHost(seed, packets, packets), neighbors_(neighbor_count), ndp(ip, icmpv6, neighbors_) {
    ip.Register(wire::IpProtocol::kUdp, udp);
  }

  template <typename M>
  void Say(wire::Icmpv6Type type, const M& message, const Ipv6Address& source, const Ipv6Address& destination,
           const Says& says = {}) {
    ipv6::Bytes bytes(message.size());
    message.Write(bytes);
    SayBytes(type, bytes, source, destination, says);
  }

  // `bytes` is a message with any ICMPv6 header.
  void SayBytes(wire::Icmpv6Type type, std::span<const std::byte> bytes, const Ipv6Address& source,
                const Ipv6Address& destination, const Says& says = {}) {
    const std::uint32_t body = wire::Icmpv6::Parse(bytes)->body;
    const ipv6::Bytes payload = ipv6::Message(source, destination, {.type = type, .code = says.code, .body = body},
                                              bytes.subspan(wire::kIcmpv6Size));
    const MacAddress mac = destination.IsMulticast() ? MacOfGroup(destination) : TestDevice::kMac;
    Receive({.next_header = wire::IpProtocol::kIcmpv6,
             .hop_limit = says.hop_limit,
             .source = source,
             .destination = destination},
            payload, says.frame.value_or(mac));
  }

  // The next packet that was sent, if it is a message of this type.
  template <typename M>
  std::optional<M> TakeMessage(wire::Icmpv6Type type) {
    last = Take();
    if (!last || !last->IsIcmpv6(type)) return std::nullopt;
    const auto message = M::Parse(last->payload);
    if (!message) return std::nullopt;
    return *message;
  }

  kernel::Result<void> SendUdp(const Ipv6Address& destination, std::size_t size = 8) {
    return ip.Send(context.PacketOf(ipv6::Pattern(size)),
                   {.destination = destination, .protocol = wire::IpProtocol::kUdp});
  }

  std::optional<ipv6::Sent> last;

 private:
  std::vector<NeighborPlace> neighbors_;

 public:
  Ndp ndp;
  ipv6::TestTransport udp;
};

}  // namespace net::ndp

#endif  // ENKEL_NET_NDP_TEST_LINK_H_
