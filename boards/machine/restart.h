// Another start of the machine, from another image: the last step of an update, or of going back.
#ifndef ENKEL_BOARDS_MACHINE_RESTART_H_
#define ENKEL_BOARDS_MACHINE_RESTART_H_

#include "boards/restart.h"
#include "kernel/base/result.h"

namespace machine {

// Resets the machine at once, without the end of the program; its firmware then boots partition `number` of the card, 1
// to 62, or with 0 the first that it can boot. Returns only with an error: kUnsupported (this machine cannot choose),
// kInvalidArgument.
inline kernel::Result<void> RestartIntoPartition(unsigned number) { return board::RestartIntoPartition(number); }

}  // namespace machine

#endif  // ENKEL_BOARDS_MACHINE_RESTART_H_
