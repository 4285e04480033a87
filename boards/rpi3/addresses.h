// Where things are on a Raspberry Pi 3. [BCM2835] 1.2, as the ARM cores of a BCM2837 see it
#ifndef ENKEL_BOARDS_RPI3_ADDRESSES_H_
#define ENKEL_BOARDS_RPI3_ADDRESSES_H_

#include <cstdint>

#include "kernel/base/address.h"

namespace board {

inline constexpr std::uint64_t kPeripheralsSize = 16 * 1024 * 1024;  // bytes
inline constexpr kernel::PhysicalAddress kPeripherals = {0x3f000000};
inline constexpr kernel::PhysicalAddress kArmLocal = {0x40000000};  // interrupts and timers of the cores [QA7]

inline constexpr kernel::VirtualAddress kInterrupts = {0x3f00b200};  // [BCM2835] 7.5
inline constexpr kernel::VirtualAddress kMailbox = {0x3f00b880};
inline constexpr kernel::VirtualAddress kPowerManagement = {0x3f100000};
inline constexpr kernel::VirtualAddress kRng = {0x3f104000};
inline constexpr kernel::VirtualAddress kGpio = {0x3f200000};
inline constexpr kernel::VirtualAddress kPl011 = {0x3f201000};
inline constexpr kernel::VirtualAddress kAuxiliaries = {0x3f215000};  // the mini-UART among them
inline constexpr kernel::VirtualAddress kUsb = {0x3f980000};

// How the GPU, and what lies on its bus, reaches RAM past its own cache. [BCM2835] 1.2.3
inline constexpr std::uint32_t kGpuAlias = 0xc0000000;

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_ADDRESSES_H_
