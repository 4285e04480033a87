#include "kernel/arch/aarch64/device_windows.h"

#include "boards/virt/addresses.h"
#include "kernel/base/address.h"

constinit const kernel::arch::DeviceWindow enkel_device_windows[] = {
    {board::kGic.value, kernel::kBlockSize},
    {board::kLowDevices.value, kernel::kBlockSize},
    {board::kVirtioDevices.value, kernel::kBlockSize},
    {},
};
