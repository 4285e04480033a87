// Both versions of IP as one: the address says which.
#ifndef ENKEL_NET_IP_DUAL_STACK_H_
#define ENKEL_NET_IP_DUAL_STACK_H_

#include <cstdint>
#include <utility>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"

namespace net {

// Both outlive it. A transport that registers here hears of both versions.
class DualStack final : public Ip {
 public:
  DualStack(Ip& ipv4, Ip& ipv6) : ipv4_(ipv4), ipv6_(ipv6) {}
  ~DualStack() = default;

  kernel::Result<Path> FindPath(const IpAddress& source, const IpAddress& destination,
                                Interface* interface = nullptr) override {
    return For(destination).FindPath(source, destination, interface);
  }
  kernel::Result<void> Send(Packet packet, const IpSend& send) override {
    return For(send.destination).Send(std::move(packet), send);
  }
  void Register(wire::IpProtocol protocol, Transport& transport) override {
    ipv4_.Register(protocol, transport);
    ipv6_.Register(protocol, transport);
  }
  bool IsOurs(const IpAddress& address) const override { return (address.IsIpv4() ? ipv4_ : ipv6_).IsOurs(address); }
  void ConfirmReachable(const IpAddress& destination) override { For(destination).ConfirmReachable(destination); }
  void ReducePathMtu(const IpAddress& destination, std::uint32_t mtu) override {
    For(destination).ReducePathMtu(destination, mtu);
  }

 private:
  Ip& For(const IpAddress& destination) { return destination.IsIpv4() ? ipv4_ : ipv6_; }

  Ip& ipv4_;
  Ip& ipv6_;
};

}  // namespace net

#endif  // ENKEL_NET_IP_DUAL_STACK_H_
