#include "kernel/metrics/metrics.h"

#include <cstdint>

extern "C" {
// The linker defines them for a section whose name is an identifier. Weak: an image may have no metrics.
[[gnu::weak]] extern const kernel::metrics::Metric __start_enkel_metrics[];
[[gnu::weak]] extern const kernel::metrics::Metric __stop_enkel_metrics[];
}

namespace kernel::metrics {

void Metric::Read(Samples& samples) const {
  if (family_ != nullptr) {
    family_(samples);
  } else {
    samples.Take(
        {.label_value = {}, .value = function_ != nullptr ? function_() : value_.load(std::memory_order_relaxed)});
  }
}

void ForEach(void (*visit)(void* context, const Metric& metric), void* context) {
  for (const Metric* metric = __start_enkel_metrics; metric != __stop_enkel_metrics; ++metric) visit(context, *metric);
}

}  // namespace kernel::metrics
