#include <cstdint>

#include "kernel/metrics/metrics.h"
#include "kernel/random/random.h"

namespace kernel::metrics {
namespace {

KERNEL_METRIC_OF_ITS_OWN constinit Callback seeds(Kind::kCounter, "random_seeds_total", "",
                                                  "times that the generator got a new seed",
                                                  [] { return static_cast<std::int64_t>(random::SeedCount()); });
KERNEL_METRIC_OF_ITS_OWN constinit Callback seeded(Kind::kGauge, "random_seeded", "",
                                                   "1 when random numbers can be had, else 0",
                                                   [] { return std::int64_t{random::IsSeeded() ? 1 : 0}; });

}  // namespace
}  // namespace kernel::metrics
