// The device memory that a board wants mapped from the first C++ instruction on.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_DEVICE_WINDOWS_H_
#define ENKEL_KERNEL_ARCH_AARCH64_DEVICE_WINDOWS_H_

#include <cstdint>

namespace kernel::arch {

// [base, +size) is mapped to itself as device memory, read and write. Both are multiples of 2 MiB.
struct DeviceWindow {
  std::uint64_t base;
  std::uint64_t size;  // bytes; zero ends the table
};
static_assert(sizeof(DeviceWindow) == 16, "boot_tables.S reads the table");

}  // namespace kernel::arch

// Each board defines this table, constant-initialised: the entry code reads it before the MMU is on.
extern "C" const kernel::arch::DeviceWindow enkel_device_windows[];

#endif  // ENKEL_KERNEL_ARCH_AARCH64_DEVICE_WINDOWS_H_
