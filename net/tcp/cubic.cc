#include "net/tcp/cubic.h"

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.h"

namespace net::tcp {
namespace {

// beta_cubic = 0.7. [RFC9438] 4.6
constexpr std::uint64_t kBetaNumerator = 7;
constexpr std::uint64_t kBetaDenominator = 10;

// C = 0.4 segments a second cubed, in 1/1024. [RFC9438] 5.1
constexpr std::uint64_t kC = 410;

// alpha_cubic = 3 * (1 - beta) / (1 + beta) = 9/17. [RFC9438] 4.3
constexpr std::uint64_t kAlphaNumerator = 9;
constexpr std::uint64_t kAlphaDenominator = 17;

constexpr std::uint32_t kLargestWindow = 1 << 30;  // bytes: what a scaled window can announce [RFC7323] 2.3

// Time on the curve counts in 1/1024 s, and stops after 1024 s: a cube then fits into 60 bits.
constexpr int kTickBits = 10;
constexpr std::int64_t kMostTicks = std::int64_t{1} << 20;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

std::int64_t TicksOf(kernel::Duration duration) {
  const std::int64_t seconds = duration.nanoseconds / kNanosecondsPerSecond;
  if (seconds >= kMostTicks >> kTickBits) return kMostTicks;
  const std::int64_t rest = duration.nanoseconds % kNanosecondsPerSecond;
  return (seconds << kTickBits) + (rest << kTickBits) / kNanosecondsPerSecond;
}

// The largest integer whose cube is not above `value`, bit by bit. [HackersDelight] 11-2
std::uint64_t CubeRoot(std::uint64_t value) {
  std::uint64_t root = 0;
  for (int shift = 63; shift >= 0; shift -= 3) {
    root *= 2;
    const std::uint64_t step = 3 * root * (root + 1) + 1;
    if (value >> shift >= step) {
      value -= step << shift;
      ++root;
    }
  }
  return root;
}

}  // namespace

void Cubic::BeginAvoidance(kernel::Instant now) {
  is_avoiding_ = true;
  begin_ = now;
  reno_window_ = window_;
  reno_growth_ = 0;
  growth_ = 0;
  if (window_ >= maximum_) {
    maximum_ = window_;
    plateau_ = 0;
    return;
  }
  // K = cbrt((W_max - cwnd_epoch) / C), in segments and seconds; scaled to ticks, the cube by 2^30. [RFC9438] 4.2
  const std::uint64_t missing = maximum_ - window_;
  const auto scaled = (static_cast<unsigned __int128>(missing) << (3 * kTickBits + 10)) / (segment_size_ * kC);
  plateau_ = CubeRoot(static_cast<std::uint64_t>(scaled));
}

std::uint64_t Cubic::Curve(kernel::Duration elapsed) const {
  const std::int64_t distance = std::min(TicksOf(elapsed), kMostTicks) - static_cast<std::int64_t>(plateau_);
  const bool is_below = distance < 0;
  const auto ticks = static_cast<std::uint64_t>(is_below ? -distance : distance);
  const std::uint64_t cube = std::min<std::uint64_t>(ticks, kMostTicks) * ticks * ticks;
  const auto bytes =
      static_cast<std::uint64_t>(static_cast<unsigned __int128>(cube) * (segment_size_ * kC) >> (3 * kTickBits + 10));
  if (is_below) return bytes < maximum_ ? maximum_ - bytes : 0;
  return maximum_ + bytes;
}

void Cubic::OnAcknowledged(std::uint32_t bytes, kernel::Duration round_trip, kernel::Instant now) {
  if (IsInSlowStart()) {
    window_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{window_} + bytes, kLargestWindow));
    return;
  }
  if (!is_avoiding_) BeginAvoidance(now);

  // What Reno with the same average would have: alpha segments for each window of acknowledged bytes, and one once it
  // is where the loss was. [RFC9438] 4.3
  const bool is_past_maximum = reno_window_ >= maximum_;
  reno_growth_ += std::uint64_t{bytes} * segment_size_ * (is_past_maximum ? kAlphaDenominator : kAlphaNumerator);
  const std::uint64_t reno_unit = std::uint64_t{window_} * kAlphaDenominator;
  reno_window_ =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(reno_window_ + reno_growth_ / reno_unit, kLargestWindow));
  reno_growth_ %= reno_unit;

  // Where the curve is a round trip from now, but not more than half as much again. [RFC9438] 4.2
  const std::uint64_t most = std::uint64_t{window_} + window_ / 2;
  const std::uint64_t target = std::clamp<std::uint64_t>(Curve(now - begin_ + round_trip), window_, most);
  if (Curve(now - begin_) < reno_window_) {
    window_ = std::max(window_, reno_window_);
    return;
  }
  // (target - cwnd) / cwnd for each acknowledged byte; what is not a whole byte is kept.
  growth_ += (target - window_) * bytes;
  const std::uint64_t grown = growth_ / window_;
  growth_ %= window_;
  window_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(window_ + grown, kLargestWindow));
}

void Cubic::Reduce(std::uint32_t in_flight) {
  before_ = {.window = window_, .threshold = threshold_, .maximum = maximum_};
  can_undo_ = true;
  // Fast convergence: who loses before the old maximum leaves room for others. [RFC9438] 4.7
  maximum_ = window_ < maximum_
                 ? static_cast<std::uint32_t>(window_ * (kBetaDenominator + kBetaNumerator) / (2 * kBetaDenominator))
                 : window_;
  threshold_ = static_cast<std::uint32_t>(
      std::max<std::uint64_t>(in_flight * kBetaNumerator / kBetaDenominator, 2 * std::uint64_t{segment_size_}));
  is_avoiding_ = false;
}

void Cubic::OnCongestion(std::uint32_t in_flight) {
  Reduce(in_flight);
  window_ = threshold_;
}

void Cubic::OnTimeout(std::uint32_t in_flight, bool is_first) {
  if (is_first) Reduce(in_flight);
  // The next congestion avoidance makes a curve of its own from where it begins.
  maximum_ = 0;
  window_ = segment_size_;
  is_avoiding_ = false;
}

void Cubic::Undo() {
  if (!can_undo_) return;
  can_undo_ = false;
  window_ = std::max(window_, before_.window);
  threshold_ = before_.threshold;
  maximum_ = before_.maximum;
  is_avoiding_ = false;
}

void Cubic::OnIdle() {
  window_ = std::min(window_, InitialWindow(segment_size_));
  is_avoiding_ = false;
}

}  // namespace net::tcp
