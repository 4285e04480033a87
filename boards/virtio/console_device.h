// A virtio console beside the board's own: for a log, or for what a program has to say to the machine below.
#ifndef ENKEL_BOARDS_VIRTIO_CONSOLE_DEVICE_H_
#define ENKEL_BOARDS_VIRTIO_CONSOLE_DEVICE_H_

#include "drivers/console/virtio_console/virtio_console.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"

namespace board {

// The first one; never null. It wakes `waker` when there is something to read after a Read that gave less than it was
// asked for. Called once. Errors: kNotFound (there is none), kUnsupported, kMalformed, kOutOfMemory.
kernel::Result<drivers::console::VirtioConsole*> OpenVirtioConsole(kernel::Waker& waker);

}  // namespace board

#endif  // ENKEL_BOARDS_VIRTIO_CONSOLE_DEVICE_H_
