// A clock out of the CPU's time stamp counter, whose rate nobody may have told.
//
// Nothing ever waits. While the rate is unknown, a reference counter of the machine is the clock itself; every look at
// it gives one more pair of both counters, and as soon as two pairs lie far enough apart to know the rate to 0.1 %,
// time goes on with the time stamp counter alone. Later looks, ever further apart, refine the rate: time then goes on
// from where it is, a little faster or slower. It never jumps and never goes backwards.
//
// How good it is: before the rate is known, as good as the reference. Then within 0.1 % of the reference's rate; at 16
// times the distance within 0.013 %, and so on down to a few parts in a million. Each is the sum of what the looks at
// both ends can be wrong by, so that a moment that a hypervisor stole makes it take longer, never wrong. Where a look
// takes about a microsecond, 0.1 % is known after 1.2 ms (power management timer) or 3.5 ms (8254).
//
// A reference wraps around: the power management timer after 4.7 s, the 8254 after 55 ms. Two first looks further apart
// than that cannot tell how often; then that one gap is as long as the rate known so far, or guessed, makes it.
#ifndef ENKEL_DRIVERS_TIMER_TSC_CLOCK_TSC_CLOCK_H_
#define ENKEL_DRIVERS_TIMER_TSC_CLOCK_TSC_CLOCK_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>

#include "drivers/timer/tsc_clock/reference.h"
#include "kernel/base/time.h"

namespace drivers::timer {

// Nanoseconds a tick, as a fixed-point number with 32 bits after the point. `ticks` in `nanoseconds`; ticks is not 0.
[[gnu::noinline]] constexpr std::uint64_t TickScale(std::uint64_t nanoseconds, std::uint64_t ticks) {
  // Both lose low bits alike until the shifted product fits: 2^32 ns are 4.3 s, and 32 bits are enough.
  while ((nanoseconds >> 32) != 0) {
    nanoseconds >>= 1;
    ticks >>= 1;
  }
  return ((nanoseconds << 32) + ticks / 2) / ticks;
}

// The product has up to 128 bits, so that no count of ticks overflows before the nanoseconds do (292 years).
constexpr std::uint64_t Scale(std::uint64_t value, std::uint64_t scale) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(value) * scale) >> 32);
}

// Now is short; what is rarely needed is out of its way, once.
//
// `Machine` has what Reference wants, std::uint64_t ReadTsc(), std::uint64_t KnownFrequency() (hertz of the counter if
// something tells it, else 0), and bool IsHurried() (whether an interrupt would have to wait: then nothing is refined).
// One CPU; Now and TimeStampAt are interrupt-safe.
template <typename Machine>
class TscClock {
 public:
  constexpr explicit TscClock(Machine machine) : machine_(machine) {}

  kernel::Instant Now() {
    const std::uint64_t tsc = machine_.ReadTsc();
    if (!is_running_.load(std::memory_order_relaxed)) return {Learn()};
    if (tsc >= refine_at_) Refine();
    return {CurrentLine().At(tsc)};
  }

  // What the counter reads at `instant`; not later than that, and too early while the rate is unknown.
  std::uint64_t TimeStampAt(kernel::Instant instant) {
    const std::int64_t now = Now().nanoseconds;
    const std::uint64_t tsc = machine_.ReadTsc();
    if (instant.nanoseconds <= now) return tsc;
    const auto left = static_cast<std::uint64_t>(std::min(instant.nanoseconds - now, kFurthest));
    if (!is_running_.load(std::memory_order_relaxed)) return tsc + left / (kNanosecondsPerSecond / kUsualSlowest);
    return tsc + Scale(left, std::numeric_limits<std::uint64_t>::max() / CurrentLine().scale);
  }

  bool knows_its_rate() const { return is_running_.load(std::memory_order_relaxed); }

 private:
  using Kind = typename Reference<Machine>::Kind;

  static constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

  // Hertz. Without any reference, some rate, so that time goes on: QEMU with -icount shift=0 counts at this one.
  static constexpr std::uint64_t kWithoutReference = 1'000'000'000;
  // Nothing slower runs 64-bit code, nothing faster exists: a rate outside came from a broken source.
  static constexpr std::uint64_t kSlowest = 10'000'000;
  static constexpr std::uint64_t kFastest = 20'000'000'000;
  // What a guess is made from.
  static constexpr std::uint64_t kUsual = 2'500'000'000;
  static constexpr std::uint64_t kUsualSlowest = 500'000'000;
  static constexpr std::uint64_t kUsualFastest = 6'000'000'000;

