// CUBIC congestion control: how many bytes may be on the way. [RFC9438]
//
// The window grows along a cubic curve around the size at which packets were lost last; the curve depends on time, not
// on the round-trip time. All numbers are integers, so that the same events give the same window on every CPU.
#ifndef ENKEL_NET_TCP_CUBIC_H_
#define ENKEL_NET_TCP_CUBIC_H_

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.h"

namespace net::tcp {

// Called for each event of a connection; the connection decides what is a loss and what is recovery. Nothing here
// allocates or blocks.
class Cubic {
 public:
  // `segment_size` is the sender's maximum segment size in bytes, not 0. The initial window is that of [RFC6928].
  constexpr explicit Cubic(std::uint32_t segment_size)
      : segment_size_(segment_size), window_(InitialWindow(segment_size)) {}

  // `bytes` were newly acknowledged outside of recovery, while the window was what held the sender back. `round_trip`
  // is the smoothed round-trip time. [RFC9438] 4.2 to 4.5, 4.10
  void OnAcknowledged(std::uint32_t bytes, kernel::Duration round_trip, kernel::Instant now);

  // A loss was found, or an ECN echo came, for the first time in this round trip; `in_flight` bytes were on the way.
  // [RFC9438] 4.6, 4.7
  void OnCongestion(std::uint32_t in_flight);

  // The retransmission timer has run out; `is_first` unless the same data had timed out before. [RFC9438] 4.8,
  // [RFC5681] 3.1
  void OnTimeout(std::uint32_t in_flight, bool is_first);

  // What OnCongestion or OnTimeout took for a loss was none: the window goes back to what it was. [RFC9438] 4.9
  void Undo();

  // Nothing was sent for longer than the retransmission time-out: start slowly again. [RFC5681] 4.1
  void OnIdle();

  // The handshake is over, and says how large segments are; nothing was sent before.
  void Begin(std::uint32_t segment_size) {
    segment_size_ = segment_size;
    window_ = InitialWindow(segment_size);
  }

  // A path MTU or the peer's option changed it.
  void SetSegmentSize(std::uint32_t segment_size) { segment_size_ = segment_size; }

  std::uint32_t window() const { return window_; }        // bytes: cwnd
  std::uint32_t threshold() const { return threshold_; }  // bytes: ssthresh
  bool IsInSlowStart() const { return window_ < threshold_; }
  bool IsInFirstSlowStart() const { return threshold_ == UINT32_MAX; }  // nothing was lost yet

  // The path is full, though nothing was lost: congestion avoidance begins here. [RFC9406] 4.2
  void EndSlowStart() { threshold_ = window_; }

  // Bytes. [RFC6928] 2
  static constexpr std::uint32_t InitialWindow(std::uint32_t segment_size) {
    constexpr std::uint32_t kSegments = 10;
    constexpr std::uint32_t kBytes = 14600;
    return std::min(kSegments * segment_size, std::max(2 * segment_size, kBytes));
  }

 private:
  // Bytes on the curve, `elapsed` after the congestion avoidance began.
  std::uint64_t Curve(kernel::Duration elapsed) const;
  void BeginAvoidance(kernel::Instant now);
  void Reduce(std::uint32_t in_flight);

  std::uint32_t segment_size_;
  std::uint32_t window_;
  std::uint32_t threshold_ = UINT32_MAX;
  std::uint32_t maximum_ = 0;      // W_max: where the last reduction began
  std::uint32_t reno_window_ = 0;  // W_est: what Reno would have by now
  std::uint64_t growth_ = 0;       // acknowledged bytes that have not made a byte of window yet
  std::uint64_t reno_growth_ = 0;
  std::uint64_t plateau_ = 0;   // K, in 1/1024 s: when the curve reaches W_max
  kernel::Instant begin_ = {};  // of the congestion avoidance
  bool is_avoiding_ = false;    // `begin_` and `plateau_` are set

  struct Before {
    std::uint32_t window = 0;
    std::uint32_t threshold = 0;
    std::uint32_t maximum = 0;
  } before_;
  bool can_undo_ = false;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_CUBIC_H_
