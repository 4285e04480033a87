#include "net/tcp/slow_start.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/tcp/sequence.h"

namespace net::tcp {
namespace {

constexpr std::uint32_t MicrosecondsOf(kernel::Duration duration) {
  constexpr std::int64_t kNanoseconds = 1000;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(duration.nanoseconds / kNanoseconds, 0, UINT32_MAX - 1));
}

}  // namespace

void SlowStart::Begin(Sequence next) {
  *this = {};
  round_end_ = next;
}

// [RFC9406] 4.2
SlowStart::Step SlowStart::OnAcknowledged(std::uint32_t bytes, std::uint32_t segment_size,
                                          std::optional<kernel::Duration> round_trip, Sequence snd_una,
                                          Sequence snd_nxt) {
  if (snd_una >= round_end_) {
    round_end_ = snd_nxt;
    last_least_ = least_;
    least_ = kNone;
    samples_ = 0;
    if (IsConservative() && ++rounds_ > kConservativeRounds) return {.growth = 0, .is_over = true};
  }
  if (round_trip) {
    least_ = std::min(least_, MicrosecondsOf(*round_trip));
    if (samples_ < kSamples) ++samples_;
    Look();
  }
  std::uint32_t growth = std::min(bytes, kMostSegments * segment_size);
  if (IsConservative()) growth /= kGrowthDivisor;
  return {.growth = growth};
}

// Whether this round's round trips are longer than the last one's, or, in CSS, shorter again.
void SlowStart::Look() {
  if (samples_ < kSamples) return;
  if (IsConservative()) {
    if (least_ < baseline_) baseline_ = kNone;  // it was spurious: slow start goes on
    return;
  }
  if (last_least_ == kNone) return;
  constexpr std::uint32_t kShare = 8;
  const std::uint32_t threshold =
      std::clamp(last_least_ / kShare, MicrosecondsOf(kLeastThreshold), MicrosecondsOf(kMostThreshold));
  if (least_ < last_least_ || least_ - last_least_ < threshold) return;
  baseline_ = least_;
  rounds_ = 1;
}

}  // namespace net::tcp
