#include "net/dhcp/lease.h"

#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"

namespace net::dhcp {
namespace {

using kernel::Duration;

constexpr std::uint32_t kForEver = 0xffff'ffff;
constexpr std::uint32_t kLeastSeconds = 10;  // a shorter lease would have us do nothing but renew it
constexpr std::uint8_t kShortestPrefix = 8;

// A message without a mask means the address's class. [RFC791] 2.3
constexpr std::uint8_t PrefixOfClass(Ipv4Address address) {
  if (address.value >> 31 == 0) return 8;
  return address.value >> 30 == 0b10 ? 16 : 24;
}

constexpr std::uint32_t HostBits(std::uint8_t prefix_length) {
  return static_cast<std::uint32_t>(0xffff'ffffull >> prefix_length);
}

// Whether the address is one of the prefix that a host may have: neither the prefix itself nor its broadcast address.
bool IsHostOf(Ipv4Address address, std::uint8_t prefix_length) {
  if (!address.IsHost() || address.IsLinkLocal()) return false;
  if (prefix_length > 30) return true;  // [RFC3021] 2.1
  const std::uint32_t host = address.value & HostBits(prefix_length);
  return host != 0 && host != HostBits(prefix_length);
}

void Add(Ipv4Address address, wire::DhcpAddresses& list) { list.addresses[list.count++] = address; }

void SetTimes(const wire::Dhcp& message, kernel::Instant asked, Lease& lease) {
  const std::uint32_t seconds = *message.lease_seconds;
  if (seconds == kForEver) {
    lease.renewal = lease.rebinding = lease.end = kernel::kNever;
    return;
  }
  std::uint32_t renewal = message.renewal_seconds.value_or(seconds / 2);
  std::uint32_t rebinding = message.rebinding_seconds.value_or(seconds - seconds / 8);
  if (renewal == 0 || renewal >= rebinding || rebinding >= seconds) {
    renewal = seconds / 2;
    rebinding = seconds - seconds / 8;
  }
  lease.renewal = asked + Duration::Seconds(renewal);
  lease.rebinding = asked + Duration::Seconds(rebinding);
  lease.end = asked + Duration::Seconds(seconds);
}

}  // namespace

std::optional<Lease> LeaseOf(const wire::Dhcp& message, kernel::Instant asked) {
  if (!message.server || !message.server->IsHost()) return {};
  if (message.lease_seconds.value_or(0) < kLeastSeconds) return {};
  Lease lease = {.address = message.your,
                 .prefix_length = message.prefix_length.value_or(PrefixOfClass(message.your)),
                 .server = *message.server,
                 .routers = {},
                 .name_servers = {},
                 .mtu = message.mtu,
                 .renewal = {},
                 .rebinding = {},
                 .end = {}};
  if (lease.prefix_length < kShortestPrefix || !IsHostOf(lease.address, lease.prefix_length)) return {};
  for (const Ipv4Address router : message.routers.view()) {
    const bool is_near = ((router.value ^ lease.address.value) & ~HostBits(lease.prefix_length)) == 0;
    if (is_near && router != lease.address && IsHostOf(router, lease.prefix_length)) Add(router, lease.routers);
  }
  for (const Ipv4Address server : message.name_servers.view()) {
    if (server.IsHost()) Add(server, lease.name_servers);
  }
  SetTimes(message, asked, lease);
  return lease;
}

}  // namespace net::dhcp
