#include "kernel/boot/board.h"

namespace board {

// A process that starts itself anew would be another program's business: its parent's.
void Reset() { PowerOff(102); }

}  // namespace board
