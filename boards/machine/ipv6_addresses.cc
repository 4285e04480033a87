#include <cstddef>
#include <span>

#include "boards/machine/network.h"
#include "boards/machine/parts.h"
#include "net/ipv6/address_table.h"
#include "net/wire/address.h"

namespace machine {

std::size_t Network::ReadIpv6Addresses(std::span<net::Ipv6Address> addresses) {
  const Parts& parts = GetParts();
  if (!parts.ethernet_link.IsMade()) return 0;
  std::size_t count = 0;
  for (const net::ipv6::Address& each : parts.ipv6.addresses().all()) {
    const bool is_usable = each.link == &*parts.ethernet_link && each.state != net::ipv6::AddressState::kTentative;
    if (is_usable && count < addresses.size()) addresses[count++] = each.address;
  }
  return count;
}

}  // namespace machine
