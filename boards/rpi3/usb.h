// The board's USB: one controller, one port, and behind it on a 3 B+ or 3 B the hubs and the network chip.
#ifndef ENKEL_BOARDS_RPI3_USB_H_
#define ENKEL_BOARDS_RPI3_USB_H_

#include "drivers/bus/usb/host.h"
#include "kernel/base/result.h"

namespace board {

// The host, to which drivers are added before StartUsb. Errors: kNotFound (no controller, or no power for it).
kernel::Result<drivers::usb::Host*> UsbHost();

// Lets the host look for devices: on the loop, woken by line 9. Errors of kernel::interrupt::Register.
// More calls do nothing.
kernel::Result<void> StartUsb();
bool IsUsbStarted();

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_USB_H_
