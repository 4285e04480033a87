// google-benchmark as a program in an image: it measures, prints its table and ends with success.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "benchmark/benchmark.h"

namespace {

void SortIntegers(benchmark::State& state) {
  std::mt19937 random(7);
  std::vector<std::uint32_t> shuffled(static_cast<std::size_t>(state.range(0)));
  std::ranges::generate(shuffled, std::ref(random));
  for (auto _ : state) {
    std::vector<std::uint32_t> values = shuffled;
    std::ranges::sort(values);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(SortIntegers)->Range(64, 1024);

void MakeAndJoinThread(benchmark::State& state) {
  for (auto _ : state) std::thread([] {}).join();
}
BENCHMARK(MakeAndJoinThread);

void InsertIntoMap(benchmark::State& state) {
  for (auto _ : state) {
    std::map<int, int> map;
    for (int i = 0; i < 100; ++i) map.emplace((i * 37) % 101, i);
    benchmark::DoNotOptimize(map);
  }
  state.counters["size"] = 100;
}
BENCHMARK(InsertIntoMap);

}  // namespace

int main() {
  // An image has no command line: it is written here.
  std::string name = "benchmark_test";
  std::string time = "--benchmark_min_time=0.01";
  char* arguments[] = {name.data(), time.data(), nullptr};
  int count = 2;
  benchmark::Initialize(&count, arguments);
  const std::size_t run = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  constexpr std::size_t kBenchmarks = 5;  // the first one has three sizes: 64, 512, 1024
  std::printf("%zu benchmarks ran\n", run);
  return run == kBenchmarks ? 0 : 1;
}
