// In an object of its own: a program that defines the constant links without this one.
#include "kernel/base/time.h"
#include "kernel/panic/reboot.h"

namespace kernel::panic {

constinit const CrashLoop kCrashLoop = {.crashes = 5, .uptime = Duration::Seconds(600)};

}  // namespace kernel::panic
