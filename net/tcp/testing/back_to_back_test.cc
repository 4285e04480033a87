// Every byte arrives, in order and once, whatever the link does; and in the end nothing is left.
#include "net/tcp/testing/back_to_back.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/random_source.h"
#include "net/tcp/tcp.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;

std::byte ByteAt(std::uint64_t stream, std::uint64_t place) {
  return static_cast<std::byte>((place * 167 + place / 253 * 31 + stream * 89) >> (place % 3) & 0xff);
}

// One direction: writes `total` bytes in pieces of random sizes, and checks what comes out.
struct Flow {
  std::uint64_t stream;
  std::uint64_t total;
  std::uint64_t written = 0;
  std::uint64_t read = 0;
  bool is_shut = false;
  bool has_ended = false;

  void Write(Connection& connection, RandomSource& random) {
    std::array<std::byte, 5000> piece;
    while (written < total) {
      const std::size_t size = std::min<std::uint64_t>(total - written, 1 + random.Below(piece.size()));
      for (std::size_t i = 0; i < size; ++i) piece[i] = ByteAt(stream, written + i);
      const kernel::Result<std::size_t> taken = connection.Write(std::span(piece).first(size));
      if (!taken) return;
      written += *taken;
    }
    if (!is_shut) connection.ShutDownWrite();
    is_shut = true;
  }

  // False: a wrong byte.
  bool Read(Connection& connection, RandomSource& random) {
    while (!has_ended) {
      std::array<std::byte, 3000> piece;
      const kernel::Result<std::size_t> size = connection.Read(std::span(piece).first(1 + random.Below(piece.size())));
      if (!size) return true;
      if (*size == 0) has_ended = true;
      for (std::size_t i = 0; i < *size; ++i) {
        if (piece[i] != ByteAt(stream, read + i)) return false;
      }
      read += *size;
    }
    return true;
  }
};

Weather WeatherOf(RandomSource& random) {
  Weather weather;
  weather.delay = Duration::Microseconds(100 + random.Below(30'000));
  weather.jitter = Duration::Microseconds(100 + random.Below(40'000));
  if (random.Below(4) != 0) weather.loss = random.Below(random.Below(2) == 0 ? 20 : 200);
  if (random.Below(2) == 0) weather.reordering = random.Below(400);
  if (random.Below(2) == 0) weather.duplication = random.Below(100);
  if (random.Below(3) == 0) weather.corruption = random.Below(50);
  weather.mtu = static_cast<std::uint16_t>(random.Below(2) == 0 ? 1500 : 600 + random.Below(2000));
  if (random.Below(2) == 0) weather.largest_segment = 1 << (10 + random.Below(7));
  return weather;
}

// Runs one seed; empty: all is well.
std::string RunSeed(std::uint64_t seed) {
  SeededRandom random(seed * 77 + 5);
  Options options;
  options.has_no_delay = random.Below(2) == 0;
  if (random.Below(4) == 0) options.receive_limit = 2000 + random.Below(60'000);
  BackToBack net(seed, WeatherOf(random));
  Flow flows[2] = {{.stream = seed, .total = random.Below(60'000)},
                   {.stream = seed + 1, .total = random.Below(60'000)}};
  kernel::Result<Listener> listener = net.tcp(1).Listen({{}, 80}, 4, options);
  kernel::Result<Connection> client = net.tcp(0).Connect({}, {net.address(1), 80}, options);
  if (!listener || !client) return "cannot open";
  Connection ends[2];
  ends[0] = std::move(*client);
  const Instant end = net.now() + Duration::Seconds(3600);
  while (!(flows[0].has_ended && flows[1].has_ended && ends[0].IsFinished() && ends[1].IsFinished())) {
    if (!net.Step(end)) return "stuck after " + std::to_string(flows[0].read) + " and " + std::to_string(flows[1].read);
    if (!ends[1]) {
      kernel::Result<Connection> accepted = listener->Accept();
      if (accepted) ends[1] = std::move(*accepted);
    }
    for (int side = 0; side < 2; ++side) {
      if (!ends[side]) continue;
      if (ends[side].error()) return "side " + std::to_string(side) + " broke";
      if (!flows[1 - side].Read(ends[side], random)) return "a wrong byte on side " + std::to_string(side);
      if (ends[side].IsEstablished()) flows[side].Write(ends[side], random);
    }
  }
  for (const Flow& flow : flows) {
    if (flow.read != flow.total) return "bytes are missing";
  }
  ends[0] = {};
  ends[1] = {};
  while (net.Step(end + Duration::Seconds(3600))) continue;
  for (int side = 0; side < 2; ++side) {
    if (net.tcp(side).connections() != 0 || net.tcp(side).time_waits() != 0 || net.tcp(side).half_open() != 0) {
      return "something is left on side " + std::to_string(side);
    }
    if (net.tcp(side).memory_used() != 0) return "the budget leaks";
    if (net.context(side).buffers().free_count() != net.context(side).buffers().count()) return "a buffer leaks";
    if (net.context(side).packets().free_count() != net.context(side).packets().count()) return "a packet leaks";
  }
  return {};
}

// TCP_SEED=n replays one.
TEST(BackToBackTest, EveryByteArrivesForAThousandSeeds) {
  if (const char* const one = std::getenv("TCP_SEED"); one != nullptr) {
    EXPECT_EQ(RunSeed(std::strtoull(one, nullptr, 10)), "");
    return;
  }
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    EXPECT_EQ(RunSeed(seed), "") << "TCP_SEED=" << seed;
    if (::testing::Test::HasFailure()) break;
  }
}

// Reads a piece and writes it back before it reads the next: what it cannot write it does not read.
struct Echo {
  std::array<std::byte, 16 * 1024> piece;
  std::span<const std::byte> unwritten;

  void Go(Connection& connection) {
    for (;;) {
      if (unwritten.empty()) {
        const kernel::Result<std::size_t> size = connection.Read(piece);
        if (!size || *size == 0) return;
        unwritten = std::span(piece).first(*size);
      }
      const kernel::Result<std::size_t> taken = connection.Write(unwritten);
      if (!taken) return;
      unwritten = unwritten.subspan(*taken);
    }
  }
};

// Neither end reads for a while: windows are full, and the echo's memory is, too. Then the other end reads.
TEST(BackToBackTest, AnEchoWithLittleMemoryGoesOnOnceItIsReadAgain) {
  constexpr std::uint64_t kTotal = 1'000'000;  // bytes
  for (const std::size_t memory : {48 * 1024, 96 * 1024, 320 * 1024}) {
    SeededRandom random(7);
    BackToBack net(7, {.delay = Duration::Microseconds(100), .jitter = {}}, {.connections = 16, .memory = memory});
    kernel::Result<Listener> listener = net.tcp(1).Listen({{}, 7}, 4, {});
    Connection client = *net.tcp(0).Connect({}, {net.address(1), 7}, {});
    Connection server;
    Flow flow = {.stream = 1, .total = kTotal};
    Echo echo;
    const Instant reads_from = net.now() + Duration::Seconds(10);
    const Instant end = reads_from + Duration::Seconds(120);
    while (flow.read < kTotal && net.Step(end)) {
      if (!server) {
        kernel::Result<Connection> accepted = listener->Accept();
        if (accepted) server = std::move(*accepted);
      }
      if (server) echo.Go(server);
      if (client.IsEstablished() && flow.written < kTotal) flow.Write(client, random);
      if (net.now() >= reads_from) ASSERT_TRUE(flow.Read(client, random));
    }
    EXPECT_EQ(flow.read, kTotal) << memory;
  }
}

}  // namespace
}  // namespace net::tcp
