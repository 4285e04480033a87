#include "net/igmp/igmp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/packet.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/igmp.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::igmp {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::kNever;
using wire::IgmpType;

constexpr Ipv4Address kAllHosts = Ipv4Address::Of(224, 0, 0, 1);
constexpr Ipv4Address kAllRouters = Ipv4Address::Of(224, 0, 0, 2);
constexpr Ipv4Address kReportsGroup = Ipv4Address::Of(224, 0, 0, 22);  // [RFC3376] 4.2.14

constexpr Duration kChangeInterval = Duration::Seconds(1);      // [RFC3376] 8.11
constexpr Duration kOldChangeInterval = Duration::Seconds(10);  // [RFC2236] 8.10

// Robustness * query interval + query response interval. [RFC3376] 8.12
constexpr Duration kOldQuerierTime = Duration::Seconds(2 * 125 + 10);

constexpr std::uint32_t kMostDelay = 60'000;  // milliseconds: no honest querier gives more time
constexpr std::size_t kMostMessage = 1'480;   // bytes

// A router looks at a packet with this option although it is not for it. [RFC2113] 2.1
constexpr std::uint32_t kRouterAlert = 0x9404'0000;
constexpr std::size_t kHeaderSize = wire::kIpv4Size + sizeof(kRouterAlert);
constexpr std::uint8_t kInternetworkControl = 0xc0;  // [RFC3376] 4

}  // namespace

Igmp::Igmp(Context& context, ipv4::Ipv4& ipv4) : Timer(OnTimer), context_(context), ipv4_(ipv4) {
  ipv4.Register(wire::IpProtocol::kIgmp, *this);
  ipv4.UseGroupListener(*this);
  for (const ipv4::Ipv4::Group& joined : ipv4.groups()) OnGroupChange(*joined.interface, joined.group, true);
}

Igmp::~Igmp() { context_.timers().Stop(*this); }

// ---- What comes

// From this link alone: routers pass nothing of it on. [RFC3376] 4
Transport::Verdict Igmp::Receive(Packet& packet, const IpReceived& received) {
  std::array<std::byte, kMostMessage> bytes;
  const bool is_valid = received.hop_limit == 1 && packet.size() <= bytes.size() && received.interface != nullptr;
  const auto message = std::span(bytes).first(is_valid ? packet.CopyTo(0, bytes) : 0);
  if (!message.empty() && message[0] == static_cast<std::byte>(IgmpType::kQuery)) {
    ++counters_.queries;
    if (const auto query = wire::IgmpQuery::Parse(message)) {
      OnQuery(*query, *received.interface);
      return Verdict::kDone;
    }
  } else if (const auto report = wire::IgmpMessage::Parse(message)) {
    OnReport(*report, *received.interface);
    return Verdict::kDone;
  }
  if (message.empty() || message[0] != static_cast<std::byte>(IgmpType::kReportV3)) ++counters_.invalid;
  return Verdict::kDone;
}

// Answers come at random moments within the time that the querier gives. [RFC3376] 5.2
void Igmp::OnQuery(const wire::IgmpQuery& query, Interface& interface) {
  if (query.version < 3) NoteQuerier(interface, query.version);
  const std::uint32_t most = std::min(query.most_delay, kMostDelay);
  for (const ipv4::Ipv4::Group& joined : ipv4_.groups()) {
    if (joined.interface != &interface || joined.group == kAllHosts) continue;
    if (!query.group.IsUnspecified() && query.group != joined.group) continue;
    Pending* const pending = FindOrAdd(interface, joined.group);
    if (pending == nullptr) break;
    const Instant at = context_.now() + Duration::Milliseconds(context_.random().Below(most + 1));
    pending->answer_until = pending->is_queried ? std::min(pending->answer_until, at) : at;
    pending->is_queried = true;
  }
  Schedule();
}

// One answer is enough for an old querier. [RFC2236] 3
void Igmp::OnReport(const wire::IgmpMessage& report, const Interface& interface) {
  if (report.type == IgmpType::kLeave || VersionOn(interface) == 3) return;
  Pending* const pending = Find(interface, report.group);
  if (pending == nullptr || !pending->is_queried) return;
  ++counters_.suppressed;
  pending->is_queried = false;
  pending->answer_until = kNever;
  if (pending->changes == 0) *pending = pending_[--count_];
  Schedule();
}

// [RFC3376] 7.2.1
void Igmp::NoteQuerier(const Interface& interface, std::uint8_t version) {
  const Instant until = context_.now() + kOldQuerierTime;
  auto place = std::ranges::find(queriers_, &interface, &Querier::interface);
  if (place == queriers_.end()) {
    place = std::ranges::find_if(queriers_, [this](const Querier& each) {
      return each.version_1_until <= context_.now() && each.version_2_until <= context_.now();
    });
    if (place == queriers_.end()) return;
    *place = {.interface = &interface};
  }
  (version == 1 ? place->version_1_until : place->version_2_until) = until;
}

