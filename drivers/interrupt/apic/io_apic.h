// The 82093AA I/O APIC and its descendants: wires of devices, each with an entry that says which vector it becomes.
// [I82093AA]
#ifndef ENKEL_DRIVERS_INTERRUPT_APIC_IO_APIC_H_
#define ENKEL_DRIVERS_INTERRUPT_APIC_IO_APIC_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/apic/registers.h"

namespace drivers::interrupt {

// An access is two steps, select and data: the caller masks interrupts.
template <typename Registers>
class IoApic {
 public:
  constexpr explicit IoApic(Registers registers) : behind_{registers} {}

  // How many wires it has, 1 to 240; 0 when nothing answers at the address.
  std::uint32_t CountPins() {
    using io_apic::IOAPICVER;
    const std::uint32_t version = behind_.template Read<IOAPICVER>().value;
    const std::uint32_t last = IOAPICVER::MAXIMUM_REDIRECTION_ENTRY::Get(version);
    return version == 0 || version == 0xffff'ffff || last >= kMostPins ? 0 : last + 1;
  }

  // Where a wire leads, and how it asks.
  struct Route {
    std::uint8_t vector;
    std::uint8_t destination;  // APIC ID
    bool is_level;
    bool is_active_low;
  };

  // Routes a wire, masked.
  void Configure(std::uint32_t pin, const Route& route) {
    Mask(pin);
    behind_.template Write<High>(High::DESTINATION::Of(route.destination), kWordsAPin * pin);
    behind_.template Write<Low>(Low::INTERRUPT_MASK::kMask | Low::TRIGGER_MODE::Of(route.is_level ? 1 : 0) |
                                    Low::INTPOL::Of(route.is_active_low ? 1 : 0) | Low::INTVEC::Of(route.vector),
                                kWordsAPin * pin);
  }

  void Mask(std::uint32_t pin) { SetMask(pin, 1); }
  void Unmask(std::uint32_t pin) { SetMask(pin, 0); }

 private:
  using Low = io_apic::IOREDTBL_LOW;
  using High = io_apic::IOREDTBL_HIGH;

  static constexpr std::uint32_t kMostPins = 240;
  static constexpr std::uint32_t kWordsAPin = 2;

  // The registers that are reached by their number.
  struct Behind : TypedRegisters {
    constexpr explicit Behind(Registers window) : registers(window) {}

    template <typename Word>
    Word Load(std::uint32_t number) const {
      registers.template Write<io_apic::IOREGSEL>(number);
      return registers.template Read<io_apic::IOWIN>().value;
    }
    template <typename Word>
    void Store(std::uint32_t number, Word value) const {
      registers.template Write<io_apic::IOREGSEL>(number);
      registers.template Write<io_apic::IOWIN>(value);
    }

    Registers registers;
  };

  void SetMask(std::uint32_t pin, std::uint32_t is_masked) {
    const std::uint32_t entry = behind_.template Read<Low>(kWordsAPin * pin).value;
    behind_.template Write<Low>(Low::INTERRUPT_MASK::Set(entry, is_masked), kWordsAPin * pin);
  }

  Behind behind_;
};

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_APIC_IO_APIC_H_
