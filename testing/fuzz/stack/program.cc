#include "testing/fuzz/stack/program.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/dns/cache.h"
#include "net/packet/packet.h"
#include "net/tcp/connection.h"
#include "net/tcp/tcp.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"
#include "testing/fuzz/stack/peer.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/host.h"
#include "testing/sim/plain_ip.h"

namespace fuzz {
namespace {

using kernel::Duration;
using kernel::Result;

constexpr std::size_t kCacheEntries = 4;
constexpr std::size_t kMostWritten = 20'000;  // bytes at a time
constexpr std::size_t kMostSent = 9'000;

std::vector<std::byte> Pattern(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i);
  return bytes;
}

}  // namespace

sim::HostOptions Program::OptionsOfHost() {
  return {.number = kHostSide.self,
          .packets = 128,
          .buffers = 128,
          .buffer_size = 2048,
          .clock_offset = {},
          .tcp = {.connections = 8,
                  .listeners = kListeners,
                  .half_open = 3,
                  .time_waits = 3,
                  .ranges = 24,
                  .send_slices = 40,
                  .memory = 200'000}};
}

Program::Program(sim::Host& host, const Side& side)
    : host_(host),
      side_(side),
      cache_storage_(net::dns::Cache::StorageFor(kCacheEntries)),
      dhcp_(host.whole_ip()->ipv4(), host.udp(), host.interface(), *this),
      reporter_(host.whole_ip()->link()),
      mld_(host.whole_ip()->icmpv6()),
      igmp_(host.context(), host.whole_ip()->ipv4()),
      autoconfigurator_(host.whole_ip()->ndp(), host.whole_ip()->link(), this),
      temporary_(autoconfigurator_),
      resolver_(host.context(), host.udp(), cache_storage_),
      over_tcp_(host.tcp()),
      ping_(*host.icmp(), static_cast<net::icmp::Ping::Observer&>(*this)) {
  net::icmpv6::Ping::Observer& echoes = *this;
  ping6_ = std::make_unique<net::icmpv6::Ping>(host.whole_ip()->echo_replies(), echoes);
  mld_.Add(reporter_);
  autoconfigurator_.Start();
  resolver_.UseStreams(over_tcp_);
  const std::array<net::IpAddress, 2> servers = {sim::Ipv4Of(side.other), sim::Ipv6Of(side.other)};
  resolver_.SetServers(servers);
  net::udp::Observer* const datagrams = this;
  for (auto& socket : sockets_) socket = std::make_unique<net::udp::Socket>(host.udp(), datagrams);
  net::dns::LookupObserver& names = *this;
  for (auto& lookup : lookups_) lookup = std::make_unique<net::dns::Lookup>(resolver_, names);
}

Program::~Program() { Stop(); }

void Program::Stop() {
  host_.Do([this] {
    host_.GiveBack();
    for (auto& lookup : lookups_) lookup->Cancel();
    for (auto& socket : sockets_) socket->Close();
    for (net::tcp::Listener& listener : listeners_) listener = {};
    for (Talk& talk : talks_) talk.connection = {};
    dhcp_.Stop();
  });
}

bool Program::IsIdle() const {
  // A lease is renewed at any time.
  if (dhcp_.client().state() != net::dhcp::Client::State::kStopped) return false;
  return connections() == 0 &&
         std::ranges::none_of(sockets_, [](const auto& socket) { return socket->CanReceive(); }) &&
         std::ranges::none_of(lookups_, [](const auto& lookup) { return lookup->is_running(); });
}

std::size_t Program::connections() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(talks_, [](const Talk& talk) { return static_cast<bool>(talk.connection); }));
}

void Program::Take(Step step, Input& input) {
  host_.Do([&] {
    switch (step) {
      case Step::kJoin:
        return Join(input);
      case Step::kPing:
        return Ping(input);
      case Step::kDhcp:
        if (!dhcp_.Start()) dhcp_.Stop();
        return;
      case Step::kLookUp:
        return LookUp(input);
      case Step::kCancelLookUp:
        return lookups_[input.Byte() % kLookups]->Cancel();
      default:
        return step < Step::kBind ? TakeTcp(step, input) : TakeUdp(step, input);
    }
  });
}

// ---- TCP

void Program::TakeTcp(Step step, Input& input) {
  switch (step) {
    case Step::kConnect:
      return Connect(input);
    case Step::kListen:
      return Listen(input);
    case Step::kAccept:
      return Accept(input);
    default: {
      net::tcp::Connection& connection = talks_[input.Byte() % talks_.size()].connection;
      if (connection) TakeConnection(step, connection, input);
    }
  }
}

