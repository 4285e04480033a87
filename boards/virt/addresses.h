// Where things are on QEMU's virt board (aarch64), in the part of its memory map that never changed.
#ifndef ENKEL_BOARDS_VIRT_ADDRESSES_H_
#define ENKEL_BOARDS_VIRT_ADDRESSES_H_

#include <cstdint>

#include "kernel/base/address.h"

namespace board {

inline constexpr kernel::PhysicalAddress kGic = {0x08000000};            // interrupt controller, 2 MiB
inline constexpr kernel::PhysicalAddress kLowDevices = {0x09000000};     // PL011, PL031, fw_cfg, PL061
inline constexpr kernel::PhysicalAddress kVirtioDevices = {0x0a000000};  // 32 virtio-mmio slots of 512 bytes
inline constexpr kernel::PhysicalAddress kPciMemory = {0x10000000};      // PCI's devices, 0x2eff0000 bytes
inline constexpr std::uint64_t kPciMemorySize = 0x2eff0000;
inline constexpr kernel::PhysicalAddress kPciConfiguration = {0x4010000000};  // of 256 buses
inline constexpr kernel::PhysicalAddress kRam = {0x40000000};

inline constexpr kernel::VirtualAddress kGicCpuInterface = {0x08010000};   // version 2
inline constexpr kernel::PhysicalAddress kGicMessages = {0x08020000};      // GICv2m
inline constexpr kernel::VirtualAddress kGicRedistributor = {0x080a0000};  // version 3: of the first core
inline constexpr kernel::VirtualAddress kPl011 = {0x09000000};
inline constexpr kernel::VirtualAddress kPl031 = {0x09010000};

}  // namespace board

#endif  // ENKEL_BOARDS_VIRT_ADDRESSES_H_
