// Conversations that stack_fuzz begins with, each recorded from a simulation.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv6.h"
#include "net/wire/mld.h"
#include "net/wire/ndp.h"
#include "testing/fuzz/stack/recording.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/cable.h"
#include "testing/sim/plain_ip.h"

namespace fuzz {
namespace {

using kernel::Duration;

constexpr int kEager = 64;
constexpr int kIpv4 = 0;  // addresses: see Program::AddressOf
constexpr int kIpv6 = 1;
constexpr int kNowhere = 8;  // the next port, where nobody listens
constexpr int kGroup = 6;

void Settle(Recording& recording) { recording.Run(Duration::Seconds(4)); }

// Opens, writes, reads the echo, closes.
void Call(Recording& recording, int version) {
  recording.LetOther(Step::kListen, {0, 0});
  recording.Do(Step::kConnect, {version, 0});
  recording.Run(Duration::Milliseconds(5));
  recording.LetOther(Step::kAccept, {kEager});
  recording.Do(Step::kWrite, {0, 0x20, 0});
  recording.Run(Duration::Milliseconds(300));
  recording.Do(Step::kRead, {0, 255});
  recording.Do(Step::kWriteUrgent, {0, 9});
  recording.Run(Duration::Seconds(2));
  for (int i = 0; i < 6; ++i) recording.Do(Step::kReadPacket, {0});
  recording.Do(Step::kShutDownWrite, {0});
  recording.Run(Duration::Seconds(2));
  recording.Do(Step::kRead, {0, 255});
  recording.Do(Step::kClose, {0});
  recording.Run(Duration::Seconds(1));
}

void CallOverIpv4(Recording& recording) {
  Settle(recording);
  Call(recording, kIpv4);
}

void CallOverIpv6(Recording& recording) {
  Settle(recording);
  Call(recording, kIpv6);
}

// The same, listening; two callers, one of whom breaks off; and a third whom nobody accepts.
void BeCalled(Recording& recording) {
  Settle(recording);
  recording.Do(Step::kListen, {0, 1});
  for (int i = 0; i < 3; ++i) recording.LetOther(Step::kConnect, {i % 2, 1});
  recording.Run(Duration::Milliseconds(20));
  recording.Do(Step::kAccept, {kEager});
  recording.Do(Step::kAccept, {0});
  recording.LetOther(Step::kWrite, {0, 0x10, 0});
  recording.LetOther(Step::kWrite, {1, 0x01, 0});
  recording.Run(Duration::Milliseconds(300));
  recording.LetOther(Step::kAbort, {1});
  recording.LetOther(Step::kShutDownWrite, {0});
  recording.Run(Duration::Seconds(1));
  recording.LetOther(Step::kClose, {0});
  recording.Do(Step::kListen, {0, 0});
  recording.Run(Duration::Seconds(70));
}

// Where nobody listens; a closed window that is probed; keep-alive; a cable that is pulled; no memory.
void Misfortunes(Recording& recording) {
  Settle(recording);
  recording.Do(Step::kConnect, {kIpv4 + kNowhere, 0});
  recording.Run(Duration::Milliseconds(50));
  recording.LetOther(Step::kListen, {0, 32});
  recording.Do(Step::kConnect, {kIpv4, 8});
  recording.Run(Duration::Milliseconds(5));
  recording.LetOther(Step::kAccept, {0});
  recording.Do(Step::kWrite, {1, 0x40, 0});
  recording.Run(Duration::Seconds(5));
  recording.SetPlugged(false);
  recording.Run(Duration::Seconds(2));
  recording.SetPlugged(true);
  recording.Run(Duration::Seconds(8));
  recording.SetHungry(true);
  recording.LetOther(Step::kWrite, {0, 0x10, 0});
  recording.Run(Duration::Milliseconds(400));
  recording.SetHungry(false);
  recording.Run(Duration::Seconds(25));
  recording.Do(Step::kAbort, {1});
  recording.Run(Duration::Seconds(1));
}

// Both ways, both versions, in fragments; to where nobody is; an echo.
void Datagrams(Recording& recording) {
  Settle(recording);
  recording.LetOther(Step::kBind, {0, 0});
  recording.Do(Step::kBind, {1, 0});
  recording.Do(Step::kSend, {1, kIpv4, 0x00, 0x40});
  recording.Do(Step::kSend, {1, kIpv6, 0x10, 0x00});
  recording.Run(Duration::Milliseconds(500));
  recording.Do(Step::kReceive, {1});
  recording.Do(Step::kReceive, {1});
  recording.Do(Step::kConnectSocket, {2, kIpv4});
  recording.LetOther(Step::kCloseSocket, {0});
  recording.Do(Step::kSend, {2, 64, 0x00, 0x10});
  recording.Run(Duration::Milliseconds(500));
  recording.Do(Step::kReceive, {2});
  recording.Do(Step::kPing, {0x10, 0x00});
  recording.Do(Step::kPing, {0x10, 0x01});
  recording.Run(Duration::Seconds(1));
}

void Lease(Recording& recording) {
  Settle(recording);
  recording.Do(Step::kDhcp, {});
  recording.Run(Duration::Seconds(400));
  recording.Do(Step::kDhcp, {});
  recording.Run(Duration::Seconds(1));
}

void Names(Recording& recording) {
  Settle(recording);
  recording.Do(Step::kLookUp, {0, 0});
  recording.Do(Step::kLookUp, {1, 4});
  recording.Run(Duration::Seconds(1));
  recording.Do(Step::kLookUp, {0, 8 + 3});
  recording.Do(Step::kLookUp, {1, 1});
  recording.Run(Duration::Seconds(30));
}

template <typename Message>
std::vector<std::byte> FromRouter(net::wire::Icmpv6Type type, const Message& message, std::uint8_t hop_limit) {
  const net::Ipv6Address router = net::Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 2);
  std::vector<std::byte> frame(net::wire::kEthernetSize + net::wire::kIpv6Size + message.size());
  net::wire::Ethernet{.destination = net::MacOfGroup(net::kAllNodes),
                      .source = sim::MacOf(kPeerSide.self),
                      .type = net::wire::EtherType::kIpv6}
      .Write(frame);
  const auto packet = std::span(frame).subspan(net::wire::kEthernetSize);
  net::wire::Ipv6{.payload_size = static_cast<std::uint16_t>(message.size()),
                  .next_header = net::wire::IpProtocol::kIcmpv6,
                  .hop_limit = hop_limit,
                  .source = router,
                  .destination = net::kAllNodes}
      .Write(packet);
  const auto body = packet.subspan(net::wire::kIpv6Size);
  message.Write(body);
  body[0] = static_cast<std::byte>(type);
  return frame;
}

// A router tells of a network and a name server, and asks for groups.
void Router(Recording& recording) {
  recording.Run(Duration::Seconds(1));
  recording.Do(Step::kJoin, {1});
  recording.Do(Step::kJoin, {5});
  net::wire::RouterAdvertisement advertisement = {.hop_limit = 64, .lifetime = 1800};
  advertisement.options.source_mac = sim::MacOf(kPeerSide.self);
  advertisement.options.mtu = 1400;
  advertisement.options.prefix_count = 1;
  advertisement.options.prefixes[0] = {.prefix_size = 64,
                                       .is_on_link = true,
                                       .is_for_addresses = true,
                                       .valid = 9000,
                                       .preferred = 4000,
                                       .prefix = net::Ipv6Address::Of(0x2001, 0xdb8, 0, 5, 0, 0, 0, 0)};
  advertisement.options.dns_count = 1;
  advertisement.options.dns[0] = {.lifetime = 1200, .servers = {sim::Ipv6Of(kPeerSide.self)}, .count = 1};
  recording.Inject(FromRouter(net::wire::Icmpv6Type::kRouterAdvertisement, advertisement, 255));
  recording.Run(Duration::Seconds(3));
  recording.Do(Step::kSend, {0, 5, 0, 0x20});
  recording.Run(Duration::Seconds(1));
  recording.Inject(FromRouter(net::wire::Icmpv6Type::kListenerQuery, net::wire::ListenerQuery{.most_delay = 1000}, 1));
  recording.Run(Duration::Seconds(2));
  recording.Do(Step::kSend, {0, kGroup, 0, 0x20});
  recording.Do(Step::kJoin, {1});
  recording.Do(Step::kJoin, {5});
  recording.Run(Duration::Seconds(60));
}

constexpr sim::Conditions kBad = {
    .lost = 60'000, .doubled = 20'000, .damaged = 0, .overtaken = 60'000, .longest_hold = Duration::Milliseconds(20)};

}  // namespace

const std::vector<Seed>& Seeds() {
  static const std::vector<Seed> seeds = {
      {.name = "call_ipv4", .record = CallOverIpv4, .conditions = {}},
      {.name = "call_ipv6", .record = CallOverIpv6, .conditions = {}},
      {.name = "call_bad_cable", .record = CallOverIpv4, .conditions = kBad},
      {.name = "be_called", .record = BeCalled, .conditions = {}},
      {.name = "misfortunes", .record = Misfortunes, .conditions = {}},
      {.name = "datagrams", .record = Datagrams, .conditions = {}},
      {.name = "lease", .record = Lease, .conditions = {}},
      {.name = "names", .record = Names, .conditions = {}},
      {.name = "router", .record = Router, .conditions = {}},
  };
  return seeds;
}

}  // namespace fuzz
