// A day of a web server in virtual time: visitors with all habits, good ones and bad ones, over a bad cable that is
// unplugged now and then. From a seed; nothing a good visitor asks may be wrong, lost or left over.
//
//   bazel run //testing/http:day_test -- --seed=7 --days=30
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/resumption.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/http/client/client.h"
#include "net/http/client/origin.h"
#include "net/http/exchange.h"
#include "net/http/message.h"
#include "net/http/request.h"
#include "net/http/response.h"
#include "net/http/server.h"
#include "net/socket/connect.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/time.h"
#include "net/wire/address.h"
#include "testing/sim/cable.h"
#include "testing/sim/host.h"
#include "testing/sim/plain_ip.h"
#include "testing/sim/switch.h"
#include "testing/sim/world.h"

namespace {

namespace http = net::http;
using kernel::Duration;
using kernel::Instant;
using kernel::Result;
using kernel::Task;
using net::socket::TcpStream;

std::uint64_t first_seed = 1;
std::int64_t days = 1;

constexpr int kGoodVisitors = 12;
constexpr int kBadVisitors = 6;
constexpr Duration kOutage = Duration::Seconds(40);
constexpr Duration kBetweenOutages = Duration::Seconds(3 * 3600);

std::span<const std::byte> BytesOf(std::string_view text) { return std::as_bytes(std::span(text)); }

// Byte `at` of the file with this number.
char ByteOf(std::uint64_t file, std::uint64_t at) {
  return static_cast<char>('a' + (file * 7 + at * 31 + at / 251) % 26);
}

// /file/SIZE, in chunks; with a query its length is said.
Task<> SendFile(http::Exchange& exchange) {
  const std::string text(exchange.request().Parameter("size"));
  const std::uint64_t size = std::strtoull(text.c_str(), nullptr, 10);
  http::Response head(http::Status::kOk, "application/octet-stream", {});
  if (!exchange.request().query().empty()) head.SetLength(size);
  if (!co_await exchange.Begin(head)) co_return;
  std::array<char, 1500> piece;
  for (std::uint64_t at = 0; at < size;) {
    std::size_t count = 0;
    for (; count < piece.size() && at + count < size; ++count) piece[count] = ByteOf(size, at + count);
    if (!co_await exchange.Write(std::string_view(piece.data(), count))) co_return;
    at += count;
  }
  static_cast<void>(co_await exchange.End());
}

// Sends the body back as it comes.
Task<> SendBack(http::Exchange& exchange) {
  if (!co_await exchange.Begin(http::Response(http::Status::kOk))) co_return;
  std::array<std::byte, 1000> buffer;
  for (;;) {
    const Result<std::size_t> count = co_await exchange.Read(buffer);
    if (!count) co_return;
    if (*count == 0) break;
    if (!co_await exchange.Write(std::span<const std::byte>(buffer).first(*count))) co_return;
  }
  static_cast<void>(co_await exchange.End());
}

struct Totals {
  std::uint64_t answers = 0;
  std::uint64_t bytes = 0;     // of bodies, all compared
  std::uint64_t failures = 0;  // of sessions during which the cable was out
  std::uint64_t wrong = 0;     // anything else
  std::uint64_t pranks = 0;
};

// A host with programs on it.
struct Machine {
  Machine(sim::World& world, std::uint16_t number)
      : host(world, {.number = number, .tcp = {.connections = 256, .memory = 8 * 1024 * 1024}}) {}

  // Lets its coroutines run that are ready.
  void RunTurns() {
    if (!executor.HasReady()) return;
    host.Do([&] {
      while (executor.RunTurn()) {
      }
    });
  }

  sim::Host host;
  kernel::Executor executor;
};

class Day {
 public:
  explicit Day(std::uint64_t seed) : world_(seed) {
    for (Machine* machine : {&here_, &there_, &elsewhere_}) {
      sim::Cable& cable = switch_.Connect(machine->host.card());
      machine->host.card().Plug(cable, sim::Cable::End::kLeft);
      cables_.push_back(&cable);
    }
    // The visitors' cables are bad, each in its way.
    cables_[1]->SetConditions({.lost = 2000,
                               .doubled = 500,
                               .damaged = 200,
                               .overtaken = 1000,
                               .delay = Duration::Milliseconds(10),
                               .jitter = Duration::Milliseconds(3)});
    cables_[2]->SetConditions({.lost = 500, .delay = Duration::Milliseconds(80), .bits_per_second = 8'000'000});
    server_.Get("/hello", [](const http::Request&) { return http::Response::Text("hello\n"); });
    server_.Get("/file/{size}", &SendFile);
    server_.Put("/back", &SendBack);
  }

