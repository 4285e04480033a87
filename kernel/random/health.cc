#include "kernel/random/health.h"

#include <cstddef>
#include <cstdint>

namespace kernel::random {

bool HealthTest::Repeats(std::uint64_t sample) {
  seen_.run = seen_.run > 0 && sample == seen_.last ? seen_.run + 1 : 1;
  seen_.last = sample;
  return seen_.run >= limits_.repetition;
}

bool HealthTest::FavoursAValue(std::uint64_t sample) {
  if (seen_.position == 0) {
    seen_.first = sample;
    seen_.count = 0;
  }
  if (sample == seen_.first) ++seen_.count;
  return seen_.count >= limits_.proportion;
}

// Whether any of the ring equals the sample, or is not filled yet and the sample is 0. Two are compared at a time: wide
// samples, which are drawn when a machine starts, never equal each other.
bool HealthTest::MayRepeat(std::uint64_t sample) const {
  using Pair [[gnu::vector_size(16)]] = std::uint64_t;
  const Pair wanted = {sample, sample};
  Pair found = {};
#pragma clang loop unroll(full)
  for (std::size_t i = 0; i < kMostLag; i += 2) {
    Pair pair;
    __builtin_memcpy(&pair, seen_.recent.data() + i, sizeof(pair));
    found |= static_cast<Pair>(pair == wanted);
  }
  return (found[0] | found[1]) != 0;
}

bool HealthTest::IsPeriodic(std::uint64_t sample) {
  if (seen_.position == 0) seen_.matches = {};
  bool is_periodic = false;
  const auto compare = [&](std::size_t at, std::size_t lag) {
    if (seen_.recent[at] == sample && ++seen_.matches[lag - 1] >= limits_.proportion) is_periodic = true;
  };
  if (MayRepeat(sample)) {
    // From the newest to the oldest: in a ring that is not full, those before `next` are all.
    for (std::size_t at = seen_.next; at-- > 0;) compare(at, seen_.next - at);
    if (seen_.filled == kMostLag) {
      for (std::size_t at = kMostLag; at-- > seen_.next;) compare(at, seen_.next + kMostLag - at);
    }
  }
  seen_.recent[seen_.next] = sample;
  seen_.next = (seen_.next + 1) % kMostLag;
  if (seen_.filled < kMostLag) ++seen_.filled;
  return is_periodic;
}

bool HealthTest::Take(std::uint64_t sample) {
  // Each test sees each sample.
  if (Repeats(sample)) seen_.is_broken = true;
  if (FavoursAValue(sample)) seen_.is_broken = true;
  if (IsPeriodic(sample)) seen_.is_broken = true;
  seen_.position = (seen_.position + 1) % HealthLimits::kWindow;
  if (seen_.samples < start_up_) ++seen_.samples;
  return !seen_.is_broken;
}

}  // namespace kernel::random
