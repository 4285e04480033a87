// A device that asks as often as it likes. The processor plays it: what it writes asserts a line, as a device's would.
#ifndef ENKEL_TESTING_INTERRUPT_WILD_DEVICE_H_
#define ENKEL_TESTING_INTERRUPT_WILD_DEVICE_H_

#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace testing_interrupt {

struct WildLine {
  kernel::interrupt::Line line;
  kernel::interrupt::Trigger trigger;
};

// Finds the device its line; called once. Errors: as AllocateMessage.
kernel::Result<WildLine> ConnectWildDevice();

// The device asks. Interrupt-safe.
void Ask();

// The handler has done what the device wanted: it is quiet until it asks again. Interrupt-safe.
void Content();

}  // namespace testing_interrupt

#endif  // ENKEL_TESTING_INTERRUPT_WILD_DEVICE_H_
