#include <cstdint>

#include "kernel/metrics/metrics.h"
#include "kernel/time/alarm.h"

namespace kernel::metrics {
namespace {

std::int64_t Last() { return time::ReadAlarmLatency().last.nanoseconds; }
std::int64_t Worst() { return time::ReadAlarmLatency().worst.nanoseconds; }

KERNEL_METRIC_OF_ITS_OWN constinit Callback last(Kind::kGauge, "alarm_latency_nanoseconds", "nanoseconds",
                                                 "from the alarm's deadline to its interrupt's handler, the last time",
                                                 &Last);
KERNEL_METRIC_OF_ITS_OWN constinit Callback worst(Kind::kGauge, "alarm_latency_worst_nanoseconds", "nanoseconds",
                                                  "from the alarm's deadline to its interrupt's handler, at worst",
                                                  &Worst);

}  // namespace
}  // namespace kernel::metrics
