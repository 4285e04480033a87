// Reboot after a panic: unikernel(on_panic = "reboot"), or a board that says so. The record of the crash stays in RAM
// (last_crash.h). A machine that keeps crashing stops, so that it is noticed, and does not wear out what it talks to.
#ifndef ENKEL_KERNEL_PANIC_REBOOT_H_
#define ENKEL_KERNEL_PANIC_REBOOT_H_

#include "kernel/base/time.h"

namespace kernel::panic {

// A crash loop: the last `crashes` crashes took less than `uptime` together. `crashes` is 1 to CrashRecord::kUptimes.
struct CrashLoop {
  unsigned crashes;
  Duration uptime;
};

// Five crashes in ten minutes of uptime, unless the program defines this constant itself:
//   constinit const CrashLoop kernel::panic::kCrashLoop = {.crashes = 3, .uptime = Duration::Seconds(60)};
extern const CrashLoop kCrashLoop;

}  // namespace kernel::panic

#endif  // ENKEL_KERNEL_PANIC_REBOOT_H_