std::uint8_t Igmp::VersionOn(const Interface& interface) const {
  const auto known = std::ranges::find(queriers_, &interface, &Querier::interface);
  if (known == queriers_.end()) return 3;
  if (known->version_1_until > context_.now()) return 1;
  return known->version_2_until > context_.now() ? 2 : 3;
}

// ---- What is to be said

Igmp::Pending* Igmp::Find(const Interface& interface, Ipv4Address group) {
  for (Pending& each : std::span(pending_).first(count_)) {
    if (each.interface == &interface && each.group == group) return &each;
  }
  return nullptr;
}

Igmp::Pending* Igmp::FindOrAdd(Interface& interface, Ipv4Address group) {
  if (Pending* const known = Find(interface, group)) return known;
  if (count_ == kMost) return nullptr;  // routers find out when they ask
  pending_[count_] = {.interface = &interface, .group = group};
  return &pending_[count_++];
}

// Said at once, and again after a while. [RFC3376] 5.1
void Igmp::OnGroupChange(Interface& interface, Ipv4Address group, bool) {
  Pending* const pending = group == kAllHosts || interface.is_loopback() ? nullptr : FindOrAdd(interface, group);
  if (pending == nullptr) return;
  pending->changes = kRobustness;
  pending->next_change = context_.now();
  Schedule();
  context_.RequestPoll();
}

void Igmp::Schedule() {
  Instant next = kNever;
  for (const Pending& each : std::span(pending_).first(count_)) {
    next = std::min({next, each.next_change, each.answer_until});
  }
  if (next == kNever) return context_.timers().Stop(*this);
  context_.timers().Start(*this, next);
}

void Igmp::OnTimer(Timer& timer, Instant now) {
  auto& self = static_cast<Igmp&>(timer);
  self.Say(now);
  self.Schedule();
}

// What is due. What no packet was left for is said with the next.
void Igmp::Say(Instant now) {
  for (std::size_t i = count_; i > 0; --i) {
    Pending& pending = pending_[i - 1];
    if (pending.next_change <= now) {
      SayOne(pending, true);
      --pending.changes;
      const Duration interval = VersionOn(*pending.interface) == 3 ? kChangeInterval : kOldChangeInterval;
      pending.next_change = pending.changes > 0 ? now + interval : kNever;
    }
    if (pending.answer_until <= now) {
      if (ipv4_.IsInGroup(*pending.interface, pending.group)) SayOne(pending, false);
      pending.is_queried = false;
      pending.answer_until = kNever;
    }
    if (pending.changes == 0 && !pending.is_queried) pending = pending_[--count_];
  }
}

void Igmp::SayOne(const Pending& pending, bool is_change) {
  const bool is_member = ipv4_.IsInGroup(*pending.interface, pending.group);
  const std::uint8_t version = VersionOn(*pending.interface);
  if (version == 1 && !is_member) return;  // who leaves says nothing. [RFC1112] appendix I
  Packet packet = context_.packets().Take();
  if (!packet) return;
  Ipv4Address destination = kReportsGroup;
  if (version == 3) {
    using Kind = wire::IgmpReport::Kind;
    const Kind kind = !is_change ? Kind::kIsExclude : is_member ? Kind::kToExclude : Kind::kToInclude;
    wire::IgmpReport{.kind = kind, .group = pending.group}.Write(packet.Prepend(wire::IgmpReport::kSize));
  } else {
    const IgmpType report = version == 1 ? IgmpType::kReportV1 : IgmpType::kReportV2;
    wire::IgmpMessage{.type = is_member ? report : IgmpType::kLeave, .group = pending.group}.Write(
        packet.Prepend(wire::kIgmpSize));
    destination = is_member ? pending.group : kAllRouters;
  }
  if (Send(*pending.interface, destination, std::move(packet))) ++counters_.reports;
}

// In a packet of its own making: IPv4 sends no options for others. From 0.0.0.0 where there is no address yet.
// [RFC3376] 4.2.13
bool Igmp::Send(Interface& interface, Ipv4Address destination, Packet packet) {
  const ipv4::InterfaceAddress* const own = ipv4_.addresses().Choose(interface, destination);
  const std::size_t total_size = kHeaderSize + packet.size();
  const std::span<std::byte> bytes = packet.Prepend(kHeaderSize);
  wire::Ipv4{.traffic_class = kInternetworkControl,
             .total_size = static_cast<std::uint16_t>(total_size),
             .must_not_fragment = true,
             .time_to_live = 1,
             .protocol = wire::IpProtocol::kIgmp,
             .source = own == nullptr ? Ipv4Address() : own->address,
             .destination = destination}
      .Write(bytes);
  wire::StoreBig(&bytes[wire::kIpv4Size], kRouterAlert);
  constexpr std::size_t kChecksum = 10;
  bytes[0] = static_cast<std::byte>(4 << 4 | kHeaderSize / 4);
  wire::StoreBig(&bytes[kChecksum], std::uint16_t{0});
  wire::Checksum sum;
  sum.Add(bytes);
  wire::StoreBig(&bytes[kChecksum], sum.Finish());
  return interface.Send(std::move(packet), MacOfGroup(destination), wire::EtherType::kIpv4).has_value();
}

}  // namespace net::igmp
