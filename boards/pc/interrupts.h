// The machine's APICs, shared by the board's interrupts and its alarm. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_INTERRUPTS_H_
#define ENKEL_BOARDS_PC_INTERRUPTS_H_

#include <cstddef>
#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/apic/controller.h"
#include "drivers/interrupt/apic/local_apic_bus.h"
#include "kernel/arch/x86_64/cpuid.h"
#include "kernel/arch/x86_64/msr.h"
#include "kernel/interrupt/controller.h"

namespace board {

// The registers of this CPU; the local APIC's page is mapped to itself.
struct LocalApicCpu {
  static std::uint64_t ReadMsr(std::uint32_t number) { return kernel::arch::ReadMsr(number); }
  static void WriteMsr(std::uint32_t number, std::uint64_t value) { kernel::arch::WriteMsr(number, value); }
  static std::uint32_t Features() { return kernel::arch::Cpuid(1).ecx; }
  static void Fence() { asm volatile("mfence" : : : "memory"); }
  static void MapRegisters();
  static std::uint32_t ReadWord(std::uint32_t offset) { return *Word(offset); }
  static void WriteWord(std::uint32_t offset, std::uint32_t value) { *Word(offset) = value; }

 private:
  static volatile std::uint32_t* Word(std::uint32_t offset) {
    return reinterpret_cast<volatile std::uint32_t*>(drivers::interrupt::kLocalApicAddress + offset);
  }
};

using LocalApicBus = drivers::interrupt::LocalApicBus<LocalApicCpu>;

using Apic = drivers::interrupt::ApicController<LocalApicBus, drivers::MappedRegisters>;

// What board::InterruptController() gives.
Apic& TheApic();

// The line that a wire of the ISA bus leads to; `wire` is 0 to 15, as the first PCs numbered them. Not interrupt-safe.
kernel::interrupt::Line LineOfIsa(std::size_t wire);

}  // namespace board

#endif  // ENKEL_BOARDS_PC_INTERRUPTS_H_
