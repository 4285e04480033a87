// The machine's APICs, shared by the board's interrupts and its alarm. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_INTERRUPTS_H_
#define ENKEL_BOARDS_PC_INTERRUPTS_H_

#include <cstddef>
#include <cstdint>

#include "drivers/interrupt/apic/controller.h"
#include "drivers/interrupt/apic/local_apic.h"
#include "kernel/arch/x86_64/msr.h"
#include "kernel/base/address.h"
#include "kernel/interrupt/controller.h"

namespace board {

// Where the local APIC is after reset, and where this board keeps it. [SDM] 3A 10.4.4
inline constexpr kernel::PhysicalAddress kLocalApic = {0xfee0'0000};

// How the CPU reaches its local APIC: x2APIC where it has that, else memory, mapped to itself.
class LocalApicBus {
 public:
  using Register = drivers::interrupt::LocalApicRegister;

  // Switches the local APIC on in its better mode.
  void Enable();

  std::uint32_t Read(Register which) const {
    if (is_x2_) return static_cast<std::uint32_t>(kernel::arch::ReadMsr(MsrOf(which)));
    return *Word(which);
  }
  void Write(Register which, std::uint32_t value) const {
    if (is_x2_) {
      kernel::arch::WriteMsr(MsrOf(which), value);
    } else {
      *Word(which) = value;
    }
  }
  // The fence: a write to the memory page may not be overtaken. [SDM] 3A 10.5.4.1
  void WriteDeadline(std::uint64_t time_stamp) const {
    constexpr std::uint32_t IA32_TSC_DEADLINE = 0x6e0;
    asm volatile("mfence" : : : "memory");
    kernel::arch::WriteMsr(IA32_TSC_DEADLINE, time_stamp);
  }
  std::uint32_t Id() const { return is_x2_ ? Read(Register::kId) : Read(Register::kId) >> 24; }
  void SendToSelf(std::uint8_t vector) const {
    constexpr std::uint32_t kSelfIpi = 0x83f;      // [SDM] 3A 10.12.11
    constexpr std::uint32_t kToSelf = 0b01 << 18;  // [SDM] 3A 10.6.1
    if (is_x2_) {
      kernel::arch::WriteMsr(kSelfIpi, vector);
    } else {
      *Word(Register::kCommand) = kToSelf | vector;
    }
  }

 private:
  static std::uint32_t MsrOf(Register which) { return 0x800 + static_cast<std::uint32_t>(which) / 16; }
  static volatile std::uint32_t* Word(Register which) {
    return reinterpret_cast<volatile std::uint32_t*>(kLocalApic.value + static_cast<std::uint32_t>(which));
  }

  bool is_x2_ = false;
};

// The two words of an I/O APIC, mapped to themselves.
class IoApicBus {
 public:
  constexpr IoApicBus() = default;
  explicit IoApicBus(std::uint64_t base) : base_(base) {}
  std::uint32_t Read(std::uint32_t offset) const { return *Word(offset); }
  void Write(std::uint32_t offset, std::uint32_t value) const { *Word(offset) = value; }

 private:
  volatile std::uint32_t* Word(std::uint32_t offset) const {
    return reinterpret_cast<volatile std::uint32_t*>(base_ + offset);
  }
  std::uint64_t base_ = 0;
};

using Apic = drivers::interrupt::ApicController<LocalApicBus, IoApicBus>;

// What board::InterruptController() gives.
Apic& TheApic();

// The line that a wire of the ISA bus leads to; `wire` is 0 to 15, as the first PCs numbered them. Not interrupt-safe.
kernel::interrupt::Line LineOfIsa(std::size_t wire);

}  // namespace board

#endif  // ENKEL_BOARDS_PC_INTERRUPTS_H_
