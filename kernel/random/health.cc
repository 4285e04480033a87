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

bool HealthTest::IsPeriodic(std::uint64_t sample) {
  if (position_ == 0) matches_ = {};
  bool is_periodic = false;
  for (std::size_t lag = 1; lag <= filled_; ++lag) {
    if (recent_[(next_ + kMostLag - lag) % kMostLag] != sample) continue;
    if (++matches_[lag - 1] >= limits_.proportion) is_periodic = true;
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
  if (samples_ < kStartUpSamples) ++samples_;
  return !is_broken_;
}

}  // namespace kernel::random
