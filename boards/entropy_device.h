// A device of the board that has random bytes, beside those that kernel/random asks by itself.
#ifndef ENKEL_BOARDS_ENTROPY_DEVICE_H_
#define ENKEL_BOARDS_ENTROPY_DEVICE_H_

#include "kernel/base/result.h"

namespace board {

// Asks it for as much as makes a seed, and gives that to kernel/random. Blocks for 100 ms at most. To be called again
// whenever one likes; not interrupt-safe.
// Errors: kNotFound (there is none), kUnsupported, kOutOfMemory, kTimedOut (it gave nothing), kMalformed (it broke the
// rules, or what it gave is hardly random).
kernel::Result<void> AddEntropyFromDevice();

}  // namespace board

#endif  // ENKEL_BOARDS_ENTROPY_DEVICE_H_
