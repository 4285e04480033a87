// The network with an address by DHCP.
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "boards/machine/late.h"
#include "boards/machine/network.h"
#include "boards/machine/parts.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/libc/descriptor/wait_queue.h"
#include "net/dhcp/configurator.h"
#include "net/dns/resolver.h"
#include "net/wire/address.h"

namespace machine {
namespace {

class Configuration final : public net::dhcp::ConfigurationObserver {
 public:
  void OnConfiguration() override;
};

constinit Configuration configuration;
constinit Late<net::dhcp::Configurator> configurator;

void Configuration::OnConfiguration() {
  Parts& parts = GetParts();
  parts.address = configurator->address();
  parts.address_source = parts.address.IsUnspecified()      ? AddressSource::kNone
                         : configurator->lease() != nullptr ? AddressSource::kDhcp
                                                            : AddressSource::kLinkLocal;
  std::array<net::IpAddress, net::dns::kMostServers> servers;
  std::size_t count = 0;
  if (const net::dhcp::Lease* const lease = configurator->lease(); lease != nullptr) {
    for (const net::Ipv4Address server : lease->name_servers.view()) {
      if (count < servers.size()) servers[count++] = server;
    }
  }
  const std::span<const net::IpAddress> known = std::span(parts.name_servers).first(parts.name_server_count);
  if (!std::ranges::equal(known, std::span(servers).first(count)))
    parts.SetNameServers(std::span(servers).first(count));
  parts.OnConfiguration();
}

}  // namespace

Network& Network::Up(kernel::Duration patience) {
  Parts& parts = GetParts();
  parts.network.Refresh();
  net::Interface* const ethernet = parts.OpenEthernet();
  if (ethernet == nullptr || configurator.IsMade() || !parts.address.IsUnspecified()) return parts.network;
  configurator.Make(parts.ipv4, parts.network.udp(), *ethernet, configuration);
  if (!configurator->Start()) return parts.network;  // a program that has port 68 itself
  const kernel::Instant deadline = board::Now() + patience;
  while (parts.address.IsUnspecified() && board::Now() < deadline) {
    (void)kernel::libc::WaitForChange(parts.configuration, deadline);
  }
  return parts.network;
}

}  // namespace machine
