// Interrupts: the local APIC, and the I/O APICs that the machine has.
#include "boards/pc/interrupts.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include "boards/pc/acpi.h"
#include "boards/pc/port_registers.h"
#include "boards/pc/wiring.h"
#include "drivers/interrupt/apic/controller.h"
#include "drivers/interrupt/apic/local_apic_bus.h"
#include "drivers/interrupt/pic_8259/pic_8259.h"
#include "kernel/arch/address_space.h"
#include "kernel/arch/x86_64/interrupt_gates.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

constinit bool is_ready = false;
constinit Apic apic{LocalApicBus{LocalApicCpu{}}};
constinit std::array<std::uint32_t, 16> isa_lines = {};

void MapDevicePage(std::uint64_t address) {
  CHECK(kernel::arch::Map({address}, {address}, kernel::kPageSize, kernel::arch::Access::kReadWrite,
                          kernel::arch::MemoryType::kDevice)
            .has_value());
}

}  // namespace

void LocalApicCpu::MapRegisters() { MapDevicePage(drivers::interrupt::kLocalApicAddress); }

Apic& TheApic() {
  if (is_ready) return apic;
  is_ready = true;
  drivers::interrupt::MaskPic8259(PortRegisters());
  kernel::arch::OpenInterruptGates();
  LocalApicBus local{LocalApicCpu{}};
  local.Enable();
  new (&apic) Apic(local);
  apic.Initialize();
  const InterruptWiring wiring = FindWiring();
  isa_lines = wiring.isa_lines;
  for (std::size_t i = 0; i < wiring.io_apic_count; ++i) {
    const std::uint64_t address = wiring.io_apics[i].address.value;
    MapDevicePage(address);
    static_cast<void>(apic.AddIoApic(kernel::VirtualAddress{address}, wiring.io_apics[i].first_line));
  }
  return apic;
}

kernel::interrupt::Line LineOfIsa(std::size_t wire) {
  static_cast<void>(TheApic());
  return {isa_lines[wire]};
}

kernel::interrupt::Controller& InterruptController() { return TheApic(); }

}  // namespace board
