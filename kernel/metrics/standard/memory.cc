#include <cstdint>

#include "kernel/memory/memory.h"
#include "kernel/metrics/metrics.h"

namespace kernel::metrics {
namespace {

KERNEL_METRIC_OF_ITS_OWN constinit Callback total(Kind::kGauge, "memory_total_bytes", "bytes",
                                                  "RAM that can be handed out", [] {
                                                    return static_cast<std::int64_t>(
                                                        memory::ReadCounters().total_bytes);
                                                  });
KERNEL_METRIC_OF_ITS_OWN constinit Callback free_now(Kind::kGauge, "memory_free_bytes", "bytes",
                                                     "RAM that is not handed out now", [] {
                                                       return static_cast<std::int64_t>(
                                                           memory::ReadCounters().free_bytes);
                                                     });
KERNEL_METRIC_OF_ITS_OWN constinit Callback lowest(Kind::kGauge, "memory_lowest_free_bytes", "bytes",
                                                   "the least RAM that was ever left", [] {
                                                     return static_cast<std::int64_t>(
                                                         memory::ReadCounters().lowest_free_bytes);
                                                   });

}  // namespace
}  // namespace kernel::metrics