  static constexpr std::uint64_t kGoodEnough = 1024;    // one part in so many: the rate is known
  static constexpr std::uint64_t kStillCredible = 256;  // what a refined rate may differ by
  static constexpr std::uint64_t kBest = 1 << 20;
  static constexpr std::uint64_t kGrowth = 16;  // the next look at the reference lies so many times further away
  static constexpr std::uint64_t kLongestSpan = std::uint64_t{1} << 38;  // ticks, a minute or more: enough is enough
  static constexpr std::uint64_t kStandsStill = std::uint64_t{1} << 24;  // ticks without a count: it is broken
  static constexpr std::uint64_t kFewCounts = 16;
  static constexpr std::int64_t kFurthest = std::int64_t{1} << 58;  // nanoseconds, nine years: no product overflows

  // Time as a straight line over the time stamp counter.
  struct Line {
    std::uint64_t tsc = 0;
    std::int64_t nanoseconds = 0;
    std::uint64_t scale = 0;  // as TickScale

    // A reader that was interrupted may be older than the line.
    std::int64_t At(std::uint64_t now) const {
      return now < tsc ? nanoseconds : nanoseconds + static_cast<std::int64_t>(Scale(now - tsc, scale));
    }
  };

  // Both counters at one moment, which lies within `width` ticks around `tsc`.
  struct Pair {
    std::uint64_t tsc = 0;
    std::uint64_t width = 0;
    std::uint32_t count = 0;
  };

  const Line& CurrentLine() const { return lines_[current_line_.load(std::memory_order_relaxed)]; }

  // A reader finds the old line or the new one, whole.
  void Publish(const Line& line) {
    const std::uint8_t next = 1 - current_line_.load(std::memory_order_relaxed);
    lines_[next] = line;
    std::atomic_signal_fence(std::memory_order_release);
    current_line_.store(next, std::memory_order_relaxed);
  }

  [[gnu::noinline]] Pair Look() {
    const std::uint64_t before = machine_.ReadTsc();
    reference_.Latch(machine_);
    const std::uint64_t after = machine_.ReadTsc();
    return {.tsc = before + (after - before) / 2, .width = after - before, .count = reference_.Count(machine_)};
  }

  std::uint64_t CountsSince(const Pair& pair, const Pair& now) const {
    return (now.count - pair.count) & reference_.mask();
  }

  // Whether the rate between two looks is known to one part in `parts`: each look is off by half its width and by one
  // count, at most.
  static bool IsKnown(const Pair& from, const Pair& to, std::uint64_t counts, std::uint64_t parts) {
    return counts >= 4 * parts && from.width + to.width <= (to.tsc - from.tsc) / parts;
  }

  [[gnu::noinline]] std::uint64_t ToNanoseconds(std::uint64_t counts) const {
    // Exact for 5 hours of counts at once, far more than is asked.
    return counts / reference_.hertz() * kNanosecondsPerSecond +
           counts % reference_.hertz() * kNanosecondsPerSecond / reference_.hertz();
  }

  // An interrupt handler that comes in the middle of this finds time standing still.
  [[gnu::noinline]] std::int64_t Learn() {
    if (is_busy_.exchange(true, std::memory_order_relaxed)) return learned_.load(std::memory_order_relaxed);
    if (!has_begun_) {
      Begin();
    } else {
      Continue();
    }
    const std::int64_t now = learned_.load(std::memory_order_relaxed);
    is_busy_.store(false, std::memory_order_relaxed);
    return now;
  }

  [[gnu::noinline]] void Run(const Line& line, std::uint64_t refine_at) {
    Publish(line);
    refine_at_ = refine_at;
    std::atomic_signal_fence(std::memory_order_release);
    is_running_.store(true, std::memory_order_relaxed);
  }

  void Begin() {
    has_begun_ = true;
    const std::uint64_t hertz = machine_.KnownFrequency();
    if (hertz >= kSlowest && hertz <= kFastest) {
      const Line line = {.scale = TickScale(kNanosecondsPerSecond, hertz)};
      learned_.store(line.At(machine_.ReadTsc()), std::memory_order_relaxed);
      return Run(line, kNever);
    }
    BeginWith(Kind::kPowerTimer);
  }

  void BeginWith(Kind first) {
    reference_.Choose(machine_, first);
    if (reference_.kind() == Kind::kNone) {
      return Run({.tsc = machine_.ReadTsc(),
                  .nanoseconds = learned_.load(std::memory_order_relaxed),
                  .scale = TickScale(kNanosecondsPerSecond, kWithoutReference)},
                 kNever);
    }
    from_ = last_ = Look();
    counts_ = 0;
    earlier_ = learned_.load(std::memory_order_relaxed);
  }

