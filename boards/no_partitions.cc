// Partitions of a board that does not choose what it boots.
#include "boards/restart.h"
#include "kernel/base/result.h"

namespace board {

kernel::Result<void> RestartIntoPartition(unsigned) { return kernel::Fail(kernel::Error::kUnsupported); }

}  // namespace board
