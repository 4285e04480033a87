#include "net/dns/resolver.h"

#include <cstddef>
#include <span>

#include "boards/machine/late.h"
#include "boards/machine/network.h"
#include "boards/machine/parts.h"
#include "net/dns/cache.h"
#include "net/dns/over_tcp.h"
#include "net/wire/address.h"

namespace machine {
namespace {

constexpr std::size_t kCachedNames = 256;
constinit Late<net::dns::Resolver> name_resolver;
constinit Late<net::dns::OverTcp> streams;

}  // namespace

net::dns::Resolver& Network::resolver() {
  if (!name_resolver.IsMade()) {
    Parts& parts = GetParts();
    name_resolver.Make(parts.context, udp(), TakeStorage(net::dns::Cache::StorageFor(kCachedNames)));
    name_resolver->UseStreams(streams.Make(tcp()));
    parts.on_name_servers = [](std::span<const net::IpAddress> servers) { name_resolver->SetServers(servers); };
    parts.on_name_servers(std::span(parts.name_servers).first(parts.name_server_count));
  }
  return *name_resolver;
}

}  // namespace machine
