#include "net/mld/mld.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/icmpv6/icmpv6.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"
#include "net/wire/mld.h"

namespace net::mld {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::kNever;
using wire::Icmpv6Type;

// Where reports of version 2 go: ff02::16. [RFC3810] 5.2.14
constexpr Ipv6Address kReportsGroup = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0x16);

constexpr Duration kChangeInterval = Duration::Seconds(1);  // [RFC3810] 9.11

// [RFC3810] 9.12: robustness * query interval + query response interval.
constexpr Duration kVersion1Time = Duration::Seconds(2 * 125 + 10);

constexpr std::uint32_t kMostDelay = 60'000;  // milliseconds: no honest querier gives more time
constexpr std::size_t kMostMessage = 1'460;   // bytes
constexpr std::size_t kVersion1Size = 24;     // bytes of a report
constexpr std::size_t kGroupPlace = 8;        // in it

// Nobody is told of the group of all nodes, or of one that stays within this host. [RFC3810] 6
bool IsReported(const Ipv6Address& group) {
  return group != kAllNodes && (static_cast<unsigned>(group.bytes[1]) & 0xf) > 1;
}

}  // namespace

Mld::Mld(icmpv6::Icmpv6& icmpv6) : icmpv6_(icmpv6) { icmpv6.Register(Icmpv6Type::kListenerQuery, *this); }

Mld::~Mld() {
  for (Reporter* reporter = reporters_; reporter != nullptr; reporter = reporter->next_) {
    reporter->link_.RemoveGroupListener();
    icmpv6_.ipv6().context().timers().Stop(*reporter);
  }
}

void Mld::Add(Reporter& reporter) {
  reporter.mld_ = this;
  reporter.next_ = std::exchange(reporters_, &reporter);
  reporter.link_.SetGroupListener(reporter);
}

// [RFC3810] 6.2: from a router of the link, with a hop limit of 1.
void Mld::Receive(Packet& packet, const wire::Icmpv6&, const IpReceived& received) {
  ++counters_.queries;
  Reporter* reporter = reporters_;
  while (reporter != nullptr && &reporter->link_.interface() != received.interface) reporter = reporter->next_;
  std::array<std::byte, kMostMessage> bytes;
  const bool is_valid = received.source.ipv6().IsLinkLocal() && received.hop_limit == 1 && !received.was_fragmented &&
                        packet.size() <= bytes.size();
  const auto query = wire::ListenerQuery::Parse(std::span(bytes).first(is_valid ? packet.CopyTo(0, bytes) : 0));
  if (!query) {
    ++counters_.invalid;
    return;
  }
  if (reporter != nullptr) reporter->Query(*query);
}

void Reporter::OnJoined(ipv6::Link&, const Ipv6Address& group) { Change(group); }

void Reporter::OnLeft(ipv6::Link&, const Ipv6Address& group) { Change(group); }

Reporter::Pending* Reporter::Find(const Ipv6Address& group) {
  for (Pending& each : std::span(pending_).first(count_)) {
    if (each.group == group) return &each;
  }
  return nullptr;
}

Reporter::Pending* Reporter::FindOrAdd(const Ipv6Address& group) {
  if (Pending* const known = Find(group)) return known;
  if (count_ == kMost) return nullptr;  // routers find out when they ask
  pending_[count_] = {.group = group, .answer_until = kNever, .next_change = kNever};
  return &pending_[count_++];
}

// Said at once, and again after a while. [RFC3810] 6.1
void Reporter::Change(const Ipv6Address& group) {
  Pending* const pending = IsReported(group) ? FindOrAdd(group) : nullptr;
  if (pending == nullptr) return;
  Context& context = mld_->icmpv6_.ipv6().context();
  pending->changes = kRobustness;
  pending->next_change = context.now();
  Schedule();
  context.RequestPoll();
}

