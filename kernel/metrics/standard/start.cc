#include <cstdint>

#include "kernel/arch/aarch64/instruction_counter.h"
#include "kernel/metrics/metrics.h"

namespace kernel::metrics {
namespace {

// Read by a constructor: main() is near.
const std::int64_t instructions_to_main = arch::InstructionsSinceStart();

KERNEL_METRIC_OF_ITS_OWN constinit Callback instructions(
    Kind::kGauge, "start_instructions", "",
    "instructions from the image's first to main(); 0 where the CPU does not count them",
    [] { return instructions_to_main; });

}  // namespace
}  // namespace kernel::metrics
