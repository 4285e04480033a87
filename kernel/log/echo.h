// The log on the console, line by line as it is written.
#ifndef ENKEL_KERNEL_LOG_ECHO_H_
#define ENKEL_KERNEL_LOG_ECHO_H_

#include <string_view>

#include "kernel/base/time.h"
#include "kernel/log/log.h"

namespace kernel::log {

// Shows lines up to `level` on the console from now on, too. The console is polled: at 115,200 baud a line takes
// milliseconds, also where an interrupt handler logs it.
void EchoToConsole(Level level);

// What gets every recorded line, in the context that logs it; null for nobody. Must be interrupt-safe.
using Echo = void (*)(Level level, Instant time, std::string_view text);
void SetEcho(Echo receiver);

}  // namespace kernel::log

#endif  // ENKEL_KERNEL_LOG_ECHO_H_