void Program::TakeConnection(Step step, net::tcp::Connection& connection, Input& input) {
  switch (step) {
    case Step::kWrite:
      (void)connection.Write(Pattern(std::min<std::size_t>(input.Short(), kMostWritten)));
      (void)connection.CanWrite();
      return;
    case Step::kWriteUrgent:
      (void)connection.WriteUrgent(Pattern(input.Byte() + 1u));
      return;
    case Step::kRead: {
      std::vector<std::byte> bytes(input.Byte() * 16u + 1);
      const std::size_t readable = connection.readable();
      const Result<std::size_t> size = connection.Read(bytes);
      Require(!size || *size <= readable);
      if (size) counters_.read_bytes += *size;
      (void)connection.BytesToUrgentMark();
      return;
    }
    case Step::kReadPacket: {
      const Result<net::Packet> packet = connection.ReadPacket();
      if (packet && *packet) counters_.read_bytes += packet->size();
      return;
    }
    case Step::kShutDownWrite:
      return connection.ShutDownWrite();
    case Step::kShutDownRead:
      return connection.ShutDownRead();
    case Step::kAbort:
      return connection.Abort();
    case Step::kClose:
      connection = {};
      return;
    case Step::kSetOptions:
      return connection.SetOptions(OptionsOf(input.Byte()));
    default:
      return;
  }
}

net::tcp::Options Program::OptionsOf(std::uint8_t choice) const {
  net::tcp::Options options;
  options.has_no_delay = (choice & 1) != 0;
  options.aborts_on_close = (choice & 2) != 0;
  options.may_ecn = (choice & 4) == 0;
  if ((choice & 8) != 0) options.keep_alive_idle = Duration::Seconds(10);
  if ((choice & 16) != 0) options.user_timeout = Duration::Seconds(30);
  if ((choice & 32) != 0) options.receive_limit = options.send_limit = 3000;
  return options;
}

Program::Talk* Program::FreeTalk() {
  const auto free = std::ranges::find_if(talks_, [](const Talk& talk) { return !talk.connection && !talk.is_busy; });
  return free == talks_.end() ? nullptr : &*free;
}

void Program::Connect(Input& input) {
  const std::uint8_t how = input.Byte();
  const std::uint8_t options = input.Byte();
  Talk* const talk = FreeTalk();
  if (talk == nullptr) return;
  const net::Endpoint remote = {.address = AddressOf(how),
                                .port = static_cast<std::uint16_t>(side_.other_port + how / 8 % 4)};
  Result<net::tcp::Connection> connection = host_.tcp().Connect({}, remote, OptionsOf(options));
  if (connection) talk->Adopt(*this, std::move(*connection), (options & 64) != 0);
}

void Program::Listen(Input& input) {
  const std::size_t which = input.Byte() % kListeners;
  const std::uint8_t options = input.Byte();
  if (listeners_[which]) {
    listeners_[which] = {};
    return;
  }
  const net::Endpoint local = {.address = {}, .port = static_cast<std::uint16_t>(side_.own_port + which)};
  Result<net::tcp::Listener> listener = host_.tcp().Listen(local, 2, OptionsOf(options));
  if (listener) listeners_[which] = std::move(*listener);
}

void Program::Accept(Input& input) {
  const std::uint8_t which = input.Byte();
  net::tcp::Listener& listener = listeners_[which % kListeners];
  Talk* const talk = FreeTalk();
  if (!listener || talk == nullptr) return;
  Result<net::tcp::Connection> connection = listener.Accept();
  if (connection) talk->Adopt(*this, std::move(*connection), (which & 64) != 0);
}

void Program::Talk::Adopt(Program& its_program, net::tcp::Connection its_connection, bool its_eagerness) {
  program = &its_program;
  connection = std::move(its_connection);
  is_eager = its_eagerness;
  was_established = false;
  connection.SetObserver(this);
  OnChange();
}

void Program::Talk::OnChange() {
  if (is_busy || !connection) return;
  is_busy = true;
  if (!was_established && connection.IsEstablished()) {
    was_established = true;
    ++program->counters_.connected;
  }
  while (is_eager && connection) {
    Result<net::Packet> packet = connection.ReadPacket();
    if (!packet && packet.error() == kernel::Error::kWouldBlock) break;
    if (!packet) {
      connection = {};
    } else if (!*packet) {
      connection.ShutDownWrite();
      if (!connection.IsFinished()) break;
      connection = {};
    } else {
      program->counters_.read_bytes += packet->size();
      for (const net::Slice& slice : packet->slices()) {
        (void)connection.WriteBuffer(slice.buffer.Share(), slice.offset, slice.size);
      }
    }
  }
  is_busy = false;
}

// ---- Datagrams and the rest

net::IpAddress Program::AddressOf(std::uint8_t choice) const {
  switch (choice % 8) {
    case 2:
      return sim::Ipv4Of(side_.self);
    case 3:
      return sim::Ipv6Of(side_.self);
    case 4:
      return net::Ipv4Address::Of(198, 51, 100, 1);  // no route, unless DHCP brings one
    case 5:
      return net::Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9);
    case 6:
      return net::Ipv4Address::Of(239, 1, 2, 3);
    case 7:
      return net::Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 0x77);
    default:
      if (choice % 2 == 0) return sim::Ipv4Of(side_.other);
      return sim::Ipv6Of(side_.other);
  }
}

