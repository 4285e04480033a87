// An alarm out of a timer that counts down once, at a rate that nobody told: the local APIC's without deadlines.
//
// Nothing waits to learn the rate. Each alarm measures it, by how far the timer has come since it was started. What is
// not seen makes the rate look lower than it is, and so the timer asks too early, never too late: at first by a lot.
// IsEarly then looks at the clock and starts it again. After two or three times the rate is known, and an alarm is late
// by no more than a 32768th of its distance, and a microsecond.
#ifndef ENKEL_DRIVERS_TIMER_APIC_ALARM_APIC_ALARM_H_
#define ENKEL_DRIVERS_TIMER_APIC_ALARM_APIC_ALARM_H_

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernel/base/time.h"

namespace drivers::timer {

// `Machine` has kernel::Instant Now(), void StartCount(std::uint32_t count, bool is_slow) (at a 128th of the rate; 0
// stops it), std::uint32_t CurrentCount(), and kernel::Duration MostSleep() (after which the clock wants to be looked
// at).
template <typename Machine>
class ApicAlarm {
 public:
  constexpr explicit ApicAlarm(Machine machine) : machine_(machine) {}

  // The timer asks at `deadline` or before; kNever stops it. Interrupts masked.
  void Set(kernel::Instant deadline) {
    deadline_ = deadline;
    Measure();
    if (deadline == kernel::kNever) return Start(machine_.Now(), 0, false);
    const kernel::Instant now = machine_.Now();
    const std::int64_t most = std::min(machine_.MostSleep().nanoseconds, kMostNanoseconds);
    const std::int64_t left = std::min(deadline.nanoseconds - now.nanoseconds, most);
    if (left <= kStartTakes) return Start(now, 1, false);
    const std::uint64_t counts = CountsIn(static_cast<std::uint64_t>(left - kStartTakes));
    const bool is_slow = counts > kMostCounts;
    Start(now, is_slow ? std::min(counts / kSlowness, kMostCounts) : counts, is_slow);
  }

  // When the timer has asked: whether it is not time yet. Then it asks again; but what is shorter than an interrupt
  // takes is waited for here. Interrupts masked.
  bool IsEarly() {
    const std::int64_t left = (deadline_ - machine_.Now()).nanoseconds;
    if (left <= 0) return false;
    if (left <= kShortWait && machine_.HasExactClock()) {
      while (machine_.Now() < deadline_) continue;
      return false;
    }
    Set(deadline_);
    return true;
  }

  // What is known of the rate: counts a nanosecond, 32 bits after the point; not above the truth.
  std::uint64_t rate() const { return rate_; }

 private:
  static constexpr std::uint64_t kSlowness = 128;
  static constexpr std::uint64_t kMostCounts = std::numeric_limits<std::uint32_t>::max();
  // No timer is slower: 16 MHz.
  static constexpr std::uint64_t kSlowestRate = (std::uint64_t{16} << 32) / 1000;
  static constexpr std::int64_t kShortWait = 400;  // nanoseconds
  static constexpr std::int64_t kStartTakes = 50;  // nanoseconds, from looking at the clock until the timer runs
  // An hour, so that no product overflows.
  static constexpr std::int64_t kMostNanoseconds = std::int64_t{3600} * 1'000'000'000;
  // Nanoseconds that were measured. Shorter ones say nothing; up to the next, the clock's own steps count.
  static constexpr std::int64_t kShortestSpan = 2'000;
  static constexpr std::int64_t kShortestExactSpan = 10'000;
  static constexpr std::int64_t kLongSpan = 100'000;
  // Longer ones all count alike, so that a later one wins over an earlier.
  static constexpr std::int64_t kLongestSpan = 1'000'000'000;

  // Rounded up, and a little more: to come a moment too early costs a second interrupt.
  std::uint64_t CountsIn(std::uint64_t nanoseconds) const {
    const auto counts = static_cast<std::uint64_t>((static_cast<unsigned __int128>(nanoseconds) * rate_) >> 32);
    return counts + (counts >> 15) + 1;
  }

  void Start(kernel::Instant now, std::uint64_t count, bool is_slow) {
    started_ = now;
    is_slow_ = is_slow;
    count_ = count;
    machine_.StartCount(static_cast<std::uint32_t>(count), is_slow);
  }

  // The clock was read before the start and is read after the count, and a timer that has ended has stood still since:
  // whatever comes between makes the rate lower.
  void Measure() {
    if (count_ == 0) return;
    const std::uint64_t counted = count_ - std::min<std::uint64_t>(machine_.CurrentCount(), count_);
    const std::int64_t span = (machine_.Now() - started_).nanoseconds;
    if (span < kShortestSpan || span > kMostNanoseconds) return;
    const std::uint64_t seen = (counted << 32) / static_cast<std::uint64_t>(span) * (is_slow_ ? kSlowness : 1);
    const bool is_exact = machine_.HasExactClock();
    const bool is_better = seen > rate_ && span >= std::min(span_, is_exact ? kShortestExactSpan : kLongSpan);
    const bool is_newer = span >= span_ && (!was_exact_ || span >= kLongestSpan);
    if (!is_better && !is_newer) return;
    rate_ = std::max(seen, kSlowestRate);
    span_ = std::max(span_, std::min(span, kLongestSpan));
    was_exact_ = is_exact;
  }

  Machine machine_;
  std::uint64_t rate_ = kSlowestRate;
  std::int64_t span_ = 0;  // nanoseconds, the longest that `rate_` was measured over
  bool was_exact_ = false;
  kernel::Instant deadline_ = kernel::kNever;
  kernel::Instant started_;
  std::uint64_t count_ = 0;
  bool is_slow_ = false;
};

}  // namespace drivers::timer

#endif  // ENKEL_DRIVERS_TIMER_APIC_ALARM_APIC_ALARM_H_