  void Run(Duration duration) {
    end_ = world_.now() + duration;
    serving_ = server_.Serve();
    serving_.Start(here_.executor);
    for (int i = 0; i < kGoodVisitors; ++i) Begin(i % 2 == 0 ? there_ : elsewhere_, &Day::Visit);
    for (int i = 0; i < kBadVisitors; ++i) Begin(i % 2 == 0 ? there_ : elsewhere_, &Day::Annoy);
    PlanOutage();
    Step(end_);
    // Who is in the middle of something ends it; then the server is told to.
    Step(end_ + Duration::Seconds(600));
    server_.Stop();
    Step(end_ + Duration::Seconds(1200));
  }

  bool IsOver() const {
    for (const auto& visitor : visitors_) {
      if (!visitor.IsDone()) return false;
    }
    return serving_.IsDone();
  }

  sim::World& world() { return world_; }
  http::Server& server() { return server_; }
  const Totals& totals() const { return totals_; }
  std::array<Machine*, 3> machines() { return {&here_, &there_, &elsewhere_}; }

 private:
  void Begin(Machine& machine, Task<> (Day::*visitor)(Machine&)) {
    visitors_.push_back((this->*visitor)(machine));
    visitors_.back().Start(machine.executor);
  }

  void Step(Instant until) {
    for (;;) {
      for (Machine* machine : {&here_, &there_, &elsewhere_}) machine->RunTurns();
      if (world_.next() > until) break;
      world_.RunOne();
    }
    world_.RunUntil(until);
  }

  void PlanOutage() {
    world_.After(kBetweenOutages, [this] {
      if (world_.now() >= end_) return;
      ++outages_;
      sim::Cable& cable = *cables_[1 + outages_ % 2];
      cable.SetPlugged(false);
      world_.After(kOutage, [this, &cable] {
        cable.SetPlugged(true);
        last_outage_end_ = world_.now();
      });
      PlanOutage();
    });
  }

  // Whether what began at `start` may have failed for the cable: what was lost then is sent again up to a minute later.
  bool WasCableOut(Instant start) const {
    constexpr Duration kEcho = Duration::Seconds(60);
    return !cables_[1]->is_plugged() || !cables_[2]->is_plugged() ||
           (outages_ > 0 && start <= last_outage_end_ + kEcho);
  }

