#include "kernel/arch/aarch64/device_windows.h"

#include "boards/rpi3/addresses.h"
#include "kernel/base/address.h"

constinit const kernel::arch::DeviceWindow enkel_device_windows[] = {
    {board::kPeripherals.value, board::kPeripheralsSize},
    {board::kArmLocal.value, kernel::kBlockSize},
    {},
};
