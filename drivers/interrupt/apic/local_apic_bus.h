// How a CPU reaches its local APIC: x2APIC where it has that, else memory. [SDM] 3A 10.4, 10.12
#ifndef ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_BUS_H_
#define ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_BUS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/apic/registers.h"

namespace drivers::interrupt {

// Where the local APIC is after reset, and where this driver keeps it: a physical address. [SDM] 3A 10.4.4
inline constexpr std::uint64_t kLocalApicAddress = 0xfee0'0000;

// `Cpu`: std::uint64_t ReadMsr(std::uint32_t), void WriteMsr(std::uint32_t, std::uint64_t), std::uint32_t Features()
// (ECX of CPUID's leaf 1), void Fence() (MFENCE), void MapRegisters() (the page at kLocalApicAddress), and, after that,
// std::uint32_t ReadWord(offset) and void WriteWord(offset, value) of that page.
template <typename Cpu>
class LocalApicBus : public TypedRegisters {
 public:
  constexpr explicit LocalApicBus(Cpu cpu) : cpu_(cpu) {}

  // Switches the local APIC on in its better mode.
  void Enable() {
    const std::uint64_t before = cpu_.ReadMsr(kApicBase);
    is_x2_ = (before & kX2) != 0 || (cpu_.Features() & kHasX2Apic) != 0;
    const std::uint64_t base = kLocalApicAddress | (before & kBootProcessor) | kOn;
    // From off to x2APIC leads by way of xAPIC; a step back from x2APIC is a fault. [SDM] 3A 10.12.5
    if ((before & kX2) == 0) cpu_.WriteMsr(kApicBase, base);
    if (is_x2_) {
      cpu_.WriteMsr(kApicBase, base | kX2);
    } else {
      cpu_.MapRegisters();
    }
  }

  // The fence: a write to the memory page may not be overtaken. [SDM] 3A 10.5.4.1
  void WriteDeadline(std::uint64_t time_stamp) {
    cpu_.Fence();
    cpu_.WriteMsr(kTscDeadline, time_stamp);
  }
  std::uint32_t Id() {
    const std::uint32_t id = this->template Read<local_apic::ID>().value;
    return is_x2_ ? id : local_apic::ID::XAPIC::Get(id);
  }
  void SendToSelf(std::uint8_t vector) {
    if (is_x2_) {
      cpu_.WriteMsr(kSelfIpi, vector);
    } else {
      this->template Write<local_apic::ICR>(local_apic::ICR::SHORTHAND::Of(kToSelf) | vector);
    }
  }

 private:
  static constexpr std::uint32_t kApicBase = 0x1b;      // IA32_APIC_BASE
  static constexpr std::uint32_t kTscDeadline = 0x6e0;  // IA32_TSC_DEADLINE
  static constexpr std::uint32_t kSelfIpi = 0x83f;      // [SDM] 3A 10.12.11
  static constexpr std::uint64_t kBootProcessor = 1 << 8;
  static constexpr std::uint64_t kX2 = 1 << 10;
  static constexpr std::uint64_t kOn = 1 << 11;
  static constexpr std::uint32_t kHasX2Apic = 1U << 21;
  static constexpr std::uint32_t kToSelf = 0b01;  // [SDM] 3A 10.6.1

  friend class TypedRegisters;
  static constexpr std::uint32_t MsrOf(std::uint32_t offset) { return 0x800 + offset / 16; }
  template <typename Word>
  Word Load(std::uint32_t offset) const {
    return is_x2_ ? static_cast<Word>(cpu_.ReadMsr(MsrOf(offset))) : cpu_.ReadWord(offset);
  }
  template <typename Word>
  void Store(std::uint32_t offset, Word value) const {
    if (is_x2_) {
      cpu_.WriteMsr(MsrOf(offset), value);
    } else {
      cpu_.WriteWord(offset, value);
    }
  }

  [[no_unique_address]] Cpu cpu_;
  bool is_x2_ = false;
};

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_BUS_H_
