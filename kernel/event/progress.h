// How the loop goes on: for a watchdog, for gauges and for tests. Interrupt-safe, and links no scheduler.
#ifndef ENKEL_KERNEL_EVENT_PROGRESS_H_
#define ENKEL_KERNEL_EVENT_PROGRESS_H_

#include <cstdint>

#include "kernel/base/time.h"

namespace kernel::event {

struct Progress {
  std::uint64_t turns = 0;           // threads that were given the CPU, functions that ran on the loop
  std::uint64_t sleeps = 0;          // times the machine went to sleep
  std::uint64_t alarm_wake_ups = 0;  // of those, ended because a deadline of the loop had come,
  std::uint64_t work_wake_ups = 0;   // because a handler had posted work; all others ended for nothing
  Duration idle;                     // time asleep
  bool is_asleep = false;            // a handler that sees this has interrupted no program
};
Progress ReadProgress();

// How long the machine has slept since the start, in sum.
Duration IdleTime();

// The turns alone: whoever sees the same number twice, and not asleep, has seen one thread keep the CPU in between.
std::uint64_t Turns();

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_PROGRESS_H_
