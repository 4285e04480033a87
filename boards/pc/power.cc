// The end of the machine: the emulator's exit device, else a virtual machine's power button, else a halt.
#include <cstdint>

#include "kernel/arch/cpu.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/arch/x86_64/port_io.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// QEMU's isa-debug-exit: ends QEMU with 2 * value + 1. No PC has anything at this port.
constexpr std::uint16_t kDebugExit = 0xf4;
constexpr std::uint32_t kSuccess = 16;  // QEMU exits 33
constexpr std::uint32_t kFailure = 17;  // QEMU exits 35

// PM1a control of QEMU's pc and q35, where their firmware puts it: sleep type 0 (which is S5 there), sleep enable.
// A real PC has this register elsewhere, and only its ACPI tables say where: there the port may be anything.
constexpr std::uint16_t kQemuPowerControl = 0x604;
constexpr std::uint16_t kPowerOff = 1 << 13;

}  // namespace

void PowerOff(int exit_code) {
  kernel::arch::WritePort32(kDebugExit, exit_code == 0 ? kSuccess : kFailure);
  if (kernel::arch::IsVirtualMachine()) kernel::arch::WritePort16(kQemuPowerControl, kPowerOff);
  kernel::arch::Stop();
}

}  // namespace board
