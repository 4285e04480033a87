// Pins of a board that has none.
#include "boards/gpio.h"

#include "kernel/base/result.h"

namespace board {

using kernel::Error;
using kernel::Fail;

kernel::Result<void> UsePin(unsigned, PinUse) { return Fail(Error::kUnsupported); }
void WritePin(unsigned, bool) {}
bool ReadPin(unsigned) { return false; }
kernel::Result<void> WatchPin(unsigned, PinEdges, void (*)(void*), void*) { return Fail(Error::kUnsupported); }
kernel::Result<void> SwitchLed(bool) { return Fail(Error::kUnsupported); }

}  // namespace board
