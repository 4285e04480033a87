// ARP: which MAC address a neighbour's IPv4 address has, and that ours are ours. [RFC826], [RFC5227]
//
// It learns by these rules and no others: from whoever asks for an address of ours, and is of a subnet of ours; and for
// neighbours that we asked for or know already. An answer that nobody asked for makes no entry.
#ifndef ENKEL_NET_ARP_ARP_H_
#define ENKEL_NET_ARP_ARP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/ipv4/address_table.h"
#include "net/neighbor/cache.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/arp.h"

namespace net::arp {

class Claim;

// Since the stack was made.
struct Counters {
  std::uint64_t received = 0;
  std::uint64_t malformed = 0;    // too short, a sender that is a group, a sender's MAC that is ours
  std::uint64_t unsupported = 0;  // not Ethernet and IPv4
  std::uint64_t requests_sent = 0;
  std::uint64_t replies_sent = 0;
  std::uint64_t conflicts = 0;  // somebody else used an address of ours
};

// What IPv4 hears.
class Owner {
 public:
  // Nobody has the address that `packet` was to go to by way of `next_hop`.
  virtual void OnUnresolved(Packet packet, Interface& interface, Ipv4Address next_hop) = 0;

 protected:
  ~Owner() = default;
};

class Arp final : private FrameReceiver, private NeighborResolver {
 public:
  // All arguments outlive it; `neighbors` is its memory.
  Arp(Context& context, const ipv4::AddressTable& addresses, std::span<NeighborPlace> neighbors, Owner& owner)
      : context_(context),
        addresses_(addresses),
        owner_(owner),
        cache_(context, neighbors, wire::EtherType::kIpv4, *this) {}
  Arp(const Arp&) = delete;
  Arp& operator=(const Arp&) = delete;

  // From now on answers on `interface`.
  void Attach(Interface& interface) { interface.Register(wire::EtherType::kArp, *this); }

  // Sends an IPv4 packet to a neighbour. Errors: as NeighborCache::Send.
  kernel::Result<void> Send(Packet packet, Interface& interface, Ipv4Address next_hop) {
    return cache_.Send(std::move(packet), interface, next_hop);
  }
  kernel::Result<void> Send(Packet packet, Interface& interface, Ipv4Address next_hop, Neighbor*& hint) {
    return cache_.Send(std::move(packet), interface, next_hop, hint);
  }

  // Tells everybody that an address of ours is ours, now. [RFC5227] 2.3
  void Announce(Interface& interface, Ipv4Address address);

  NeighborCache& cache() { return cache_; }
  Context& context() { return context_; }
  const Counters& counters() const { return counters_; }

 private:
  friend class Claim;

  void Receive(Packet& packet, const FrameReceived& frame) override;
  void Solicit(Interface& interface, const IpAddress& target, const MacAddress* mac) override;
  void OnUnresolved(Packet packet, Interface& interface, const IpAddress& target) override;
  void OnLost(Interface&, const IpAddress&) override {}

  bool IsConflict(Interface& interface, const wire::Arp& arp);
  void Learn(Interface& interface, const wire::Arp& arp, bool is_for_us);
  void SendRequest(Interface& interface, Ipv4Address sender, Ipv4Address target, const MacAddress& destination);
  void Transmit(Interface& interface, const wire::Arp& arp, const MacAddress& destination);

  Context& context_;
  const ipv4::AddressTable& addresses_;
  Owner& owner_;
  NeighborCache cache_;
  Claim* claims_ = nullptr;
  Counters counters_;
};

}  // namespace net::arp

#endif  // ENKEL_NET_ARP_ARP_H_
