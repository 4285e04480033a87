// All of IP that a host has: both versions, ARP and neighbour discovery, ICMP of both.
#ifndef ENKEL_TESTING_SIM_WHOLE_IP_H_
#define ENKEL_TESTING_SIM_WHOLE_IP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/context.h"
#include "net/icmp/icmp.h"
#include "net/icmpv6/icmpv6.h"
#include "net/icmpv6/ping.h"
#include "net/interface/interface.h"
#include "net/ip/dual_stack.h"
#include "net/ip/ip.h"
#include "net/ip/path_mtu.h"
#include "net/ip/reassembly.h"
#include "net/ipv4/ipv4.h"
#include "net/ipv6/ipv6.h"
#include "net/ipv6/link.h"
#include "net/ndp/ndp.h"
#include "net/neighbor/neighbor.h"
#include "net/route/table.h"

namespace sim {

class WholeIp {
 public:
  // With the addresses Ipv4Of(number) and Ipv6Of(number), usable at once.
  WholeIp(net::Context& context, net::Interface& interface, std::uint16_t number);
  WholeIp(const WholeIp&) = delete;
  WholeIp& operator=(const WholeIp&) = delete;

  net::Ip& ip() { return ip_; }
  net::ipv4::Ipv4& ipv4() { return ipv4_; }
  net::icmp::Icmp& icmp() { return icmp_; }
  net::ipv6::Link& link() { return link_; }
  net::ipv6::Ipv6& ipv6() { return ipv6_; }
  net::icmpv6::Icmpv6& icmpv6() { return icmpv6_; }
  net::icmpv6::EchoReplies& echo_replies() { return echo_replies_; }
  net::ndp::Ndp& ndp() { return ndp_; }

 private:
  static constexpr std::size_t kNeighbors = 8;
  static constexpr std::size_t kPathMtus = 8;
  static constexpr net::Reassembly::Options kReassembly = {
      .most_datagrams = 8, .most_buffers = 64, .most_buffers_of_source = 32};
  static constexpr net::ipv4::Config kIpv4 = {
      .neighbors = kNeighbors, .path_mtus = kPathMtus, .reassembly = kReassembly};

  std::array<net::RouteTable::Entry, 16> route_storage_;
  std::vector<std::byte> ipv4_storage_;
  std::vector<std::byte> path_mtu_storage_;
  std::vector<std::byte> reassembly_storage_;
  std::vector<net::NeighborPlace> neighbors_;
  net::RouteTable routes_;
  net::PathMtuCache path_mtus_;
  net::ipv4::Ipv4 ipv4_;
  net::icmp::Icmp icmp_;
  net::ipv6::Link link_;
  net::ipv6::Ipv6 ipv6_;
  net::icmpv6::Icmpv6 icmpv6_;
  net::icmpv6::EchoReplies echo_replies_{icmpv6_};
  net::ndp::Ndp ndp_;
  net::DualStack ip_;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_WHOLE_IP_H_
