// Tells routers, and switches that listen to them, which groups of IPv4 somebody here is in. Version 3 without sources,
// and versions 2 and 1 where a querier speaks those. [RFC3376], [RFC2236], [RFC5790]
//
//   igmp::Igmp igmp(context, ipv4);     // registers itself; groups that are joined from now on are told
#ifndef ENKEL_NET_IGMP_IGMP_H_
#define ENKEL_NET_IGMP_IGMP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ipv4/error_reporter.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/packet.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/igmp.h"

namespace net::igmp {

// Since it was made.
struct Counters {
  std::uint64_t queries = 0;
  std::uint64_t invalid = 0;     // malformed, or from beyond the link
  std::uint64_t reports = 0;     // messages that we sent
  std::uint64_t suppressed = 0;  // answers that somebody else gave before us, to a querier of version 1 or 2
};

// One a stack. Not interrupt-safe; nothing blocks or allocates.
class Igmp final : private Transport, private ipv4::GroupListener, private Timer {
 public:
  // A change is told so often: one message may be lost. [RFC3376] 8.1
  static constexpr std::uint8_t kRobustness = 2;

  // Both outlive it.
  Igmp(Context& context, ipv4::Ipv4& ipv4);
  Igmp(const Igmp&) = delete;
  Igmp& operator=(const Igmp&) = delete;
  ~Igmp();

  const Counters& counters() const { return counters_; }

 private:
  static constexpr std::size_t kMost = 2 * ipv4::Ipv4::kMostGroups;  // joined, and left but not told as often yet
  static constexpr std::size_t kMostQueriers = 4;                    // links whose querier speaks an old version

  // What is still to be said about a group.
  struct Pending {
    Interface* interface = nullptr;
    Ipv4Address group = {};
    std::uint8_t changes = 0;  // messages that say that it was joined, or left
    bool is_queried = false;   // one that says that it is wanted
    kernel::Instant answer_until = kernel::kNever;
    kernel::Instant next_change = kernel::kNever;
  };

  // A link with a querier of an old version. [RFC3376] 7.2.1
  struct Querier {
    const Interface* interface = nullptr;
    kernel::Instant version_1_until = {};
    kernel::Instant version_2_until = {};
  };

  Verdict Receive(Packet& packet, const IpReceived& received) override;
  void OnError(const IpError&, std::span<const std::byte>) override {}
  void OnGroupChange(Interface& interface, Ipv4Address group, bool is_member) override;
  static void OnTimer(Timer& timer, kernel::Instant now);

  void OnQuery(const wire::IgmpQuery& query, Interface& interface);
  void OnReport(const wire::IgmpMessage& report, const Interface& interface);
  void NoteQuerier(const Interface& interface, std::uint8_t version);
  std::uint8_t VersionOn(const Interface& interface) const;

  Pending* Find(const Interface& interface, Ipv4Address group);
  Pending* FindOrAdd(Interface& interface, Ipv4Address group);
  void Say(kernel::Instant now);
  void SayOne(const Pending& pending, bool is_change);
  bool Send(Interface& interface, Ipv4Address destination, Packet packet);
  void Schedule();

  Context& context_;
  ipv4::Ipv4& ipv4_;
  std::array<Pending, kMost> pending_ = {};
  std::size_t count_ = 0;
  std::array<Querier, kMostQueriers> queriers_ = {};
  Counters counters_;
};

}  // namespace net::igmp

#endif  // ENKEL_NET_IGMP_IGMP_H_
