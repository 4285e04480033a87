// A device with random bytes that takes a driver. Each board has this, or //boards:no_entropy_device.
#ifndef ENKEL_KERNEL_RANDOM_ENTROPY_DEVICE_H_
#define ENKEL_KERNEL_RANDOM_ENTROPY_DEVICE_H_

#include "kernel/base/result.h"

namespace board {

// Asks the device for as much as makes a seed, and gives that to kernel::random::AddDeviceEntropy. kernel/random calls
// it where the board's own sources and the CPU's do not make a seed; a program may, whenever it likes. Blocks for 100
// ms at most; not interrupt-safe. Errors: kNotFound (there is none), kUnsupported, kOutOfMemory, kTimedOut (it gave
// nothing), kMalformed (it broke the rules, or what it gave is hardly random).
kernel::Result<void> AddEntropyFromDevice();

}  // namespace board

#endif  // ENKEL_KERNEL_RANDOM_ENTROPY_DEVICE_H_
