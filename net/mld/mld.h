// Multicast listener discovery: tells routers, and switches that listen to them, which groups somebody here wants.
// Version 2 without sources, as lightweight hosts do it, and version 1 where a querier speaks that. [RFC3810],
// [RFC5790]
#ifndef ENKEL_NET_MLD_MLD_H_
#define ENKEL_NET_MLD_MLD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/icmpv6/icmpv6.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/ipv6/link.h"
#include "net/packet/packet.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/mld.h"

namespace net::mld {

// Since it was made.
struct Counters {
  std::uint64_t queries = 0;
  std::uint64_t invalid = 0;  // malformed, or not of a router on the link
  std::uint64_t reports = 0;  // messages that we sent
};

class Mld;

// What a link's groups have still to tell. One a link; outlives Mld.
class Reporter final : private Timer, private ipv6::GroupListener {
 public:
  explicit Reporter(ipv6::Link& link) : Timer(OnTimer), link_(link) {}
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

 private:
  friend class Mld;

  // A change is told so often: one message may be lost. [RFC3810] 9.1
  static constexpr std::uint8_t kRobustness = 2;
  static constexpr std::size_t kMost = 2 * ipv6::Link::kMostGroups;  // joined, and left but not told as often yet

  // What is still to be said about a group.
  struct Pending {
    Ipv6Address group = {};
    std::uint8_t changes = 0;      // messages that say that it was joined, or left
    bool is_queried = false;       // one that says that it is wanted
    kernel::Instant answer_until;  // of the query, at a random moment before
    kernel::Instant next_change;
  };

  void OnJoined(ipv6::Link& link, const Ipv6Address& group) override;
  void OnLeft(ipv6::Link& link, const Ipv6Address& group) override;
  static void OnTimer(Timer& timer, kernel::Instant now);

  Pending* Find(const Ipv6Address& group);
  Pending* FindOrAdd(const Ipv6Address& group);
  void Change(const Ipv6Address& group);
  void Query(const wire::ListenerQuery& query);
  void Say(kernel::Instant now);
  bool SayOne(const Pending& pending, bool is_change);
  void Schedule();

  ipv6::Link& link_;
  Mld* mld_ = nullptr;
  Reporter* next_ = nullptr;
  kernel::Instant version_1_until_;  // a querier of version 1 was heard. [RFC3810] 8.2.1
  std::array<Pending, kMost> pending_ = {};
  std::size_t count_ = 0;
};

// Registers itself with ICMPv6, which outlives it. Not interrupt-safe; nothing blocks or allocates.
class Mld final : private icmpv6::MessageReceiver {
 public:
  explicit Mld(icmpv6::Icmpv6& icmpv6);
  ~Mld();
  Mld(const Mld&) = delete;
  Mld& operator=(const Mld&) = delete;

  // Reports the groups of the reporter's link from now on, those that are joined already included.
  void Add(Reporter& reporter);

  const Counters& counters() const { return counters_; }

 private:
  friend class Reporter;

  void Receive(Packet& packet, const wire::Icmpv6& header, const IpReceived& received) override;

  icmpv6::Icmpv6& icmpv6_;
  Reporter* reporters_ = nullptr;
  Counters counters_;
};

}  // namespace net::mld

#endif  // ENKEL_NET_MLD_MLD_H_
