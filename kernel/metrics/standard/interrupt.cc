#include <cstdint>

#include "kernel/interrupt/interrupt.h"
#include "kernel/metrics/metrics.h"

namespace kernel::metrics {
namespace {

// One sample for each registered line, by the line's name.
template <std::int64_t (*kRead)(const interrupt::LineReport&)>
void ForLines(Samples& samples) {
  interrupt::ForEachLine(
      [](void* context, const interrupt::LineReport& report) {
        static_cast<Samples*>(context)->Take({.label_value = report.name, .value = kRead(report)});
      },
      &samples);
}

std::int64_t CountOf(const interrupt::LineReport& report) { return static_cast<std::int64_t>(report.count); }
std::int64_t WorstOf(const interrupt::LineReport& report) { return report.worst.nanoseconds; }

std::int64_t Spurious() { return static_cast<std::int64_t>(interrupt::ReadTotals().spurious); }
std::int64_t Unexpected() { return static_cast<std::int64_t>(interrupt::ReadTotals().unexpected); }
std::int64_t Storms() { return static_cast<std::int64_t>(interrupt::ReadTotals().storms); }

KERNEL_METRIC_OF_ITS_OWN constinit CallbackFamily handled(Kind::kCounter, "interrupt_handled_total", "",
                                                          "runs of the handler of a line", "line", &ForLines<&CountOf>);
KERNEL_METRIC_OF_ITS_OWN constinit CallbackFamily worst(Kind::kGauge, "interrupt_handler_worst_nanoseconds",
                                                        "nanoseconds", "the longest run of the handler of a line",
                                                        "line", &ForLines<&WorstOf>);
KERNEL_METRIC_OF_ITS_OWN constinit Callback spurious(Kind::kCounter, "interrupt_spurious_total", "",
                                                     "interrupts of which the controller knew nothing", &Spurious);
KERNEL_METRIC_OF_ITS_OWN constinit Callback unexpected(Kind::kCounter, "interrupt_unexpected_total", "",
                                                       "interrupts of a line without a handler", &Unexpected);
KERNEL_METRIC_OF_ITS_OWN constinit Callback storms(Kind::kCounter, "interrupt_storms_total", "",
                                                   "times that a line was held back for asking without end", &Storms);

}  // namespace
}  // namespace kernel::metrics
