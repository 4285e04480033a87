#include "boards/machine/network.h"

#include "boards/machine/parts.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/wire/address.h"

namespace machine {

Network& Network::Get() { return GetParts().network; }
net::Context& Network::context() { return GetParts().context; }
net::Ip& Network::ip() { return GetParts().ip; }
void Network::Refresh() { (void)GetParts().stack.Poll(board::Now()); }
net::Interface& Network::loopback() { return GetParts().loopback; }
net::Interface* Network::ethernet() { return GetParts().OpenEthernet(); }
net::Ipv4Address Network::address() { return GetParts().address; }
AddressSource Network::address_source() { return GetParts().address_source; }

kernel::Error Network::ethernet_error() {
  (void)GetParts().OpenEthernet();
  return GetParts().ethernet_error;
}

}  // namespace machine