  void Continue() {
    const Pair now = Look();
    const std::uint64_t gap = now.tsc - last_.tsc;
    std::uint64_t counts = CountsSince(last_, now);
    if (counts_ + counts == 0 && now.tsc - from_.tsc > kStandsStill) return BeginWith(NextKind());
    const bool may_have_wrapped = gap > ToNanoseconds(reference_.mask()) / (kNanosecondsPerSecond / kUsualSlowest);
    if (may_have_wrapped) counts = NearestTo(Scale(gap, GuessedScale()), counts);
    counts_ += counts;
    const std::int64_t nanoseconds = earlier_ + static_cast<std::int64_t>(ToNanoseconds(counts_));
    learned_.store(nanoseconds, std::memory_order_relaxed);
    last_ = now;
    if (may_have_wrapped || 2 * now.width < from_.width) {
      // A guess must not become a rate, nor a bad look the beginning of one.
      from_ = now;
      earlier_ = nanoseconds;
      counts_ = 0;
    } else if (IsKnown(from_, now, counts_, kGoodEnough)) {
      const std::uint64_t ticks = now.tsc - from_.tsc;
      const std::uint64_t hertz = TicksPerSecond(ticks, ToNanoseconds(counts_));
      if (hertz < kSlowest || hertz > kFastest) return BeginWith(NextKind());
      Run({.tsc = now.tsc, .nanoseconds = nanoseconds, .scale = TickScale(ToNanoseconds(counts_), ticks)},
          from_.tsc + kGrowth * ticks);
    }
  }

  static std::uint64_t TicksPerSecond(std::uint64_t ticks, std::uint64_t nanoseconds) {
    return Scale(ticks, TickScale(kNanosecondsPerSecond, nanoseconds));
  }

  Kind NextKind() const { return reference_.kind() == Kind::kPowerTimer ? Kind::kIntervalTimer : Kind::kNone; }

  // The number of counts that ends in `counts` and is nearest to `nanoseconds`.
  [[gnu::noinline]] std::uint64_t NearestTo(std::uint64_t nanoseconds, std::uint64_t counts) const {
    const std::uint64_t around = std::uint64_t{reference_.mask()} + 1;
    const std::uint64_t expected = Scale(nanoseconds, TickScale(reference_.hertz(), kNanosecondsPerSecond));
    if (expected + around / 2 < counts) return counts;
    return counts + (expected + around / 2 - counts) / around * around;
  }

  // The rate of the looks so far; else both counters may have started together, as a virtual machine's do; else a usual
  // one.
  std::uint64_t GuessedScale() const {
    if (counts_ >= kFewCounts) return TickScale(ToNanoseconds(counts_), last_.tsc - from_.tsc);
    if (from_.count >= kFewCounts) {
      const std::uint64_t hertz = TicksPerSecond(from_.tsc, ToNanoseconds(from_.count));
      if (hertz >= kUsualSlowest && hertz <= kUsualFastest) return TickScale(kNanosecondsPerSecond, hertz);
    }
    return TickScale(kNanosecondsPerSecond, kUsual);
  }

  [[gnu::noinline]] void Refine() {
    if (machine_.IsHurried() || is_busy_.exchange(true, std::memory_order_relaxed)) return;
    const Pair now = Look();
    const std::uint64_t ticks = now.tsc - from_.tsc;
    const Line& line = CurrentLine();
    const std::uint64_t expected = Scale(ticks, line.scale);
    const std::uint64_t around = ToNanoseconds(std::uint64_t{reference_.mask()} + 1);
    const std::uint64_t counts = NearestTo(expected, CountsSince(from_, now));
    const std::uint64_t scale = TickScale(ToNanoseconds(counts), ticks);
    const std::uint64_t change = scale > line.scale ? scale - line.scale : line.scale - scale;
    // Beyond this, the reference may have wrapped once more or less than the rate makes it.
    const bool is_too_late = expected / known_parts_ > around / 4;
    if (is_too_late || ticks == 0 || change > line.scale / kStillCredible) {
      from_ = now;
      refine_at_ = now.tsc + ticks;
    } else if (!IsKnown(from_, now, counts, known_parts_ * kGrowth / 2)) {
      refine_at_ = now.tsc + ticks / 2;  // a bad look
    } else {
      known_parts_ = std::min(known_parts_ * kGrowth / 2, kBest);
      Publish({.tsc = now.tsc, .nanoseconds = line.At(now.tsc), .scale = scale});
      refine_at_ = ticks > kLongestSpan ? kNever : from_.tsc + kGrowth * ticks;
    }
    is_busy_.store(false, std::memory_order_relaxed);
  }

  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  Machine machine_;
  Reference<Machine> reference_;
  std::atomic<bool> is_busy_ = false;
  std::atomic<bool> is_running_ = false;
  std::atomic<std::uint8_t> current_line_ = 0;
  bool has_begun_ = false;
  std::array<Line, 2> lines_ = {};
  std::uint64_t refine_at_ = 0;
  std::uint64_t known_parts_ = kGoodEnough;  // the rate is right to one part in so many

  // While learning: the looks that the rate comes from, and the time until `from_`.
  Pair from_, last_;
  std::uint64_t counts_ = 0;
  std::int64_t earlier_ = 0;
  std::atomic<std::int64_t> learned_ = 0;
};

}  // namespace drivers::timer

#endif  // ENKEL_DRIVERS_TIMER_TSC_CLOCK_TSC_CLOCK_H_
