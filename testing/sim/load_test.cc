// TCP under load: a million idle connections, a flood of SYNs, and memory that is used up.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/device.h"
#include "net/packet/packet.h"
#include "net/tcp/connection.h"
#include "net/tcp/listener.h"
#include "net/tcp/observer.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/tcp.h"
#include "testing/sim/cable.h"
#include "testing/sim/host.h"
#include "testing/sim/plain_ip.h"
#include "testing/sim/world.h"

namespace sim {
namespace {

using kernel::Duration;
using net::tcp::Connection;
using net::tcp::Listener;

constexpr std::uint16_t kFirstPort = 80;

// A client and a server on a good cable.
struct Pair {
  Pair(std::uint64_t seed, HostOptions client_options, HostOptions server_options)
      : world(seed), client(world, client_options), server(world, server_options) {
    client.card().Plug(cable, Cable::End::kLeft);
    server.card().Plug(cable, Cable::End::kRight);
    cable.SetConditions({.delay = Duration::Microseconds(100)});
  }

  // Each once the other's answer had its time.
  void Settle() { world.RunFor(Duration::Milliseconds(2)); }

  Connection Connect(std::uint16_t port) {
    return client.Do([&] {
      kernel::Result<Connection> made =
          client.tcp().Connect({}, {.address = Ipv4Of(server.number()), .port = port}, {});
      EXPECT_TRUE(made);
      return made ? std::move(*made) : Connection();
    });
  }

  World world;
  Host client;
  Host server;
  Cable cable{world, client.card(), server.card()};
};

Listener ListenAt(Host& host, std::uint16_t port, std::size_t backlog) {
  return host.Do([&] {
    kernel::Result<Listener> made = host.tcp().Listen({.address = {}, .port = port}, backlog, {});
    EXPECT_TRUE(made);
    return made ? std::move(*made) : Listener();
  });
}

TEST(Load, AMillionIdleConnectionsAreHeldAndCostNothing) {
  constexpr std::size_t kConnections = 1'000'000;
  constexpr std::size_t kPorts = 100;  // of the server: 10,000 connections each
  constexpr std::size_t kBatch = 100;
  const net::tcp::Config config = {.connections = kConnections,
                                   .listeners = kPorts,
                                   .half_open = 256,
                                   .time_waits = 16,
                                   .ranges = 4096,
                                   .send_slices = 4096};
  Pair pair(1, {.number = 1, .packets = 4096, .buffers = 4096, .has_plain_ip = true, .tcp = config},
            {.number = 2, .packets = 4096, .buffers = 4096, .has_plain_ip = true, .tcp = config});
  std::vector<Listener> listeners;
  for (std::size_t i = 0; i < kPorts; ++i) {
    listeners.push_back(ListenAt(pair.server, static_cast<std::uint16_t>(kFirstPort + i), kBatch));
  }
  std::vector<Connection> clients;
  std::vector<Connection> servers;
  clients.reserve(kConnections);
  servers.reserve(kConnections);
  while (clients.size() < kConnections) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      clients.push_back(pair.Connect(static_cast<std::uint16_t>(kFirstPort + clients.size() % kPorts)));
    }
    pair.Settle();
    for (Listener& listener : listeners) {
      while (kernel::Result<Connection> accepted = listener.Accept()) servers.push_back(std::move(*accepted));
    }
  }
  ASSERT_EQ(servers.size(), kConnections);
  EXPECT_EQ(pair.server.tcp().connections(), kConnections);
  EXPECT_EQ(pair.server.tcp().memory_used(), 0u);  // buffers only where there is data
  EXPECT_EQ(pair.server.buffers().free_count(), pair.server.buffers().count());

  const std::size_t size = net::tcp::Tcp::StorageFor(config);
  std::printf("%zu connections in %zu bytes: %zu bytes each\n", kConnections, size, size / kConnections);
  EXPECT_LE(size / kConnections, 1024u + 64);  // with its place in the tables

  // A day without a word: nothing happens, for nobody.
  pair.world.RunFor(Duration::Seconds(60));
  const std::uint64_t events = pair.world.event_count();
  pair.world.RunFor(Duration::Seconds(24 * 3600));
  EXPECT_EQ(pair.world.event_count(), events);

