// What a DHCP server lends: an address with all that belongs to it, for a time.
#ifndef ENKEL_NET_DHCP_LEASE_H_
#define ENKEL_NET_DHCP_LEASE_H_

#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"

namespace net::dhcp {

struct Lease {
  Ipv4Address address;
  std::uint8_t prefix_length = 0;
  Ipv4Address server;
  wire::DhcpAddresses routers;       // hosts of the prefix only
  wire::DhcpAddresses name_servers;  // hosts only
  std::optional<std::uint16_t> mtu;  // bytes
  kernel::Instant renewal;           // T1; kNever for a lease without an end
  kernel::Instant rebinding;         // T2
  kernel::Instant end;
};

// The lease that an offer or acknowledgement gives to who asked at `asked`. Empty where nobody could use it: no server
// or no time in it, or below 10 s; an address that no single host can have (CVE-2019-12264: groups, broadcast, ours of
// the loopback, link-local, the network's own), or a mask that cannot be. Times that contradict each other are
// replaced by the usual ones. [RFC2131] 4.4.5
std::optional<Lease> LeaseOf(const wire::Dhcp& message, kernel::Instant asked);

}  // namespace net::dhcp

#endif  // ENKEL_NET_DHCP_LEASE_H_
