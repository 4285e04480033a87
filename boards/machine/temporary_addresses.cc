// Temporary addresses of IPv6: only in images that ask for them.
#include "boards/machine/late.h"
#include "boards/machine/network.h"
#include "boards/machine/parts.h"
#include "kernel/base/check.h"
#include "net/ndp/autoconfigurator.h"
#include "net/ndp/temporary.h"

namespace machine {
namespace {

constinit Late<net::ndp::TemporaryAddresses> temporary_addresses;

}  // namespace

void Network::UseTemporaryAddresses() {
  Parts& parts = GetParts();
  CHECK(!parts.was_ethernet_opened);
  parts.on_autoconfigurator = [](net::ndp::Autoconfigurator& configurator) { temporary_addresses.Make(configurator); };
}

}  // namespace machine
