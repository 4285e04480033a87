// When a line asks without end: a stuck level, a device gone wild. Pure; the dispatch keeps one Burst a line.
#ifndef ENKEL_KERNEL_INTERRUPT_STORM_H_
#define ENKEL_KERNEL_INTERRUPT_STORM_H_

#include <cstdint>

#include "kernel/base/time.h"

namespace kernel::interrupt {

// So many runs of a handler in a row, while the loop makes no turn, are looked at.
inline constexpr std::uint32_t kStormRuns = 1'000;

// They are a storm if the program got less than so many times the ticks that the dispatch took: it hardly moves. That
// is independent of how quick CPU, counter or emulator are. A handler that asks as often as the program can bear is no
// storm.
inline constexpr std::uint64_t kStormShare = 16;

// How long a storming line is held back.
inline constexpr Duration kStormPause = Duration::Milliseconds(100);

class Burst {
 public:
  // Takes account of one run: the loop's turns until now, the ticks that the dispatch took without the handler, and the
  // ticks since the dispatch before. True when it was a storm; the next run begins anew.
  constexpr bool Add(std::uint64_t turns, std::uint64_t dispatch_ticks, std::uint64_t away_ticks) {
    if (turns != turns_ || runs_ == 0) {
      turns_ = turns;
      runs_ = 1;
      dispatch_ticks_ = dispatch_ticks;
      away_ticks_ = 0;  // before this burst
      return false;
    }
    ++runs_;
    dispatch_ticks_ += dispatch_ticks;
    away_ticks_ += away_ticks;
    if (runs_ < kStormRuns) return false;
    runs_ = 0;
    return away_ticks_ < kStormShare * dispatch_ticks_;
  }

 private:
  std::uint64_t turns_ = 0;
  std::uint64_t dispatch_ticks_ = 0;
  std::uint64_t away_ticks_ = 0;
  std::uint32_t runs_ = 0;
};

}  // namespace kernel::interrupt

#endif  // ENKEL_KERNEL_INTERRUPT_STORM_H_
