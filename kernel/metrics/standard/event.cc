#include <cstdint>

#include "kernel/event/progress.h"
#include "kernel/metrics/metrics.h"

namespace kernel::metrics {
namespace {

std::int64_t Turns() { return static_cast<std::int64_t>(event::Turns()); }
std::int64_t Sleeps() { return static_cast<std::int64_t>(event::ReadProgress().sleeps); }
std::int64_t Idle() { return event::IdleTime().nanoseconds; }

KERNEL_METRIC_OF_ITS_OWN constinit Callback turns(Kind::kCounter, "event_turns_total", "",
                                                  "times that the loop gave the CPU to something", &Turns);
KERNEL_METRIC_OF_ITS_OWN constinit Callback sleeps(Kind::kCounter, "event_sleeps_total", "",
                                                   "times that the machine went to sleep", &Sleeps);
KERNEL_METRIC_OF_ITS_OWN constinit Callback idle(Kind::kCounter, "event_idle_nanoseconds_total", "nanoseconds",
                                                 "time that the machine has slept", &Idle);

}  // namespace
}  // namespace kernel::metrics
