// Sleeps for ten deadlines, then works for short times with sleeps between: nothing is wrong with that.
#include <chrono>
#include <thread>

#include "kernel/base/time.h"
#include "kernel/event/watchdog.h"

namespace {

constinit kernel::event::Watchdog watchdog(kernel::Duration::Milliseconds(100));

}  // namespace

int main() {
  using std::chrono::milliseconds;
  if (!watchdog.Start()) return 1;
  std::this_thread::sleep_for(milliseconds(1000));
  for (int i = 0; i < 200; ++i) std::this_thread::sleep_for(milliseconds(1));
  return 0;
}
