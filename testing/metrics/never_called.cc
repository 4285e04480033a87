// A metric of code that is linked and that nothing reaches.
#include "kernel/metrics/metrics.h"

namespace {

KERNEL_METRIC constinit kernel::metrics::Counter never_called("test_never_called_total", "",
                                                              "calls of what nobody calls");

}  // namespace

void NeverCalled();
void NeverCalled() { never_called.Add(); }