  // Any of them is there at once.
  for (std::size_t i = 0; i < 1000; ++i) {
    const std::size_t which = pair.world.random().Below(kConnections);
    const std::array<std::byte, 1> byte = {static_cast<std::byte>(i)};
    EXPECT_TRUE(pair.client.Do([&] { return clients[which].Write(byte); }));
    if (i % 100 == 0) pair.Settle();
  }
  pair.world.RunFor(Duration::Milliseconds(100));
  std::size_t readable = 0;
  for (const Connection& server : servers) readable += server.readable();
  EXPECT_EQ(readable, 1000u);

  for (std::size_t i = 0; i < kConnections; ++i) {
    pair.client.Do([&] { clients[i].Abort(); });
    if (i % kBatch == 0) pair.Settle();
  }
  pair.Settle();
  clients.clear();
  servers.clear();
  pair.Settle();
  EXPECT_EQ(pair.server.tcp().connections(), 0u);
  EXPECT_EQ(pair.client.tcp().connections(), 0u);
  EXPECT_EQ(pair.server.buffers().free_count(), pair.server.buffers().count());
}

// A SYN from anybody, on the server's cable.
Frame SynFrom(World& world, net::Ipv4Address source, std::uint16_t server, std::uint16_t port) {
  constexpr std::size_t kTcpPlace = net::wire::kEthernetSize + net::wire::kIpv4Size;
  Frame frame = {.bytes = std::vector<std::byte>(kTcpPlace + net::wire::kTcpSize), .info = {}};
  const auto bytes = std::span(frame.bytes);
  net::wire::Ethernet{.destination = MacOf(server), .source = MacOf(999), .type = net::wire::EtherType::kIpv4}.Write(
      bytes);
  net::wire::Ipv4{.total_size = static_cast<std::uint16_t>(bytes.size() - net::wire::kEthernetSize),
                  .source = source,
                  .destination = Ipv4Of(server)}
      .Write(bytes.subspan(net::wire::kEthernetSize));
  std::byte* const tcp = &bytes[kTcpPlace];
  net::wire::StoreBig(tcp, static_cast<std::uint16_t>(world.Between(1024, 65535)));
  net::wire::StoreBig(tcp + 2, port);
  net::wire::StoreBig(tcp + 4, static_cast<std::uint32_t>(world.random().Next()));
  tcp[12] = std::byte{0x50};
  tcp[13] = static_cast<std::byte>(net::wire::kSyn.bits);
  net::wire::StoreBig(tcp + 14, std::uint16_t{1024});
  net::wire::Checksum sum = net::wire::PseudoHeader(source, Ipv4Of(server), net::wire::IpProtocol::kTcp,
                                                    static_cast<std::uint16_t>(net::wire::kTcpSize));
  sum.Add({tcp, net::wire::kTcpSize});
  net::wire::StoreBig(tcp + net::wire::kTcpChecksumPlace, sum.Finish());
  return frame;
}

// Accepts all, reads one byte of each, and answers with it.
class EchoServer final : private net::tcp::Observer {
 public:
  EchoServer(Host& host, std::uint16_t port) : listener_(ListenAt(host, port, 64)) { listener_.SetObserver(this); }

 private:
  class Visitor final : private net::tcp::Observer {
   public:
    explicit Visitor(Connection connection) : connection_(std::move(connection)) { connection_.SetObserver(this); }
    void Look() { OnChange(); }

   private:
    void OnChange() override {
      std::array<std::byte, 16> bytes;
      const auto size = connection_.Read(bytes);
      if (!size) return;
      if (*size == 0) {
        connection_ = Connection();
        return;
      }
      static_cast<void>(connection_.Write(std::span(bytes).first(*size)));
    }
    Connection connection_;
  };

  void OnChange() override {
    while (kernel::Result<Connection> accepted = listener_.Accept()) {
      visitors_.push_back(std::make_unique<Visitor>(std::move(*accepted)));
      visitors_.back()->Look();
    }
  }

  Listener listener_;
  std::vector<std::unique_ptr<Visitor>> visitors_;
};

