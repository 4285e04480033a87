// The clock without a system call. Internal to boards/linux.
#ifndef ENKEL_BOARDS_LINUX_CLOCK_VDSO_H_
#define ENKEL_BOARDS_LINUX_CLOCK_VDSO_H_

#include <cstdint>

#include "boards/linux/system_call.h"

namespace board {

// [clock_gettime(2)]
using ClockFunction = long (*)(int clock, linux_abi::TimeSpec* time);
void SetClockFunction(ClockFunction function);  // clock.cc

// What Linux put on the process's stack: argc, argv, envp, auxv. memory.cc; null before it looked for memory.
const std::uint64_t* StartVector();

// From now on the clock is read by the function that Linux maps into each process, if it does: a network reads the
// clock with every turn. [vdso(7)]
void UseFastClock();

}  // namespace board

#endif  // ENKEL_BOARDS_LINUX_CLOCK_VDSO_H_
