#include "kernel/random/health.h"

#include <cstddef>
#include <cstdint>

namespace kernel::random {

bool HealthTest::Repeats(std::uint64_t sample) {
  run_ = run_ > 0 && sample == last_ ? run_ + 1 : 1;
  last_ = sample;
  return run_ >= limits_.repetition;
}

bool HealthTest::FavoursAValue(std::uint64_t sample) {
  if (position_ == 0) {
    first_ = sample;
    count_ = 0;
  }
  if (sample == first_) ++count_;
  return count_ >= limits_.proportion;
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
    __builtin_memcpy(&pair, recent_.data() + i, sizeof(pair));
    found |= static_cast<Pair>(pair == wanted);
  }
  return (found[0] | found[1]) != 0;
}

bool HealthTest::IsPeriodic(std::uint64_t sample) {
  if (position_ == 0) matches_ = {};
  bool is_periodic = false;
  const auto compare = [&](std::size_t at, std::size_t lag) {
    if (recent_[at] == sample && ++matches_[lag - 1] >= limits_.proportion) is_periodic = true;
  };
  if (MayRepeat(sample)) {
    // From the newest to the oldest: in a ring that is not full, those before next_ are all.
    for (std::size_t at = next_; at-- > 0;) compare(at, next_ - at);
    if (filled_ == kMostLag) {
      for (std::size_t at = kMostLag; at-- > next_;) compare(at, next_ + kMostLag - at);
    }
  }
  recent_[next_] = sample;
  next_ = (next_ + 1) % kMostLag;
  if (filled_ < kMostLag) ++filled_;
  return is_periodic;
}

bool HealthTest::Take(std::uint64_t sample) {
  // Each test sees each sample.
  if (Repeats(sample)) is_broken_ = true;
  if (FavoursAValue(sample)) is_broken_ = true;
  if (IsPeriodic(sample)) is_broken_ = true;
  position_ = (position_ + 1) % HealthLimits::kWindow;
  if (samples_ < start_up_) ++samples_;
  return !is_broken_;
}

}  // namespace kernel::random
