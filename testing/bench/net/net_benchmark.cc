// Our stack beside lwIP, both ends counted, over a wire in memory:
//
//   ./bazelw run -c opt //testing/bench/net:benchmark
//   ./bazelw run -c opt //testing/bench/net:instructions    the same in instructions, which are repeatable
//
// Each kind's two ends are two stacks; a frame is copied into the wire and out of it. `bulk` is per 1,460 bytes.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "net/wire/checksum.h"
#include "testing/bench/net/enkel_peer.h"
#include "testing/bench/net/lwip/lwip_peer.h"
#include "testing/bench/net/world.h"

namespace {

using bench::World;

struct Kind {
  const char* name;
  World& (*world)();
};

World& Lwip() {
  static World& world = *new World(lwip_peer_a, lwip_peer_b);
  return world;
}

World& Enkel() {
  static World& world = *new World(enkel_peer_a, enkel_peer_b);
  return world;
}

constexpr std::size_t kSegment = 1460;  // bytes
constexpr std::size_t kBulk = 64 * kSegment;

struct Row {
  std::string name;
  int connections;    // open ones, idle but for the one that is used
  std::size_t units;  // of what is counted, a run
  void (*run)(World& world);
  void (*prepare)(World& world) = [](World&) {};
};

const std::array kRows = {
    Row{"bulk", 0, kBulk / kSegment, [](World& world) { world.Bulk(kBulk); }, [](World& world) { world.OpenBulk(); }},
    Row{"round_trip/1", 1, 1, [](World& world) { world.RoundTrip(); }},
    Row{"round_trip/30", 30, 1, [](World& world) { world.RoundTrip(); }},
    Row{"connect_close", 30, 1, [](World& world) { world.ConnectAndClose(); }},
    Row{"udp_echo/64", 30, 1, [](World& world) { world.Echo(64); }},
    Row{"udp_echo/1400", 30, 1, [](World& world) { world.Echo(1400); }},
    Row{"round_trip/1000", 1000, 1, [](World& world) { world.RoundTrip(); }},
    Row{"round_trip/10000", 10000, 1, [](World& world) { world.RoundTrip(); }},
    Row{"round_trip/100000", 100'000, 1, [](World& world) { world.RoundTrip(); }},
};

// lwIP walks its list for each connection that is opened: more take too long.
constexpr int kMostOfLwip = 10'000;

const std::array kKinds = {Kind{"enkel", &Enkel}, Kind{"lwip", &Lwip}};

void Measure(benchmark::State& state, const Kind& kind, const Row& row, bool checksums) {
  World& world = kind.world();
  world.SetChecksums(checksums);
  world.Open(row.connections);
  row.prepare(world);
  row.run(world);  // addresses are resolved, windows open
  for (auto _ : state) row.run(world);
  state.SetItemsProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * row.units));
  state.counters["ns"] = benchmark::Counter(
      static_cast<double>(static_cast<std::size_t>(state.iterations()) * row.units),
      static_cast<benchmark::Counter::Flags>(benchmark::Counter::kIsRate | benchmark::Counter::kInvert));
}

// The checksum beside a copy of the same bytes: in the first level's cache, in a later one, in memory.
constexpr std::array<std::size_t, 3> kSumSizes = {1460, 256 * 1024, 64 * 1024 * 1024};

void Sum(benchmark::State& state, std::size_t size) {
  const std::vector<std::byte> bytes(size, std::byte{0x5a});
  for (auto _ : state) benchmark::DoNotOptimize(net::wire::SumBytes(bytes));
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * size));
}

void Copy(benchmark::State& state, std::size_t size) {
  const std::vector<std::byte> bytes(size, std::byte{0x5a});
  std::vector<std::byte> to(size);
  for (auto _ : state) {
    std::memcpy(to.data(), bytes.data(), size);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * size));
}

// --count=KIND,ROW,CHECKSUMS,RUNS: that many runs and nothing else, for whoever counts instructions from outside.
int Count(const std::string& what) {
  for (const Kind& kind : kKinds) {
    for (const Row& row : kRows) {
      for (const bool checksums : {false, true}) {
        const std::string prefix = std::string(kind.name) + "," + row.name + "," + (checksums ? "1," : "0,");
        if (!what.starts_with(prefix)) continue;
        World& world = kind.world();
        world.SetChecksums(checksums);
        world.Open(row.connections);
        row.prepare(world);
        for (int runs = 10 + std::atoi(what.c_str() + prefix.size()); runs > 0; --runs) row.run(world);
        std::printf("%zu\n", row.units);
        return 0;
      }
    }
  }
  std::fprintf(stderr, "no such row: %s\n", what.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strncmp(argv[1], "--count=", 8) == 0) return Count(argv[1] + 8);
  for (const std::size_t size : kSumSizes) {
    const std::string bytes = std::to_string(size);
    benchmark::RegisterBenchmark(("checksum/" + bytes).c_str(), [size](benchmark::State& state) { Sum(state, size); });
    benchmark::RegisterBenchmark(("memcpy/" + bytes).c_str(), [size](benchmark::State& state) { Copy(state, size); });
  }
  for (const Row& row : kRows) {
    for (const bool checksums : {true, false}) {
      for (const Kind& kind : kKinds) {
        if (row.connections > kMostOfLwip && kind.world == &Lwip) continue;
        const std::string name = row.name + (checksums ? "/checksums/" : "/none/") + kind.name;
        benchmark::RegisterBenchmark(
            name.c_str(), [&kind, &row, checksums](benchmark::State& state) { Measure(state, kind, row, checksums); });
      }
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
