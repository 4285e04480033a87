// The same operations in nanoseconds, by google-benchmark: for the board linux, whose time is real.
#include <cstddef>
#include <string>

#include "benchmark/benchmark.h"
#include "testing/bench/costs/cost.h"

int main() {
  std::string name = "costs";
  std::string time = "--benchmark_min_time=0.05";
  std::string format = "--benchmark_format=csv";
  char* arguments[] = {name.data(), time.data(), format.data(), nullptr};
  int count = 3;
  benchmark::Initialize(&count, arguments);
  for (const costs::Cost& cost : costs::All()) {
    benchmark::RegisterBenchmark(cost.name, [&cost](benchmark::State& state) {
      if (cost.prepare != nullptr) cost.prepare();
      while (state.KeepRunningBatch(cost.count)) cost.run(cost.count);
      if (cost.finish != nullptr) cost.finish();
    });
  }
  const std::size_t run = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return run == costs::All().size() ? 0 : 1;
}
