// Groups that the program joins, and who tells routers of those of IPv4: only in images that join some.
#include "boards/machine/late.h"
#include "boards/machine/network.h"
#include "boards/machine/parts.h"
#include "kernel/base/result.h"
#include "net/igmp/igmp.h"
#include "net/interface/interface.h"
#include "net/ipv6/link.h"
#include "net/stack/membership.h"
#include "net/wire/address.h"

namespace machine {
namespace {

constinit Late<net::igmp::Igmp> igmp;

}  // namespace

kernel::Result<net::Membership> Network::JoinGroup(const net::IpAddress& group, net::Interface* interface) {
  Parts& parts = GetParts();
  Refresh();
  const bool has_ethernet = parts.ethernet.IsMade();
  if (interface == nullptr) interface = has_ethernet ? &*parts.ethernet : &parts.loopback;
  if (group.IsIpv4()) {
    if (!igmp.IsMade()) igmp.Make(parts.context, parts.ipv4);
    return net::Membership::Join(parts.ipv4, *interface, group.ipv4());
  }
  net::ipv6::Link& link = interface == &parts.loopback ? parts.loopback_link : *parts.ethernet_link;
  return net::Membership::Join(link, group.ipv6());
}

}  // namespace machine
