// IP with nothing but its headers, of both versions: no ARP, no fragments, no ICMP, one interface. What transports are
// simulated over when IP itself is not the question.
#ifndef ENKEL_TESTING_SIM_PLAIN_IP_H_
#define ENKEL_TESTING_SIM_PLAIN_IP_H_

#include <cstdint>
#include <map>
#include <vector>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"

namespace sim {

// The MAC address of the host with this number, and its addresses: 10.0.0.N and fd00::N.
net::MacAddress MacOf(std::uint16_t number);
net::Ipv4Address Ipv4Of(std::uint16_t number);
net::Ipv6Address Ipv6Of(std::uint16_t number);

class PlainIp final : public net::Ip, private net::FrameReceiver {
 public:
  PlainIp(net::Interface& interface, std::uint16_t number);

  // Packets from this address, too, are taken as ours and sent as asked: a host with many.
  void AddAddress(const net::IpAddress& address) { ours_.push_back(address); }

  kernel::Result<net::Path> FindPath(const net::IpAddress& source, const net::IpAddress& destination,
                                     net::Interface* interface = nullptr) override;
  kernel::Result<void> Send(net::Packet packet, const net::IpSend& send) override;
  void Register(net::wire::IpProtocol protocol, net::Transport& transport) override;
  bool IsOurs(const net::IpAddress& address) const override;
  void ConfirmReachable(const net::IpAddress&) override {}
  void ReducePathMtu(const net::IpAddress&, std::uint32_t) override {}

 private:
  void Receive(net::Packet& packet, const net::FrameReceived& frame) override;

  net::Interface& interface_;
  std::uint16_t number_;
  std::uint16_t identification_ = 0;
  std::vector<net::IpAddress> ours_;
  std::map<net::wire::IpProtocol, net::Transport*> transports_;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_PLAIN_IP_H_
