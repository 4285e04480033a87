// Crashes at its first five starts; then ends well.
#include <cstdio>

#include "kernel/panic/last_crash.h"
#include "kernel/panic/panic.h"
#include "kernel/panic/reboot.h"

// Not even five crashes in no time are a loop.
constinit const kernel::panic::CrashLoop kernel::panic::kCrashLoop = {.crashes = 8, .uptime = Duration()};

int main() {
  const kernel::panic::CrashRecord* const crash = kernel::panic::LastCrash();
  std::printf("start after %u crashes\n", crash == nullptr ? 0u : crash->crashes);
  if (crash == nullptr || crash->crashes < 5) kernel::panic::Panic("the program's own");
  return 0;
}
