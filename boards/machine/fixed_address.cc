// The network with an address that its program gives.
#include "boards/machine/network.h"
#include "boards/machine/parts.h"
#include "net/interface/interface.h"
#include "net/route/table.h"
#include "net/wire/address.h"

namespace machine {

Network& Network::Up(const FixedAddress& fixed) {
  Parts& parts = GetParts();
  parts.network.Refresh();
  net::Interface* const ethernet = parts.OpenEthernet();
  if (ethernet == nullptr || !parts.address.IsUnspecified()) return parts.network;
  if (!parts.ipv4.AddAddress(*ethernet, fixed.address, fixed.prefix_length)) return parts.network;
  parts.address = fixed.address;
  parts.address_source = AddressSource::kFixed;
  if (!fixed.router.IsUnspecified()) {
    (void)parts.routes.Add({.prefix = net::Ipv4Address(), .interface = ethernet, .gateway = fixed.router});
  }
  parts.SetNameServers(fixed.name_servers);
  parts.OnConfiguration();
  return parts.network;
}

}  // namespace machine
