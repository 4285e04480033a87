#include "net/ip/path_mtu.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/check.h"
#include "net/context.h"
#include "net/storage.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/ipv6.h"

namespace net {
namespace {

constexpr std::byte kHashDomain{0x70};  // keeps this hash apart from all others of the same source

}  // namespace

PathMtuCache::PathMtuCache(Context& context, std::span<std::byte> storage, std::size_t destinations)
    : context_(context) {
  CHECK(destinations >= kWays && std::has_single_bit(destinations));
  sets_ = StorageCutter(storage).CutLazily<Set>(destinations / kWays);
}

PathMtuCache::Set& PathMtuCache::SetOf(const IpAddress& destination) const {
  std::array<std::byte, 17> key = {kHashDomain};
  destination.ipv6().Store(&key[1]);
  return sets_.made()[context_.random().Hash(key) & (sets_.made().size() - 1)];
}

// The entry that still counts; null if there is none.
PathMtuCache::Entry* PathMtuCache::Lookup(const IpAddress& destination) const {
  if (sets_.made().empty()) return nullptr;  // nobody ever was
  for (Entry& entry : SetOf(destination)) {
    if (entry.destination == destination) return entry.expiry > context_.now() ? &entry : nullptr;
  }
  return nullptr;
}

std::uint16_t PathMtuCache::Find(const IpAddress& destination, std::uint16_t link_mtu) const {
  const Entry* const entry = Lookup(destination);
  return entry == nullptr ? link_mtu : std::min(entry->mtu, link_mtu);
}

bool PathMtuCache::Reduce(const IpAddress& destination, std::uint32_t mtu, std::uint16_t link_mtu) {
  if (destination.IsIpv4()) {
    mtu = std::max<std::uint32_t>(mtu == 0 ? kIpv4Unsaid : mtu, kIpv4Floor);
  } else if (mtu < wire::kIpv6MinimumMtu) {
    ++counters_.ignored;
    return false;
  }
  Entry* entry = Lookup(destination);
  const std::uint32_t known = entry == nullptr ? link_mtu : std::min(entry->mtu, link_mtu);
  if (destination.IsUnspecified() || mtu > known || (mtu == known && entry == nullptr)) {
    ++counters_.ignored;
    return false;
  }
  if (entry == nullptr) {
    while (sets_.MakeOne() != nullptr) {
    }
    Set& set = SetOf(destination);
    const auto is_free = [&](const Entry& each) {
      return each.destination == destination || each.expiry <= context_.now() || each.destination.IsUnspecified();
    };
    const auto free = std::ranges::find_if(set, is_free);
    if (free == set.end()) ++counters_.evictions;
    entry = free == set.end() ? &set[context_.random().Below(kWays)] : &*free;
  }
  last_expiry_ = context_.now() + kLifetime;
  *entry = {.destination = destination, .mtu = static_cast<std::uint16_t>(mtu), .expiry = last_expiry_};
  if (!raise_.IsRunning()) {
    context_.timers().Start(raise_, last_expiry_);
    context_.RequestPoll();
  }
  if (mtu == known) return false;  // said again: it stays known for longer
  ++counters_.reductions;
  return true;
}

void PathMtuCache::RaiseTimer::OnDue(Timer& timer, kernel::Instant now) {
  PathMtuCache& self = static_cast<RaiseTimer&>(timer).owner;
  if (self.last_expiry_ > now) self.context_.timers().Start(timer, self.last_expiry_);
  if (self.listener_ != nullptr) self.listener_->OnPathMtusForgotten();
}

}  // namespace net
