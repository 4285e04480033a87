// Many seeds of mixed traffic, or one:
//
//   bazel run //testing/sim:mixed_traffic_test -- --seed=17            one, with captures
//   bazel run //testing/sim:mixed_traffic_test -- --first=1 --seeds=1000000
//
// Seeds are run in a process of their own, so that a crash, too, ends with the seed's command and its captures.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "testing/sim/mixed_traffic.h"

namespace {

constexpr std::uint64_t kRepeatEvery = 50;  // seeds: one of so many is run twice, for the same trace

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t seeds = 10'000;
  std::uint64_t condemned = 0;  // a seed that is to fail; 0: none
  bool is_single = false;
};

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::size_t equals = word.find('=');
    const std::uint64_t value = equals == std::string_view::npos ? 0 : std::strtoull(argv[i] + equals + 1, nullptr, 10);
    if (word.starts_with("--seed=")) {
      arguments.first = value;
      arguments.seeds = 1;
      arguments.is_single = true;
    } else if (word.starts_with("--first=")) {
      arguments.first = value;
    } else if (word.starts_with("--seeds=")) {
      arguments.seeds = value;
    } else if (word.starts_with("--condemned=")) {
      arguments.condemned = value;
    } else {
      std::fprintf(stderr, "unknown argument %s\n", argv[i]);
      std::exit(2);
    }
  }
  return arguments;
}

std::string CapturePrefix(std::uint64_t seed) {
  const char* const outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  return (outputs == nullptr ? std::string("/tmp") : std::string(outputs)) + "/seed" + std::to_string(seed);
}

// Runs `body` in a process of its own; whether it returned true.
template <typename Body>
bool InChild(Body body) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    const bool is_good = body();
    std::fflush(stdout);
    _exit(is_good ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void Print(const sim::Totals& totals) {
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "%llu seeds, %llu events, %llu virtual seconds: %llu of %llu connections completed, %llu bytes, %llu echoes and "
      "%llu "
      "datagrams checked; %llu frames, %llu lost, %llu retransmissions; %llu clocks that drift, %llu times no memory\n",
      number(totals.seeds), number(totals.events), number(totals.virtual_seconds), number(totals.completed_flows),
      number(totals.flows), number(totals.tcp_bytes), number(totals.echoes), number(totals.datagrams),
      number(totals.frames), number(totals.lost_frames), number(totals.retransmissions), number(totals.skewed_clocks),
      number(totals.refusals));
}

// `current` is where the parent looks for the seed that crashed.
bool RunAll(const Arguments& arguments, volatile std::uint64_t* current) {
  const std::uint64_t shards = FromEnvironment("TEST_TOTAL_SHARDS", 1);
  const std::uint64_t shard = FromEnvironment("TEST_SHARD_INDEX", 0);
  sim::Totals totals;
  for (std::uint64_t seed = arguments.first; seed < arguments.first + arguments.seeds; ++seed) {
    if (seed % shards != shard) continue;
    *current = seed;
    const sim::Outcome outcome = sim::RunMixedTraffic(seed, {.is_condemned = seed == arguments.condemned});
    totals += outcome.totals;
    if (!outcome.failure.empty()) return false;
    if (seed / shards % kRepeatEvery == 0 && sim::RunMixedTraffic(seed).trace_hash != outcome.trace_hash) {
      std::printf("seed %llu: two runs, two traces\n", static_cast<unsigned long long>(seed));
      return false;
    }
  }
  Print(totals);
  // So many seeds have all kinds of misfortune in them, or the dice are broken.
  constexpr std::uint64_t kMany = 1000;
  const bool has_all = totals.lost_frames > 0 && totals.retransmissions > 0 && totals.skewed_clocks > 0 &&
                       totals.refusals > 0 && totals.echoes > 0 && totals.datagrams > 0;
  if (totals.seeds >= kMany && !has_all) std::printf("something never happened\n");
  return totals.seeds < kMany || has_all;
}

bool RunCaptured(std::uint64_t seed, bool is_condemned) {
  const sim::Outcome outcome =
      sim::RunMixedTraffic(seed, {.capture_prefix = CapturePrefix(seed), .is_condemned = is_condemned});
  std::printf("seed %llu: %s\ntrace %016llx\n", static_cast<unsigned long long>(seed),
              outcome.failure.empty() ? "all is well" : outcome.failure.c_str(),
              static_cast<unsigned long long>(outcome.trace_hash));
  Print(outcome.totals);
  return outcome.failure.empty();
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = Parse(argc, argv);
  if (const char* const file = std::getenv("TEST_SHARD_STATUS_FILE")) std::ofstream(file).flush();
  if (arguments.is_single) return RunCaptured(arguments.first, arguments.first == arguments.condemned) ? 0 : 1;

  auto* const current = static_cast<std::uint64_t*>(
      mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (InChild([&] { return RunAll(arguments, current); })) return 0;
  const std::uint64_t seed = *current;
  std::printf("FAILED. Replay: bazel run //testing/sim:mixed_traffic_test -- --seed=%llu\n",
              static_cast<unsigned long long>(seed));
  InChild([&] { return RunCaptured(seed, seed == arguments.condemned); });
  std::printf("captures: %s-cable*.pcap\n", CapturePrefix(seed).c_str());
  return 1;
}
