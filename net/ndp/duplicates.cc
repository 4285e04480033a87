// Whether somebody else has an address that we want. [RFC4862] 5.4, [RFC7527]
#include <cstdint>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/icmpv6/icmpv6.h"
#include "net/ipv6/ipv6.h"
#include "net/ndp/ndp.h"
#include "net/packet/packet.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ndp.h"

namespace net::ndp {

using kernel::Duration;

kernel::Result<void> Ndp::AddAddress(ipv6::Address address) {
  address.state = ipv6::AddressState::kTentative;
  if (const auto added = ipv6_.AddAddress(address); !added) return added;
  Probe* free = nullptr;
  for (Probe& probe : probes_) {
    if (probe.link == nullptr) free = &probe;
  }
  CHECK(free != nullptr);  // there are as many as addresses
  free->link = address.link;
  free->address = address.address;
  free->left = kDuplicateProbes;
  free->nonce = 0;
  // At random, so that hosts that start together do not ask together. [RFC4862] 5.4.2
  Context& context = ipv6_.context();
  const std::int64_t most = kMostDelay.nanoseconds / 1'000'000;
  context.timers().Start(
      *free, context.now() + Duration::Milliseconds(context.random().Below(static_cast<std::uint32_t>(most))));
  context.RequestPoll();
  return {};
}

void Ndp::RemoveAddress(ipv6::Link& link, const Ipv6Address& address) {
  if (Probe* const probe = FindProbe(link, address)) StopProbe(*probe);
  ipv6_.RemoveAddress(link, address);
}

Ndp::Probe* Ndp::FindProbe(const ipv6::Link& link, const Ipv6Address& address) {
  for (Probe& probe : probes_) {
    if (probe.link == &link && probe.address == address) return &probe;
  }
  return nullptr;
}

void Ndp::StopProbe(Probe& probe) {
  ipv6_.context().timers().Stop(probe);
  probe.link = nullptr;
}

void Ndp::SendProbe(Probe& probe) {
  --probe.left;
  constexpr std::uint64_t kNonceMask = ~std::uint64_t{0} >> 16;
  probe.nonce = ipv6_.context().random().Next() & kNonceMask;
  wire::NeighborSolicitation solicitation = {.target = probe.address};
  solicitation.options.nonce = probe.nonce;
  Packet packet = PacketOf(ipv6_.context(), wire::Icmpv6Type::kNeighborSolicitation, solicitation);
  if (!packet) {
    ++probe.left;  // a question that was not asked proves nothing
    return;
  }
  ++counters_.solicited;
  (void)icmpv6_.SendLocal(std::move(packet), {.link = *probe.link, .destination = SolicitedNode(probe.address)});
}

void Ndp::OnProbe(Timer& timer, kernel::Instant now) {
  auto& probe = static_cast<Probe&>(timer);
  Ndp& ndp = *probe.ndp;
  if (probe.left > 0) {
    ndp.SendProbe(probe);
    ndp.ipv6_.context().timers().Start(probe, now + kProbeTime);
    return;
  }
  // Nobody has it.
  ipv6::Link& link = *probe.link;
  const Ipv6Address address = probe.address;
  ndp.StopProbe(probe);
  ipv6::Address* const own = ndp.ipv6_.addresses().Find(address, &link);
  CHECK(own != nullptr);
  own->state = own->preferred_until > now ? ipv6::AddressState::kPreferred : ipv6::AddressState::kDeprecated;
  ndp.ipv6_.TellPathsChanged();
  if (LinkObserver* const observer = ndp.ObserverOf(link)) observer->OnAddressReady(address);
}

// Somebody asks who has the address that we ask for. If it is ourselves, heard again over a loop in the network, we go
// on asking until the loop is gone: behind it somebody may have it. [RFC7527] 4.2
void Ndp::OnProbeHeard(Probe& probe, const wire::NeighborSolicitation& solicitation) {
  if (probe.nonce != 0 && solicitation.options.nonce == probe.nonce) {
    ++counters_.loops;
    probe.left = kProbesAfterLoop;
    return;
  }
  OnDuplicate(probe);
}

void Ndp::OnDuplicate(Probe& probe) {
  ++counters_.duplicates;
  ipv6::Link& link = *probe.link;
  const Ipv6Address address = probe.address;
  RemoveAddress(link, address);
  if (LinkObserver* const observer = ObserverOf(link)) observer->OnDuplicate(address);
}

}  // namespace net::ndp
