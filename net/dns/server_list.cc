#include "net/dns/server_list.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "kernel/base/time.h"
#include "net/ipv6/link.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::dns {

void ServerList::SetConfigured(std::span<const IpAddress> servers) {
  configured_count_ = std::min(servers.size(), kMostConfigured);
  std::ranges::copy(servers.first(configured_count_), configured_.begin());
  Update();
}

void ServerList::OnDnsServer(ipv6::Link&, const Ipv6Address& server, kernel::Instant expiry) {
  if (server.IsLinkLocal()) return;
  const auto announced = std::span(announced_).first(announced_count_);
  const auto known = std::ranges::find(announced, server, &Announced::address);
  if (known != announced.end()) {
    known->expiry = expiry;
  } else if (expiry > context_.now() && announced_count_ < kMostAnnounced) {
    announced_[announced_count_++] = {.address = server, .expiry = expiry};
  } else if (expiry > context_.now()) {
    Announced& first = *std::ranges::min_element(announced, {}, &Announced::expiry);
    if (first.expiry < expiry) first = {.address = server, .expiry = expiry};
  }
  Update();
}

void ServerList::OnTimer(Timer& timer, kernel::Instant) { static_cast<ServerList&>(timer).Update(); }

// Drops what has expired, and tells of a list that is another one.
void ServerList::Update() {
  kernel::Instant next = kernel::kNever;
  std::size_t kept = 0;
  for (const Announced& each : std::span(announced_).first(announced_count_)) {
    if (each.expiry <= context_.now()) continue;
    next = std::min(next, each.expiry);
    announced_[kept++] = each;
  }
  announced_count_ = kept;
  if (next == kernel::kNever) {
    context_.timers().Stop(*this);
  } else {
    context_.timers().Start(*this, next);
    context_.RequestPoll();
  }

  std::array<IpAddress, kMostConfigured + kMostAnnounced> servers;
  std::size_t count = 0;
  const auto add = [&](const IpAddress& server) {
    if (!std::ranges::contains(std::span(servers).first(count), server)) servers[count++] = server;
  };
  for (const IpAddress& each : std::span(configured_).first(configured_count_)) add(each);
  for (const Announced& each : std::span(announced_).first(announced_count_)) add(each.address);
  if (std::ranges::equal(std::span(servers).first(count), this->servers())) return;
  servers_ = servers;
  count_ = count;
  observer_.OnServers(this->servers());
}

}  // namespace net::dns