// Answers come at random moments within the time that the querier gives. [RFC3810] 6.2
void Reporter::Query(const wire::ListenerQuery& query) {
  Context& context = mld_->icmpv6_.ipv6().context();
  if (query.is_version_1) version_1_until_ = context.now() + kVersion1Time;
  const std::uint32_t most = std::min(query.most_delay, kMostDelay);
  for (const ipv6::Link::Group& group : link_.groups()) {
    if (!IsReported(group.address) || (!query.group.IsUnspecified() && query.group != group.address)) continue;
    Pending* const pending = FindOrAdd(group.address);
    if (pending == nullptr) break;
    const Instant at = context.now() + Duration::Milliseconds(context.random().Below(most + 1));
    pending->answer_until = pending->is_queried ? std::min(pending->answer_until, at) : at;
    pending->is_queried = true;
  }
  Schedule();
}

void Reporter::Schedule() {
  Instant next = kNever;
  for (const Pending& each : std::span(pending_).first(count_)) {
    next = std::min({next, each.next_change, each.answer_until});
  }
  Context& context = mld_->icmpv6_.ipv6().context();
  if (next == kNever) return context.timers().Stop(*this);
  context.timers().Start(*this, next);
}

void Reporter::OnTimer(Timer& timer, Instant now) {
  auto& self = static_cast<Reporter&>(timer);
  self.Say(now);
  self.Schedule();
}

// What is due. A message that no packet was left for is said with the next.
void Reporter::Say(Instant now) {
  for (std::size_t i = count_; i > 0; --i) {
    Pending& pending = pending_[i - 1];
    if (pending.next_change <= now) {
      SayOne(pending, true);
      --pending.changes;
      pending.next_change = pending.changes > 0 ? now + kChangeInterval : kNever;
    }
    if (pending.answer_until <= now) {
      if (link_.IsMember(pending.group)) SayOne(pending, false);
      pending.is_queried = false;
      pending.answer_until = kNever;
    }
    if (pending.changes == 0 && !pending.is_queried) pending = pending_[--count_];
  }
}

bool Reporter::SayOne(const Pending& pending, bool is_change) {
  icmpv6::Icmpv6& icmpv6 = mld_->icmpv6_;
  ipv6::Ipv6& ipv6 = icmpv6.ipv6();
  Context& context = ipv6.context();
  const bool is_member = link_.IsMember(pending.group);
  const bool is_version_1 = context.now() < version_1_until_;
  Packet packet = context.packets().Take();
  if (!packet) return false;
  Ipv6Address destination = kReportsGroup;
  wire::Icmpv6 header;
  if (is_version_1) {
    const std::span<std::byte> bytes = packet.Prepend(kVersion1Size);
    header.type = is_member ? Icmpv6Type::kListenerReport : Icmpv6Type::kListenerDone;
    header.Write(bytes);
    pending.group.Store(&bytes[kGroupPlace]);
    destination = is_member ? pending.group : kAllRouters;
  } else {
    using Kind = wire::ListenerRecord::Kind;
    const std::span<std::byte> bytes = packet.Prepend(wire::kListenerReportHead + wire::ListenerRecord::kSize);
    header.type = Icmpv6Type::kListenerReportV2;
    header.body = wire::ListenerReportBody(1);
    header.Write(bytes);
    const Kind kind = !is_change ? Kind::kIsExclude : is_member ? Kind::kToExclude : Kind::kToInclude;
    wire::ListenerRecord{.kind = kind, .group = pending.group}.Write(bytes.subspan(wire::kListenerReportHead));
  }
  // From a link-local address, or from none while there is none. [RFC3590]
  Ipv6Address source;
  for (const ipv6::Address& address : ipv6.addresses().all()) {
    const bool is_ready = address.state != ipv6::AddressState::kTentative;
    if (address.link == &link_ && is_ready && address.address.IsLinkLocal()) source = address.address;
  }
  ++mld_->counters_.reports;
  return icmpv6
      .SendLocal(
          std::move(packet),
          {.link = link_, .source = source, .destination = destination, .hop_limit = 1, .has_router_alert = true})
      .has_value();
}

}  // namespace net::mld
