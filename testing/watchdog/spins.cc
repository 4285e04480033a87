// Never gives the CPU away.
#include "kernel/base/time.h"
#include "kernel/event/watchdog.h"

namespace {

constinit kernel::event::Watchdog watchdog(kernel::Duration::Milliseconds(200));

volatile bool is_over = false;

[[gnu::noinline]] void SpinsForEver() {
  while (!is_over) continue;
}

}  // namespace

int main() {
  if (!watchdog.Start()) return 1;
  SpinsForEver();
  return 2;
}