void Program::TakeUdp(Step step, Input& input) {
  if (step == Step::kSend) return Send(input);
  net::udp::Socket& socket = *sockets_[input.Byte() % kSockets];
  switch (step) {
    case Step::kBind: {
      const std::uint8_t how = input.Byte();
      socket.options().is_ipv6_only = (how & 1) != 0;
      socket.options().must_not_fragment = (how & 2) != 0;
      socket.options().may_broadcast = true;
      socket.options().most_packets = 4;
      const net::IpAddress address = (how & 4) != 0 ? AddressOf(how / 32) : net::IpAddress();
      (void)socket.Bind({.address = address, .port = static_cast<std::uint16_t>(side_.own_port + how / 8 % 4)});
      return;
    }
    case Step::kConnectSocket:
      (void)socket.Connect({.address = AddressOf(input.Byte()), .port = side_.other_port});
      return;
    case Step::kReceive:
      return Receive(socket);
    default:
      return socket.Close();
  }
}

void Program::Send(Input& input) {
  net::udp::Socket& socket = *sockets_[input.Byte() % kSockets];
  const std::uint8_t how = input.Byte();
  net::Packet packet = host_.PacketOf(Pattern(std::min<std::size_t>(input.Short(), kMostSent)));
  if (!packet) return;
  if ((how & 64) != 0) {
    (void)socket.Send(std::move(packet));
    return;
  }
  (void)socket.SendTo(std::move(packet), {.address = AddressOf(how), .port = side_.other_port});
}

void Program::Receive(net::udp::Socket& socket) {
  const Result<net::udp::Datagram> datagram = socket.Receive();
  if (datagram) ++counters_.datagrams;
}

// The first socket is an eager one: what comes goes back.
void Program::OnChange(net::udp::Socket& socket) {
  if (&socket != sockets_[0].get()) return;
  while (socket.CanReceive()) {
    Result<net::udp::Datagram> datagram = socket.Receive();
    if (!datagram) continue;
    ++counters_.datagrams;
    (void)socket.SendTo(std::move(datagram->payload), datagram->source);
  }
}

void Program::Join(Input& input) {
  const std::uint8_t which = input.Byte() % (2 * kGroups);
  sim::WholeIp& ip = *host_.whole_ip();
  const net::Ipv4Address ipv4 = net::Ipv4Address::Of(239, 1, 2, static_cast<std::uint8_t>(which));
  const net::Ipv6Address ipv6 =
      net::Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, static_cast<std::uint16_t>(0x70 + which));
  if (is_member_[which]) {
    which < kGroups ? (void)ip.ipv4().LeaveGroup(host_.interface(), ipv4) : ip.link().LeaveGroup(ipv6);
    is_member_[which] = false;
  } else {
    is_member_[which] = which < kGroups ? ip.ipv4().JoinGroup(host_.interface(), ipv4).has_value()
                                        : ip.link().JoinGroup(ipv6).has_value();
  }
}

void Program::Ping(Input& input) {
  net::Packet packet = host_.PacketOf(Pattern(std::min<std::size_t>(input.Short(), kMostSent)));
  if (!packet) return;
  if (packet.size() % 2 == 0) {
    (void)ping_.Send(sim::Ipv4Of(side_.other), std::move(packet));
  } else {
    (void)ping6_->Send(sim::Ipv6Of(side_.other), std::move(packet));
  }
}

void Program::OnReply(const net::icmpv6::Ping::Reply& reply, const net::Packet& payload) {
  Require(reply.size == payload.size());
  ++counters_.echoes;
}

void Program::OnReply(const net::icmp::Ping::Reply& reply, const net::Packet& payload) {
  Require(reply.size == payload.size());
  ++counters_.echoes;
}

void Program::LookUp(Input& input) {
  constexpr std::array<const char*, 4> kNames = {"enkel.example", "www.enkel.example", "a.b.c.example",
                                                 "4.3.2.1.in-addr.arpa"};
  constexpr std::array<net::wire::DnsType, 3> kTypes = {net::wire::DnsType::kA, net::wire::DnsType::kAaaa,
                                                        net::wire::DnsType::kPtr};
  net::dns::Lookup& lookup = *lookups_[input.Byte() % kLookups];
  const std::uint8_t how = input.Byte();
  if (lookup.is_running()) return;
  lookup.Start({.name = net::wire::DnsName::FromText(kNames[how % 4]).value(), .type = kTypes[how / 4 % 3]});
  if (!lookup.is_running()) OnResolved(lookup);
}

void Program::OnResolved(net::dns::Lookup& lookup) { counters_.names += lookup.result().has_value() ? 1 : 0; }

}  // namespace fuzz