TEST(Load, UnderAFloodOfSynsWhoMeansItGetsInAndMemoryStaysFlat) {
  constexpr std::size_t kVisits = 2000;
  constexpr std::size_t kSynsAVisit = 100;
  Pair pair(2, {.number = 1, .has_plain_ip = true}, {.number = 2, .has_plain_ip = true, .tcp = {.half_open = 256}});
  EchoServer server(pair.server, kFirstPort);
  std::size_t successes = 0;
  std::size_t least_buffers = pair.server.buffers().count();
  std::size_t least_packets = pair.server.packets().count();
  for (std::size_t i = 0; i < kVisits; ++i) {
    for (std::size_t k = 0; k < kSynsAVisit; ++k) {
      const net::Ipv4Address source = {0x0b00'0000 | static_cast<std::uint32_t>(pair.world.random().Below(1 << 24))};
      // Spread over the millisecond or two of a visit.
      pair.world.After(Duration::Microseconds(static_cast<std::int64_t>(k * 20)), [&pair, source] {
        pair.cable.Send(Cable::End::kLeft, SynFrom(pair.world, source, 2, kFirstPort));
      });
    }
    Connection visit = pair.Connect(kFirstPort);
    pair.Settle();
    const std::array<std::byte, 1> byte = {static_cast<std::byte>(i)};
    static_cast<void>(pair.client.Do([&] { return visit.Write(byte); }));
    pair.Settle();
    std::array<std::byte, 1> answer = {};
    const auto size = visit.Read(answer);
    successes += size && *size == 1 && answer == byte;
    least_buffers = std::min(least_buffers, pair.server.buffers().free_count());
    least_packets = std::min(least_packets, pair.server.packets().free_count());
    EXPECT_LE(pair.server.tcp().half_open(), 256u);
    pair.client.Do([&] { visit = Connection(); });
  }
  const net::tcp::Counters& counters = pair.server.tcp().counters();
  std::printf(
      "%zu of %zu visits succeeded beside %zu SYNs; %llu cookies sent, %llu accepted; least free: %zu packets of "
      "%zu, %zu buffers of %zu\n",
      successes, kVisits, kVisits * kSynsAVisit, static_cast<unsigned long long>(counters.cookies_sent),
      static_cast<unsigned long long>(counters.cookies_accepted), least_packets, pair.server.packets().count(),
      least_buffers, pair.server.buffers().count());
  EXPECT_GE(successes * 1000, kVisits * 999);
  EXPECT_GT(counters.cookies_accepted, kVisits / 2);
  EXPECT_EQ(pair.server.buffers().refusals(), 0u);
  EXPECT_EQ(pair.server.packets().refusals(), 0u);
  EXPECT_GE(least_buffers + 8, pair.server.buffers().count());
}

// Connections whose server reads nothing fill the budget; then memory is shed in the order of budget.h, and all goes on
// when the server reads again.
TEST(Load, WhenTheBudgetIsUsedUpWindowsShrinkAndItRecovers) {
  constexpr std::size_t kFlows = 32;
  constexpr std::size_t kBudget = 512 * 1024;
  Pair pair(3, {.number = 1, .packets = 4096, .buffers = 4096, .has_plain_ip = true},
            {.number = 2, .packets = 4096, .buffers = 4096, .has_plain_ip = true, .tcp = {.memory = kBudget}});
  Listener listener = ListenAt(pair.server, kFirstPort, kFlows);
  std::vector<Connection> clients;
  std::vector<Connection> servers;
  for (std::size_t i = 0; i < kFlows; ++i) clients.push_back(pair.Connect(kFirstPort));
  pair.Settle();
  while (kernel::Result<Connection> accepted = listener.Accept()) servers.push_back(std::move(*accepted));
  ASSERT_EQ(servers.size(), kFlows);

  const std::vector<std::byte> bytes(64 * 1024, std::byte{5});
  std::size_t written = 0;
  const auto write = [&] {
    for (Connection& client : clients) {
      const auto size = pair.client.Do([&] { return client.Write(std::span(bytes).first(8192)); });
      if (size) written += *size;
    }
  };
  for (int i = 0; i < 200; ++i) {
    write();
    pair.world.RunFor(Duration::Milliseconds(10));
    EXPECT_LE(pair.server.tcp().memory_used(), kBudget + pair.server.buffers().capacity());
  }
  // It is full: no window grows, handshakes are answered with cookies, and nobody has been broken off.
  EXPECT_GT(pair.server.tcp().memory_used(), kBudget / 2);
  for (const Connection& server : servers) EXPECT_FALSE(server.error());
  const std::uint64_t cookies = pair.server.tcp().counters().cookies_sent;
  Connection late = pair.Connect(kFirstPort);
  pair.Settle();
  if (pair.server.tcp().memory_used() > kBudget / 16 * 15) {
    EXPECT_GT(pair.server.tcp().counters().cookies_sent, cookies);
  }

  // The server reads: everything arrives.
  std::size_t read = 0;
  std::vector<std::byte> into(16384);
  for (int i = 0; i < 5000 && read < written; ++i) {
    for (Connection& server : servers) {
      pair.server.Do([&] {
        while (const auto size = server.Read(into)) {
          if (*size == 0) break;
          read += *size;
        }
      });
    }
    pair.world.RunFor(Duration::Milliseconds(20));
  }
  EXPECT_EQ(read, written);
  EXPECT_EQ(pair.server.tcp().memory_used(), 0u);
}

// Memory that fills up step by step, by connections whose server reads nothing.
class Filling {
 public:
  static constexpr std::size_t kBuffer = 2048;
  static constexpr std::size_t kBudget = 1024 * kBuffer;
  static constexpr std::size_t kHoards = 32;
  static constexpr std::size_t kPiece = 1400;  // bytes: a segment and a buffer

  Filling() : pair_(4, OptionsOf(1, {}), OptionsOf(2, {.half_open = 64, .memory = kBudget})) {
    listener_ = ListenAt(pair_.server, kFirstPort, 64);
    for (std::size_t i = 0; i < kHoards; ++i) hoards_.push_back(Open());
  }

  struct Talk {
    Connection client;
    Connection server;
  };

  Talk Open() {
    Talk talk;
    talk.client = pair_.client.Do([&] {
      return std::move(
          *pair_.client.tcp().Connect({}, {.address = Ipv4Of(2), .port = kFirstPort}, {.has_no_delay = true}));
    });
    pair_.Settle();
    if (kernel::Result<Connection> accepted = listener_.Accept()) talk.server = std::move(*accepted);
    return talk;
  }

  // A segment to the server.
  void Send(Talk& talk) {
    static const std::vector<std::byte> bytes(kPiece, std::byte{7});
    (void)pair_.client.Do([&] { return talk.client.Write(bytes); });
    pair_.Settle();
  }

  // Until more than so many bytes are in use.
  void FillAbove(std::size_t bytes) {
    for (std::size_t i = 0; used() <= bytes && i < 4000; ++i) Send(hoards_[i % kHoards]);
    ASSERT_GT(used(), bytes);
  }

  // Reads all that is there, of all.
  std::size_t Read(Talk& talk) {
    std::vector<std::byte> bytes(65536);
    std::size_t read = 0;
    pair_.server.Do([&] {
      for (auto size = talk.server.Read(bytes); size && *size > 0; size = talk.server.Read(bytes)) read += *size;
    });
    return read;
  }
  void ReadAll() {
    for (int i = 0; i < 300 && used() > 0; ++i) {
      for (Talk& talk : hoards_) Read(talk);
      pair_.world.RunFor(Duration::Milliseconds(10));
    }
  }

  // Whether a stranger's SYN is remembered, rather than answered by a cookie.
  bool RemembersSyns() {
    const std::size_t before = pair_.server.tcp().half_open();
    const net::Ipv4Address source = {0x0b00'0000 | static_cast<std::uint32_t>(pair_.world.random().Below(1 << 24))};
    pair_.cable.Send(Cable::End::kLeft, SynFrom(pair_.world, source, 2, kFirstPort));
    pair_.Settle();
    return pair_.server.tcp().half_open() == before + 1;
  }

  // How large the window of a new connection gets whose server reads at once whatever comes.
  std::uint32_t WindowOfAReader() {
    Talk talk = Open();
    const std::vector<std::byte> bytes(40'000, std::byte{7});
    for (int i = 0; i < 40; ++i) {
      (void)pair_.client.Do([&] { return talk.client.Write(bytes); });
      pair_.world.RunFor(Duration::Microseconds(600));
      Read(talk);
    }
    const std::uint32_t window = talk.server.info().receive_window;
    pair_.world.RunFor(Duration::Milliseconds(100));
    Read(talk);
    return window;
  }

  // A connection with seven segments behind one that was lost.
  Talk OpenWithGap() {
    Talk talk = Open();
    SetDeaf(Cable::End::kLeft, true);
    Send(talk);
    SetDeaf(Cable::End::kLeft, false);
    SetDeaf(Cable::End::kRight, true);  // nothing tells the client, for as long as its time-out takes
    for (int i = 0; i < 7; ++i) Send(talk);
    return talk;
  }

  // Whether what is sent from this end gets lost.
  void SetDeaf(Cable::End from, bool is_deaf) {
    pair_.cable.SetConditions(from, {.lost = is_deaf ? 1'000'000u : 0u, .delay = Duration::Microseconds(100)});
  }

  std::size_t used() { return pair_.server.tcp().memory_used(); }
  Pair& pair() { return pair_; }
  const net::tcp::Counters& counters() { return pair_.server.tcp().counters(); }
  std::vector<Talk>& hoards() { return hoards_; }

 private:
  static HostOptions OptionsOf(std::uint16_t number, const net::tcp::Config& config) {
    return {.number = number,
            .packets = 8192,
            .buffers = 8192,
            .buffer_size = kBuffer,
            .has_plain_ip = true,
            .tcp = config};
  }

  Pair pair_;
  Listener listener_;
  std::vector<Talk> hoards_;
};

// The order that budget.h and net/README.md state: first nobody's window grows; then strangers are no longer
// remembered, writers hold back, what came too early goes, windows close; at last segments for who does not read are
// dropped, while who reads still gets on. Nobody is broken off, and all of it ends when memory comes back.
TEST(Load, MemoryIsShedInTheStatedOrderAndComesBack) {
  Filling filling;
  Pair& pair = filling.pair();
  ASSERT_TRUE(filling.hoards().back().server);

  // Below three quarters: nothing is withheld.
  constexpr std::uint32_t kNotGrown = 65'536;  // bytes: the first window, rounded by its scale
  EXPECT_GT(filling.WindowOfAReader(), kNotGrown);
  EXPECT_TRUE(filling.RemembersSyns());
  EXPECT_GE(filling.hoards()[0].server.writable(), 65'536u);

  // Above three quarters: windows do not grow; strangers and writers feel nothing yet.
  filling.FillAbove(Filling::kBudget / 4 * 3);
  EXPECT_LE(filling.WindowOfAReader(), kNotGrown);
  EXPECT_TRUE(filling.RemembersSyns());
  EXPECT_GE(filling.hoards()[0].server.writable(), 65'536u);
  Filling::Talk reader = filling.Open();
  constexpr std::size_t kFull = Filling::kBudget / 16 * 15;
  filling.FillAbove(kFull - 20 * Filling::kBuffer);
  Filling::Talk gapped = filling.OpenWithGap();
  EXPECT_EQ(filling.counters().no_memory, 0u);

  // Above fifteen sixteenths: strangers get cookies, writers 8 KiB.
  filling.FillAbove(kFull + 8 * Filling::kBuffer);
  EXPECT_FALSE(filling.RemembersSyns());
  EXPECT_GT(filling.counters().cookies_sent, 0u);
  EXPECT_LE(filling.hoards()[0].server.writable(), 8'192u);

  // What came too early goes with the next segment: its sender still has it.
  const std::size_t before = filling.used();
  filling.Send(gapped);
  EXPECT_LE(filling.used(), before - 6 * Filling::kBuffer);  // seven went
  filling.SetDeaf(Cable::End::kRight, false);

  // To the last byte: who does not read gets nothing more, and nobody more than the budget and a segment each.
  for (int i = 0; i < 400; ++i) filling.Send(filling.hoards()[static_cast<std::size_t>(i) % Filling::kHoards]);
  EXPECT_GT(filling.counters().no_memory, 0u);
  EXPECT_LE(filling.used(), Filling::kBudget + Filling::kHoards * Filling::kBuffer);
  std::size_t read = 0;
  for (int i = 0; i < 10; ++i) {
    filling.Send(reader);
    read += filling.Read(reader);
  }
  pair.world.RunFor(Duration::Seconds(1));
  read += filling.Read(reader);
  EXPECT_EQ(read, 10 * Filling::kPiece);
  for (const Filling::Talk& hoard : filling.hoards()) EXPECT_FALSE(hoard.server.error());
  EXPECT_FALSE(gapped.server.error());

  // Memory comes back, and with it everything else.
  filling.ReadAll();
  pair.world.RunFor(Duration::Seconds(5));
  filling.ReadAll();
  EXPECT_EQ(filling.Read(gapped), 9 * Filling::kPiece);
  EXPECT_EQ(filling.used(), 0u);
  pair.world.RunFor(Duration::Seconds(70));  // the strangers of before are forgotten
  EXPECT_TRUE(filling.RemembersSyns());
  EXPECT_GE(filling.hoards()[0].server.writable(), 65'536u);
  EXPECT_GT(filling.WindowOfAReader(), kNotGrown);
}

}  // namespace
}  // namespace sim
