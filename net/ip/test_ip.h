// An IP of the test's: what a transport sends is looked at, and what it is to receive is given.
#ifndef ENKEL_NET_IP_TEST_IP_H_
#define ENKEL_NET_IP_TEST_IP_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"

namespace net {

class TestIp final : public Ip {
 public:
  struct Sent {
    Packet packet;
    IpSend send;
  };

  static constexpr Ipv4Address kOurs4 = Ipv4Address::Of(10, 0, 0, 1);
  static constexpr Ipv4Address kPeer4 = Ipv4Address::Of(10, 0, 0, 2);
  static constexpr Ipv6Address kOurs6 = Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 1);
  static constexpr Ipv6Address kPeer6 = Ipv6Address::Of(0xfd00, 0, 0, 0, 0, 0, 0, 2);

  std::deque<Sent> sent;
  std::optional<kernel::Error> failure;                     // of each Send and FindPath
  std::vector<std::pair<IpAddress, std::uint32_t>> shrunk;  // by ReducePathMtu
  std::vector<IpAddress> confirmed;
  Path path = {.mtu = 1500};

  kernel::Result<Path> FindPath(const IpAddress& source, const IpAddress& destination, Interface*) override {
    if (failure) return kernel::Fail(*failure);
    if (destination.IsUnspecified()) return kernel::Fail(kernel::Error::kInvalidArgument);
    if (!source.IsUnspecified() && !IsOurs(source)) return kernel::Fail(kernel::Error::kInvalidArgument);
    Path found = path;
    found.source = !source.IsUnspecified() ? source : destination.IsIpv4() ? IpAddress(kOurs4) : IpAddress(kOurs6);
    return found;
  }
  kernel::Result<void> Send(Packet packet, const IpSend& send) override {
    if (failure) return kernel::Fail(*failure);
    sent.push_back({std::move(packet), send});
    return {};
  }
  void Register(wire::IpProtocol protocol, Transport& transport) override { transports_[protocol] = &transport; }
  bool IsOurs(const IpAddress& address) const override {
    return address == IpAddress(kOurs4) || address == IpAddress(kOurs6);
  }
  void ConfirmReachable(const IpAddress& destination) override { confirmed.push_back(destination); }
  void ReducePathMtu(const IpAddress& destination, std::uint32_t mtu) override {
    shrunk.emplace_back(destination, mtu);
  }

  Transport::Verdict Deliver(wire::IpProtocol protocol, Packet packet, const IpReceived& received) {
    return transports_.at(protocol)->Receive(packet, received);
  }
  // The same for who looks at what is left of the packet.
  Transport::Verdict DeliverKept(wire::IpProtocol protocol, Packet& packet, const IpReceived& received) {
    return transports_.at(protocol)->Receive(packet, received);
  }
  void Report(wire::IpProtocol protocol, const IpError& error, std::span<const std::byte> quoted) {
    transports_.at(protocol)->OnError(error, quoted);
  }

 private:
  std::map<wire::IpProtocol, Transport*> transports_;
};

}  // namespace net

#endif  // ENKEL_NET_IP_TEST_IP_H_
