// Starts the machine from another partition of its card. A source file of its own; a board that boots from no card has
// boards/no_partitions.cc.
#ifndef ENKEL_BOARDS_RESTART_H_
#define ENKEL_BOARDS_RESTART_H_

#include "kernel/base/result.h"

namespace board {

// Resets the machine; its firmware then boots partition `number`, 1 to 62, or with 0 the first that it can boot.
// Returns only with an error: kUnsupported (the board has no such thing), kInvalidArgument. Interrupt-safe.
kernel::Result<void> RestartIntoPartition(unsigned number);

}  // namespace board

#endif  // ENKEL_BOARDS_RESTART_H_
