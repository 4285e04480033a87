// The end of the first slow start: a path whose round trips grow is full, so the window stops doubling before segments
// are lost: HyStart++. [RFC9406]
#ifndef ENKEL_NET_TCP_SLOW_START_H_
#define ENKEL_NET_TCP_SLOW_START_H_

#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/tcp/sequence.h"

namespace net::tcp {

// One of each connection, for its first slow start only. Nothing here allocates or blocks.
class SlowStart {
 public:
  // [RFC9406] 4.3
  static constexpr kernel::Duration kLeastThreshold = kernel::Duration::Milliseconds(4);
  static constexpr kernel::Duration kMostThreshold = kernel::Duration::Milliseconds(16);
  static constexpr std::uint8_t kSamples = 8;  // of a round, before its round trips say anything
  static constexpr std::uint8_t kConservativeRounds = 5;
  static constexpr std::uint32_t kGrowthDivisor = 4;  // in them
  static constexpr std::uint32_t kMostSegments = 8;   // that one acknowledgment adds: L, for who does not pace

  // `next` is the first number that will be sent.
  void Begin(Sequence next);

  // `bytes` were acknowledged, up to `snd_una`, while the window was what held the sender back; `round_trip` is what
  // this acknowledgment measured, if it did.
  struct Step {
    std::uint32_t growth = 0;  // bytes, of the window
    bool is_over = false;      // congestion avoidance begins
  };
  Step OnAcknowledged(std::uint32_t bytes, std::uint32_t segment_size, std::optional<kernel::Duration> round_trip,
                      Sequence snd_una, Sequence snd_nxt);

  bool IsConservative() const { return baseline_ != kNone; }  // in CSS

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  void Look();

  // Microseconds.
  std::uint32_t last_least_ = kNone;  // lastRoundMinRTT
  std::uint32_t least_ = kNone;       // currentRoundMinRTT
  std::uint32_t baseline_ = kNone;    // cssBaselineMinRtt, in CSS
  Sequence round_end_;                // windowEnd
  std::uint8_t samples_ = 0;          // rttSampleCount
  std::uint8_t rounds_ = 0;           // of CSS, begun
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_SLOW_START_H_
