#include "testing/sim/whole_ip.h"

#include <cstdint>

#include "kernel/base/check.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/ip/path_mtu.h"
#include "net/ip/reassembly.h"
#include "net/ipv4/ipv4.h"
#include "net/ipv6/address_table.h"
#include "testing/sim/plain_ip.h"

namespace sim {

WholeIp::WholeIp(net::Context& context, net::Interface& interface, std::uint16_t number)
    : ipv4_storage_(net::ipv4::Ipv4::StorageFor(kIpv4)),
      path_mtu_storage_(net::PathMtuCache::StorageFor(kPathMtus)),
      reassembly_storage_(net::Reassembly::StorageFor(kReassembly)),
      neighbors_(kNeighbors),
      routes_(context.random(), route_storage_),
      path_mtus_(context, path_mtu_storage_, kPathMtus),
      ipv4_(context, routes_, kIpv4, ipv4_storage_),
      icmp_(context, ipv4_),
      link_(interface),
      ipv6_(context, routes_, path_mtus_, {.reassembly = kReassembly}, reassembly_storage_),
      icmpv6_(ipv6_),
      ndp_(ipv6_, icmpv6_, neighbors_),
      ip_(ipv4_, ipv6_) {
  ipv4_.Attach(interface);
  ipv6_.AddLink(link_);
  CHECK(ipv4_.AddAddress(interface, Ipv4Of(number), 24));
  CHECK(ipv6_.AddAddress(
      {.link = &link_, .address = Ipv6Of(number), .prefix_size = 64, .state = net::ipv6::AddressState::kPreferred}));
  CHECK(routes_.Add({.prefix = Ipv6Of(0), .length = 64, .interface = &interface}));
}

}  // namespace sim
