// A board without a device of random bytes that takes a driver.
#include "kernel/base/result.h"
#include "kernel/random/entropy_device.h"

namespace board {

kernel::Result<void> AddEntropyFromDevice() { return kernel::Fail(kernel::Error::kNotFound); }

}  // namespace board
