// The round-trip time of a connection, and how long to wait before a segment counts as lost. [RFC6298]
#ifndef ENKEL_NET_TCP_ROUND_TRIP_H_
#define ENKEL_NET_TCP_ROUND_TRIP_H_

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.h"

namespace net::tcp {

// What differs from the RFC by the program's wish.
struct TimeoutLimits {
  kernel::Duration least = kernel::Duration::Seconds(1);  // [RFC6298] 2.4; a fast network may want 200 ms
  kernel::Duration most = kernel::Duration::Seconds(60);  // [RFC6298] 2.5
};

// Samples come from acknowledgments that can belong to one transmission only: of segments that were sent once, or with
// an echoed timestamp (Karn's rule is the caller's). Nothing here allocates or blocks.
class RoundTrip {
 public:
  static constexpr kernel::Duration kInitialTimeout = kernel::Duration::Seconds(1);  // [RFC6298] 2.1
  static constexpr kernel::Duration kAfterLostSyn = kernel::Duration::Seconds(3);    // [RFC6298] 5.7

  constexpr explicit RoundTrip(TimeoutLimits limits = {}) : limits_(limits) {}

  // `sample` is at least 0. Ends the backing off. [RFC6298] 2.2, 2.3
  constexpr void AddSample(kernel::Duration sample) {
    const std::int64_t now = std::max<std::int64_t>(sample.nanoseconds, 0);
    if (!has_sample_) {
      has_sample_ = true;
      smoothed_ = now;
      variation_ = now / 2;
      least_ = now;
    } else {
      const std::int64_t difference = smoothed_ > now ? smoothed_ - now : now - smoothed_;
      variation_ += (difference - variation_) / 4;
      smoothed_ += (now - smoothed_) / 8;
      least_ = std::min(least_, now);
    }
    latest_ = now;
    backoffs_ = 0;
    lost_syn_ = false;
  }

  // The retransmission timer has run out: the next time-out is twice as long. [RFC6298] 5.5
  constexpr void BackOff() {
    if (backoffs_ < kMostBackoffs) ++backoffs_;
  }

  // The segments after a SYN that had to be sent again start with three seconds. [RFC6298] 5.7
  constexpr void RememberLostSyn() {
    lost_syn_ = true;
    backoffs_ = 0;
  }

  // How long to wait now. [RFC6298] 2.3 to 2.5, 5.5
  constexpr kernel::Duration timeout() const {
    std::int64_t timeout = lost_syn_ ? kAfterLostSyn.nanoseconds : kInitialTimeout.nanoseconds;
    if (has_sample_) timeout = smoothed_ + std::max(kGranularity, 4 * variation_);
    timeout = std::max(timeout, limits_.least.nanoseconds);
    for (std::uint8_t i = 0; i < backoffs_ && timeout < limits_.most.nanoseconds; ++i) timeout *= 2;
    return {std::min(timeout, limits_.most.nanoseconds)};
  }

  constexpr bool has_sample() const { return has_sample_; }
  constexpr kernel::Duration smoothed() const { return {smoothed_}; }    // SRTT
  constexpr kernel::Duration variation() const { return {variation_}; }  // RTTVAR
  constexpr kernel::Duration least() const { return {least_}; }          // the shortest sample so far
  constexpr kernel::Duration latest() const { return {latest_}; }
  constexpr int backoffs() const { return backoffs_; }

 private:
  static constexpr std::int64_t kGranularity = 1'000'000;  // nanoseconds: G, what a timer of the loop may be late
  static constexpr std::uint8_t kMostBackoffs = 16;        // doublings; any limit is reached before

  TimeoutLimits limits_;
  std::int64_t smoothed_ = 0;
  std::int64_t variation_ = 0;
  std::int64_t least_ = 0;
  std::int64_t latest_ = 0;
  std::uint8_t backoffs_ = 0;
  bool has_sample_ = false;
  bool lost_syn_ = false;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_ROUND_TRIP_H_
