// Neighbour discovery: who on a link has which address, whether it still answers, and whether an address that we want
// is somebody's already. [RFC4861] 7, [RFC4862] 5.4, [RFC7527]
//
// Routers, prefixes and addresses made of them are net/ndp/autoconfigurator.h, one a link that wants them.
#ifndef ENKEL_NET_NDP_NDP_H_
#define ENKEL_NET_NDP_NDP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/icmpv6/icmpv6.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/neighbor/cache.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ndp.h"

namespace net::ndp {

class Ndp;

// Since neighbour discovery was made.
struct Counters {
  std::uint64_t received = 0;
  std::uint64_t invalid = 0;     // from beyond the link, in fragments, malformed, or with addresses that cannot be
  std::uint64_t solicited = 0;   // solicitations that we sent, those for duplicates included
  std::uint64_t answered = 0;    // advertisements that we sent
  std::uint64_t duplicates = 0;  // addresses that somebody else had
  std::uint64_t loops = 0;       // our own questions for duplicates, come back to us. [RFC7527]
  std::uint64_t conflicts = 0;   // somebody claims an address that has been ours for long
};

// What one link's configuration wants to know. Leaves before it dies.
class LinkObserver {
 public:
  explicit LinkObserver(ipv6::Link& link) : link_(link) {}
  ipv6::Link& link() const { return link_; }

  virtual void OnAddressReady(const Ipv6Address& address) = 0;    // no duplicate was found
  virtual void OnDuplicate(const Ipv6Address& address) = 0;       // somebody has it: it was removed
  virtual void OnNeighborLost(const Ipv6Address& neighbor) = 0;   // no longer answers
  virtual void OnRouterRetired(const Ipv6Address& neighbor) = 0;  // says that it is no router any more

  // Messages of routers, from the link itself and not in fragments; the rest is to be looked at.
  virtual void ReceiveAdvertisement(std::span<const std::byte> message, const IpReceived& received) = 0;
  virtual void ReceiveRedirect(std::span<const std::byte> message, const IpReceived& received) = 0;

 protected:
  ~LinkObserver() = default;

 private:
  friend class Ndp;
  ipv6::Link& link_;
  LinkObserver* next_ = nullptr;
};

// Registers itself with IPv6 and ICMPv6, which outlive it. Not interrupt-safe; nothing blocks or allocates.
class Ndp final : private ipv6::NeighborSender, private NeighborResolver, private icmpv6::MessageReceiver {
 public:
  // [RFC4862] 5.1, [RFC4861] 10
  static constexpr int kDuplicateProbes = 1;
  static constexpr int kProbesAfterLoop = 3;  // [RFC7527] 4.2
  static constexpr kernel::Duration kProbeTime = kernel::Duration::Seconds(1);
  static constexpr kernel::Duration kMostDelay = kernel::Duration::Seconds(1);  // before the first question

  // Remembers as many neighbours as `neighbors`, which outlives it.
  Ndp(ipv6::Ipv6& ipv6, icmpv6::Icmpv6& icmpv6, std::span<NeighborPlace> neighbors);
  ~Ndp();
  Ndp(const Ndp&) = delete;
  Ndp& operator=(const Ndp&) = delete;

  // Gives a link an address when nobody else turns out to have it: about a second later. [RFC4862] 5.4
  // Errors: as Ipv6::AddAddress.
  kernel::Result<void> AddAddress(ipv6::Address address);
  void RemoveAddress(ipv6::Link& link, const Ipv6Address& address);

  void AddObserver(LinkObserver& observer);
  void RemoveObserver(LinkObserver& observer);

  NeighborCache& cache() { return cache_; }
  ipv6::Ipv6& ipv6() { return ipv6_; }
  icmpv6::Icmpv6& icmpv6() { return icmpv6_; }
  const Counters& counters() const { return counters_; }

 private:
  // A question whether somebody has an address of ours.
  struct Probe : Timer {
    Probe() : Timer(OnProbe) {}
    Ndp* ndp = nullptr;
    ipv6::Link* link = nullptr;  // null: not in use
    Ipv6Address address;
    int left = 0;             // questions to send
    std::uint64_t nonce = 0;  // of the last one
  };

  // NeighborSender, for IPv6:
  kernel::Result<void> Send(Packet packet, ipv6::Link& link, const Ipv6Address& next_hop) override;
  void ConfirmReachable(ipv6::Link& link, const Ipv6Address& next_hop) override;

  // NeighborResolver, for the cache:
  void Solicit(Interface& interface, const IpAddress& target, const MacAddress* mac) override;
  void OnUnresolved(Packet packet, Interface& interface, const IpAddress& target) override;
  void OnLost(Interface& interface, const IpAddress& target) override;

  void Receive(Packet& packet, const wire::Icmpv6& header, const IpReceived& received) override;
  bool ReceiveSolicitation(std::span<const std::byte> message, ipv6::Link& link, const IpReceived& received);
  bool ReceiveAdvertisement(std::span<const std::byte> message, ipv6::Link& link, const IpReceived& received);
  void Answer(const ipv6::Address& own, const Ipv6Address& asker);

  // duplicates.cc
  Probe* FindProbe(const ipv6::Link& link, const Ipv6Address& address);
  void StopProbe(Probe& probe);
  void OnDuplicate(Probe& probe);
  void OnProbeHeard(Probe& probe, const wire::NeighborSolicitation& solicitation);
  static void OnProbe(Timer& timer, kernel::Instant now);
  void SendProbe(Probe& probe);

  LinkObserver* ObserverOf(const ipv6::Link& link) const;

  ipv6::Ipv6& ipv6_;
  icmpv6::Icmpv6& icmpv6_;
  NeighborCache cache_;
  LinkObserver* observers_ = nullptr;
  std::array<Probe, ipv6::AddressTable::kMost> probes_;
  Counters counters_;
};

// A packet whose header part is `message`, with the ICMPv6 header's type. No packet when none is left.
template <typename Message>
Packet PacketOf(Context& context, wire::Icmpv6Type type, const Message& message) {
  Packet packet = context.packets().Take();
  if (!packet) return packet;
  const std::span<std::byte> bytes = packet.Prepend(message.size());
  message.Write(bytes);
  bytes[0] = static_cast<std::byte>(type);
  bytes[1] = std::byte{0};
  return packet;
}

}  // namespace net::ndp

#endif  // ENKEL_NET_NDP_NDP_H_
