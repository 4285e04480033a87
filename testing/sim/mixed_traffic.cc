#include "testing/sim/mixed_traffic.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/time.h"
#include "net/device.h"
#include "net/packet/packet.h"
#include "net/tcp/options.h"
#include "net/tcp/testing/inspection.h"
#include "testing/sim/cable.h"
#include "testing/sim/host.h"
#include "testing/sim/judge.h"
#include "testing/sim/pcap_file.h"
#include "testing/sim/ping_flow.h"
#include "testing/sim/switch.h"
#include "testing/sim/tcp_flow.h"
#include "testing/sim/udp_flow.h"
#include "testing/sim/world.h"

namespace sim {
namespace {

using kernel::Duration;
using kernel::Instant;

constexpr Duration kLongestRun = Duration::Seconds(3600);
constexpr Duration kAftermath = Duration::Seconds(1);
constexpr Duration kInspectionPause = Duration::Milliseconds(20);
constexpr Duration kLongestRest = Duration::Seconds(1800);

template <typename T, std::size_t kCount>
T OneOf(World& world, const std::array<T, kCount>& values) {
  return values[world.random().Below(kCount)];
}

Duration UpToMilliseconds(World& world, std::uint32_t most) {
  return Duration::Microseconds(world.random().Below(most * 1000 + 1));
}

bool OneIn(World& world, std::uint32_t count) { return world.random().Below(count) == 0; }

Conditions SomeConditions(World& world) {
  Conditions conditions = {.delay = Duration::Microseconds(OneOf<std::int64_t, 4>(world, {5, 100, 2000, 40000}))};
  if (OneIn(world, 4)) return conditions;
  const std::uint32_t badness = OneIn(world, 3) ? 100'000 : 20'000;
  conditions.lost = world.random().Below(badness);
  conditions.doubled = world.random().Below(badness / 4);
  conditions.damaged = world.random().Below(badness / 5);
  conditions.cut = world.random().Below(badness / 10);
  conditions.overtaken = world.random().Below(badness);
  conditions.longest_hold = UpToMilliseconds(world, 30);
  conditions.jitter = OneIn(world, 2) ? UpToMilliseconds(world, 5) : Duration();
  conditions.bits_per_second = OneOf<std::uint64_t, 4>(world, {0, 1'000'000, 10'000'000, 1'000'000'000});
  return conditions;
}

HostOptions SomeHost(World& world, std::uint16_t number, std::uint16_t mtu, bool is_virtual, bool has_plain_ip) {
  HostOptions options = {.number = number, .has_plain_ip = has_plain_ip};
  options.buffer_size = OneOf<std::size_t, 4>(world, {256, 512, 2048, 4096});
  options.packets = OneOf<std::size_t, 2>(world, {200, 500});
  // The clocks of some begin just before a timestamp of 32 bits wraps.
  options.clock_offset = OneIn(world, 4) ? Duration::Milliseconds((std::int64_t{1} << 32) - world.random().Below(3000))
                                         : Duration::Milliseconds(world.random().Below(1'000'000));
  options.clock_skew = static_cast<std::int32_t>(world.random().Below(1001)) - 500;
  options.card.mtu = mtu;
  options.card.most_slices = OneOf<std::uint16_t, 4>(world, {1, 2, 5, net::kMostSlices});
  options.card.can_sum_transmitted = is_virtual || OneIn(world, 2);
  options.card.can_sum_received = is_virtual || OneIn(world, 2);
  if (options.card.can_sum_transmitted && OneIn(world, 2)) {
    options.card.most_slices = net::kMostSlices;
    options.card.largest_segment = 60000;
  }
  // What does not fit the card's slices even after copying cannot be sent at all.
  if (options.card.most_slices * options.buffer_size < mtu) options.card.most_slices = net::kMostSlices;
  if (options.card.most_slices * options.buffer_size < mtu) options.buffer_size = 512;
  options.buffers = 400 * 1024 / options.buffer_size;
  options.card_options.is_virtual = is_virtual;
  options.tcp = {.connections = 16,
                 .listeners = 16,
                 .half_open = 16,
                 .time_waits = OneOf<std::size_t, 2>(world, {2, 64}),
                 .ranges = 512,
                 .send_slices = 512,
                 .memory = 256 * 1024};
  return options;
}

Habits SomeHabits(World& world) {
  Habits habits = {.bytes = OneIn(world, 4) ? 0 : world.random().Below(OneIn(world, 5) ? 40'000 : 5000)};
  habits.write_size = world.Between(1, 3) == 1 ? world.Between(1, 100) : world.Between(100, 4000);
  habits.read_size = world.Between(1, 3) == 1 ? world.Between(16, 200) : world.Between(200, 8000);
  if (habits.bytes > 5000) habits.write_size = world.Between(500, 9000);
  if (OneIn(world, 4)) habits.read_pause = UpToMilliseconds(world, 20);
  if (OneIn(world, 3)) habits.think_time = UpToMilliseconds(world, 10);
  habits.reads_packets = OneIn(world, 3);
  if (OneIn(world, 15)) habits.aborts_after = world.random().Below(static_cast<std::uint32_t>(habits.bytes + 1));
  net::tcp::Options& options = habits.options;
  options.has_no_delay = OneIn(world, 3);
  options.may_ecn = OneIn(world, 2);
  options.send_limit = OneOf<std::uint32_t, 3>(world, {3000, 20'000, 200'000});
  options.receive_limit = OneOf<std::uint32_t, 3>(world, {3000, 20'000, 200'000});
  if (OneIn(world, 5)) options.most_segment_size = static_cast<std::uint16_t>(world.Between(88, 1000));
  return habits;
}

// All of a run, in the order in which it may be taken apart.
class Run {
 public:
  Run(std::uint64_t seed, const RunOptions& options) : world_(seed) {
    MakeHosts(options.capture_prefix);
    MakeTraffic();
    if (OneIn(world_, 8)) PlanFamine();
    if (OneIn(world_, 8)) PlanPartition();
    Inspect();
    if (options.is_condemned) world_.After(kAftermath, [this] { judge_.Fail("condemned"); });
  }

  Outcome Play() {
    const auto all_done = [this] {
      return !judge_.is_content() || (std::ranges::all_of(tcp_, [](const auto& flow) { return flow->is_done(); }) &&
                                      std::ranges::all_of(udp_, [](const auto& flow) { return flow->is_done(); }) &&
                                      std::ranges::all_of(pings_, [](const auto& flow) { return flow->is_done(); }));
    };
    world_.RunUntil(all_done, Instant{} + kLongestRun);
    world_.RunFor(kAftermath);
    for (const auto& flow : tcp_) flow->Judge();
    Outcome outcome = {.failure = {}, .trace_hash = 0, .totals = Count()};
    for (const auto& flow : tcp_) flow->Release();
    const auto all_rest = [this] {
      return std::ranges::all_of(hosts_, [](const auto& host) { return host->IsAtRest() && HasNoTimer(*host); });
    };
    if (judge_.is_content() && !world_.RunUntil(all_rest, world_.now() + kLongestRest)) {
      for (const auto& host : hosts_) {
        if (!host->IsAtRest()) judge_.Fail("not at rest: " + host->Describe());
        if (!HasNoTimer(*host)) judge_.Fail("a timer runs for nobody: " + host->Describe());
      }
    }
    outcome.failure = judge_.failure();
    outcome.trace_hash = world_.trace_hash();
    outcome.totals.events = world_.event_count();
    outcome.totals.virtual_seconds = static_cast<std::uint64_t>(world_.now().nanoseconds / 1'000'000'000);
    return outcome;
  }

 private:
  void MakeHosts(const std::string& capture_prefix) {
    const bool is_virtual = OneIn(world_, 4);
    has_plain_ip_ = OneIn(world_, 4);
    const std::size_t count = OneIn(world_, 3) ? 3 : 2;
    const auto mtu = OneOf<std::uint16_t, 4>(world_, {1280, 1500, 1500, 9000});
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::uint16_t>(i + 1);
      hosts_.push_back(std::make_unique<Host>(world_, SomeHost(world_, number, mtu, is_virtual, has_plain_ip_)));
    }
    if (count == 2) {
      cable_ = std::make_unique<Cable>(world_, hosts_[0]->card(), hosts_[1]->card());
      hosts_[0]->card().Plug(*cable_, Cable::End::kLeft);
      hosts_[1]->card().Plug(*cable_, Cable::End::kRight);
      cables_.push_back(cable_.get());
    } else {
      for (const auto& host : hosts_) {
        cables_.push_back(&switch_.Connect(host->card()));
        host->card().Plug(*cables_.back(), Cable::End::kLeft);
      }
    }
    for (Cable* const cable : cables_) {
      cable->SetConditions(Cable::End::kLeft, SomeConditions(world_));
      cable->SetConditions(Cable::End::kRight, SomeConditions(world_));
      if (capture_prefix.empty()) continue;
      captures_.push_back(
          std::make_unique<PcapFile>(capture_prefix + "-cable" + std::to_string(captures_.size() + 1) + ".pcap"));
      cable->SetCapture(&captures_.back()->writer());
    }
  }

  void MakeTraffic() {
    const std::uint32_t flows = world_.Between(1, 4);
    for (std::uint16_t number = 0; number < flows; ++number) {
      Host& client = *hosts_[world_.random().Below(static_cast<std::uint32_t>(hosts_.size()))];
      tcp_.push_back(std::make_unique<TcpFlow>(client, SomeOtherThan(client),
                                               FlowOptions{.number = number,
                                                           .is_ipv6 = OneIn(world_, 2),
                                                           .has_listener = !OneIn(world_, 20),
                                                           .opens_at = Instant{} + UpToMilliseconds(world_, 300),
                                                           .client = SomeHabits(world_),
                                                           .server = SomeHabits(world_)},
                                               judge_));
    }
    const std::uint32_t datagrams = world_.random().Below(3);
    for (std::uint16_t number = 0; number < datagrams; ++number) {
      Host& sender = *hosts_[world_.random().Below(static_cast<std::uint32_t>(hosts_.size()))];
      udp_.push_back(
          std::make_unique<UdpFlow>(sender, SomeOtherThan(sender),
                                    UdpFlowOptions{.number = number,
                                                   .is_ipv6 = OneIn(world_, 2),
                                                   .answers = OneIn(world_, 2),
                                                   .begins_at = Instant{} + UpToMilliseconds(world_, 300),
                                                   .pause = UpToMilliseconds(world_, 5),
                                                   .datagrams = world_.random().Below(20),
                                                   .largest = world_.Between(8, has_plain_ip_ ? 1200 : 5000)},
                                    judge_));
    }
    if (has_plain_ip_) return;
    const std::uint32_t pings = world_.random().Below(3);
    for (std::uint32_t i = 0; i < pings; ++i) {
      Host& asker = *hosts_[world_.random().Below(static_cast<std::uint32_t>(hosts_.size()))];
      pings_.push_back(
          std::make_unique<PingFlow>(asker, SomeOtherThan(asker),
                                     PingFlowOptions{.begins_at = Instant{} + UpToMilliseconds(world_, 300),
                                                     .pause = UpToMilliseconds(world_, 20),
                                                     .count = world_.random().Below(10),
                                                     .size = world_.random().Below(4000),
                                                     .is_ipv6 = OneIn(world_, 2)},
                                     judge_));
    }
  }

  Host& SomeOtherThan(const Host& host) {
    for (;;) {
      Host& other = *hosts_[world_.random().Below(static_cast<std::uint32_t>(hosts_.size()))];
      if (&other != &host) return other;
    }
  }

  // Somebody's memory is gone for a while. Nobody is told when it is back: the programs look again by themselves.
  void PlanFamine() {
    Host& host = *hosts_[world_.random().Below(static_cast<std::uint32_t>(hosts_.size()))];
    const Instant begin = Instant{} + UpToMilliseconds(world_, 400);
    const std::size_t packets = world_.random().Below(6);
    const std::size_t buffers = world_.random().Below(6);
    world_.At(begin, [&host, packets, buffers] { host.Starve(packets, buffers); });
    world_.At(begin + UpToMilliseconds(world_, 300), [&host] { host.GiveBack(); });
    world_.At(begin, [this] { Poke(); });
  }

  static std::size_t RunningTimers(Host& host) { return host.context().timers().running(); }
  static bool HasNoTimer(Host& host) { return RunningTimers(host) == 0; }

  // Now and then while there is traffic: what each TCP promises itself, and that nobody runs timers beyond those that
  // connections, tables and neighbours have.
  void Inspect() {
    constexpr std::size_t kMostOthers = 24;
    bool all_done = true;
    for (const auto& flow : tcp_) all_done &= flow->is_done();
    for (const auto& host : hosts_) {
      const std::string broken = net::tcp::Inspect(host->tcp());
      if (!broken.empty()) judge_.Fail("host " + std::to_string(host->number()) + ": " + broken);
      if (RunningTimers(*host) > host->tcp().connections() + kMostOthers) {
        judge_.Fail("too many timers: " + std::to_string(RunningTimers(*host)));
      }
    }
    if (!all_done) world_.After(kInspectionPause, [this] { Inspect(); });
  }

  void Poke() {
    bool all_done = true;
    for (const auto& flow : tcp_) {
      flow->Poke();
      all_done &= flow->is_done();
    }
    if (!all_done) world_.After(Duration::Milliseconds(100), [this] { Poke(); });
  }

  void PlanPartition() {
    Cable* const cable = cables_[world_.random().Below(static_cast<std::uint32_t>(cables_.size()))];
    const Instant begin = Instant{} + UpToMilliseconds(world_, 400);
    world_.At(begin, [cable] { cable->SetPlugged(false); });
    world_.At(begin + UpToMilliseconds(world_, 3000), [cable] { cable->SetPlugged(true); });
  }

  Totals Count() const {
    Totals totals = {.seeds = 1};
    for (const auto& flow : tcp_) {
      ++totals.flows;
      totals.completed_flows += flow->IsComplete();
      totals.tcp_bytes += flow->client().received() + flow->server().received();
    }
    for (const auto& flow : udp_) totals.datagrams += flow->received() + flow->answers();
    for (const auto& flow : pings_) totals.echoes += flow->replies();
    for (const Cable* const cable : cables_) {
      for (const Cable::End end : {Cable::End::kLeft, Cable::End::kRight}) {
        totals.frames += cable->counters(end).sent;
        totals.lost_frames += cable->counters(end).lost;
      }
    }
    for (const auto& host : hosts_) {
      totals.retransmissions += host->tcp().counters().retransmitted_segments;
      totals.skewed_clocks += host->clock_skew() != 0;
      totals.refusals += host->packets().refusals() + host->buffers().refusals();
    }
    return totals;
  }

  World world_;
  Judge judge_;
  std::vector<std::unique_ptr<PcapFile>> captures_;
  std::unique_ptr<Cable> cable_;  // between two hosts; more have a switch
  Switch switch_{world_};
  std::vector<Cable*> cables_;
  std::vector<std::unique_ptr<Host>> hosts_;
  bool has_plain_ip_ = false;
  std::vector<std::unique_ptr<PingFlow>> pings_;
  std::vector<std::unique_ptr<UdpFlow>> udp_;
  std::vector<std::unique_ptr<TcpFlow>> tcp_;
};

}  // namespace

Totals& Totals::operator+=(const Totals& other) {
  seeds += other.seeds;
  events += other.events;
  flows += other.flows;
  completed_flows += other.completed_flows;
  tcp_bytes += other.tcp_bytes;
  datagrams += other.datagrams;
  echoes += other.echoes;
  frames += other.frames;
  lost_frames += other.lost_frames;
  retransmissions += other.retransmissions;
  virtual_seconds += other.virtual_seconds;
  skewed_clocks += other.skewed_clocks;
  refusals += other.refusals;
  return *this;
}

Outcome RunMixedTraffic(std::uint64_t seed, const RunOptions& options) { return Run(seed, options).Play(); }

}  // namespace sim
