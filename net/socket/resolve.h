// Names become addresses, for coroutines.
#ifndef ENKEL_NET_SOCKET_RESOLVE_H_
#define ENKEL_NET_SOCKET_RESOLVE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "net/context.h"
#include "net/dns/answer.h"
#include "net/dns/resolver.h"
#include "net/wire/address.h"

namespace net::socket {

// In the order in which they should be tried: IPv6 first, then in turns. [RFC8305] 4
struct Addresses {
  std::array<IpAddress, 2 * dns::kMostAddresses> addresses = {};
  std::size_t count = 0;

  std::span<const IpAddress> view() const { return std::span(addresses).first(count); }
};

// `co_await Resolve(resolver, "example.org")`: all addresses of a name, of both versions, or the one that the text is.
// `name` must stay until then. Errors: kInvalidArgument (no name), kNotFound (there is no such name, or it has no
// address), kTimedOut, kUnreachable (no server, or none that would say). One version's failure is none where the other
// has an address.
kernel::Task<kernel::Result<Addresses>> Resolve(dns::Resolver& resolver, std::string_view name);

}  // namespace net::socket

#endif  // ENKEL_NET_SOCKET_RESOLVE_H_
