// Crashes at every start.
#include "kernel/panic/panic.h"
#include "kernel/panic/reboot.h"

constinit const kernel::panic::CrashLoop kernel::panic::kCrashLoop = {.crashes = 3, .uptime = Duration::Seconds(60)};

int main() { kernel::panic::Panic("the program's own"); }