  Task<> Visit(Machine& machine) {
    net::Context& context = machine.host.context();
    http::AddressOrigin origin({sim::Ipv4Of(1), 80});
    http::Client client(context, machine.host.tcp(), origin, {});
    while (world_.now() < end_) {
      co_await net::socket::Sleep(context, Duration::Milliseconds(world_.Between(10, 240'000)));
      const Instant start = world_.now();
      bool is_good = true;
      for (std::uint32_t asks = world_.Between(1, 6); asks > 0 && is_good; --asks) is_good = co_await AskOnce(client);
      if (is_good) continue;
      client.Close();
      ++(WasCableOut(start) ? totals_.failures : totals_.wrong);
    }
  }

  // Whether the answer to something was right.
  Task<bool> AskOnce(http::Client& client) {
    switch (world_.Between(0, 4)) {
      case 0:
        co_return co_await AskForText(client, {.target = "/hello"}, http::Status::kOk, "hello\n");
      case 1:
        co_return co_await AskForText(client, {.method = http::Method::kHead, .target = "/hello"}, http::Status::kOk,
                                      "");
      case 2:
        co_return co_await AskForText(client, {.target = "/nothing"}, http::Status::kNotFound, "Not Found");
      case 3:
        co_return co_await AskForFile(client);
      default: {
        std::string body;
        for (std::uint32_t i = 0, size = world_.Between(0, 6'000); i < size; ++i) body += ByteOf(size, i);
        co_return co_await AskForText(client, {.method = http::Method::kPut, .target = "/back", .body = body},
                                      http::Status::kOk, body);
      }
    }
  }

  Task<bool> AskForText(http::Client& client, http::Question question, http::Status status, std::string_view body) {
    if (co_await client.Ask(question) != status) co_return false;
    std::string answer;
    std::array<std::byte, 3000> buffer;
    for (;;) {
      const Result<std::size_t> count = co_await client.Read(buffer);
      if (!count) co_return false;
      if (*count == 0) break;
      answer.append(reinterpret_cast<const char*>(buffer.data()), *count);
    }
    totals_.bytes += answer.size();
    ++totals_.answers;
    co_return answer == body;
  }

  Task<bool> AskForFile(http::Client& client) {
    const std::uint64_t size = world_.Happens(20'000) ? world_.Between(0, 400'000) : world_.Between(0, 8'000);
    const std::string target = "/file/" + std::to_string(size) + (world_.Happens(500'000) ? "?length" : "");
    if (co_await client.Ask({.target = target}) != http::Status::kOk) co_return false;
    std::array<std::byte, 3000> buffer;
    std::uint64_t at = 0;
    for (;;) {
      const Result<std::size_t> count = co_await client.Read(buffer);
      if (!count) co_return false;
      if (*count == 0) break;
      for (std::size_t i = 0; i < *count; ++i) {
        if (static_cast<char>(buffer[i]) != ByteOf(size, at + i)) co_return false;
      }
      at += *count;
    }
    totals_.bytes += at;
    ++totals_.answers;
    co_return at == size;
  }

  // Who wants nothing but trouble. What he gets is no matter; what others get is.
  Task<> Annoy(Machine& machine) {
    constexpr std::array<std::string_view, 8> kPranks = {
        "",
        "GET /file/300000 HTTP/1.1\r\nHost: a\r\n\r\n",  // and never reads
        "GET /hello HTTP/1.1\r\nHost: a\r\nX: ",         // and never ends
        "PUT /back HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc",
        "PUT /back HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / "
        "HTTP/1.1\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  // a browser that would like to be safe
        "GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: "
        "a\r\n\r\n"};
    net::Context& context = machine.host.context();
    while (world_.now() < end_) {
      co_await net::socket::Sleep(context, Duration::Milliseconds(world_.Between(10, 120'000)));
      Result<TcpStream> stream = co_await net::socket::Connect(context, machine.host.tcp(), {sim::Ipv4Of(1), 80}, {},
                                                               context.now() + Duration::Seconds(30));
      if (!stream) continue;
      ++totals_.pranks;
      const std::string_view prank = kPranks[world_.Between(0, kPranks.size() - 1)];
      static_cast<void>(co_await stream->Write(BytesOf(prank), context.now() + Duration::Seconds(30)));
      co_await net::socket::Sleep(context, Duration::Milliseconds(world_.Between(0, 90'000)));
      if (world_.Happens(500'000)) stream->Abort();
    }
  }

  sim::World world_;
  sim::Switch switch_{world_};
  Machine here_{world_, 1};
  Machine there_{world_, 2};
  Machine elsewhere_{world_, 3};
  std::vector<sim::Cable*> cables_;
  std::uint64_t outages_ = 0;
  Instant last_outage_end_;
  Instant end_;
  Totals totals_;
  http::Server server_{here_.host.context(), here_.host.tcp(), {.connections = 16, .connections_per_address = 12}};
  Task<int> serving_;
  std::vector<Task<>> visitors_;
};

TEST(WebServer, ADayOfTrafficLeavesNothingWrongAndNothingBehind) {
  Day day(first_seed);
  day.Run(Duration::Seconds(days * 24 * 3600));
  const Totals& totals = day.totals();
  const http::Counters& counters = day.server().counters();
  std::printf(
      "seed %llu: %llu answers, %llu bytes compared, %llu pranks, %llu sessions without a cable; the server: "
      "%llu connections, %llu refused, %llu evicted, %llu timeouts, %llu malformed; %llu events, trace %016llx\n",
      static_cast<unsigned long long>(first_seed), static_cast<unsigned long long>(totals.answers),
      static_cast<unsigned long long>(totals.bytes), static_cast<unsigned long long>(totals.pranks),
      static_cast<unsigned long long>(totals.failures), static_cast<unsigned long long>(counters.connections),
      static_cast<unsigned long long>(counters.refused), static_cast<unsigned long long>(counters.evicted),
      static_cast<unsigned long long>(counters.timeouts), static_cast<unsigned long long>(counters.malformed),
      static_cast<unsigned long long>(day.world().event_count()),
      static_cast<unsigned long long>(day.world().trace_hash()));
  EXPECT_EQ(totals.wrong, 0U);
  EXPECT_GT(totals.answers, 20'000U * static_cast<std::uint64_t>(days));
  EXPECT_GT(totals.pranks, 3'000U * static_cast<std::uint64_t>(days));
  EXPECT_LT(totals.failures, 50U * static_cast<std::uint64_t>(days));
  EXPECT_GT(counters.timeouts, 0U);
  EXPECT_GT(counters.malformed, 0U);
  EXPECT_TRUE(day.IsOver());
  EXPECT_EQ(day.server().connections(), 0U);
  for (Machine* machine : day.machines()) EXPECT_TRUE(machine->host.IsAtRest()) << machine->host.Describe();
}

TEST(WebServer, ASeedIsOneDay) {
  std::array<std::uint64_t, 2> traces = {};
  for (std::uint64_t& trace : traces) {
    Day day(first_seed);
    day.Run(Duration::Seconds(1200));
    trace = day.world().trace_hash();
  }
  EXPECT_EQ(traces[0], traces[1]);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    if (word.starts_with("--seed=")) first_seed = std::strtoull(word.data() + 7, nullptr, 10);
    if (word.starts_with("--days=")) days = std::strtoll(word.data() + 7, nullptr, 10);
  }
  return RUN_ALL_TESTS();
}
