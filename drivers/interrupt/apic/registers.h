// Registers of the local APIC and of the I/O APIC, in their order.
#ifndef ENKEL_DRIVERS_INTERRUPT_APIC_REGISTERS_H_
#define ENKEL_DRIVERS_INTERRUPT_APIC_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::interrupt {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheet's.

// By their place in the memory page; as an MSR, a register's number is 0x800 + offset / 16. [SDM] 3A 10.4.1, 10.12.1
namespace local_apic {

struct ID : ReadOnly<0x020> {
  using XAPIC = Bits<24, 8>;  // in memory; in an MSR all bits are
};
struct TPR : ReadWrite<0x080> {};
struct EOI : WriteOnly<0x0b0> {};
struct SVR : ReadWrite<0x0f0> {
  using VECTOR = Bits<0, 8>;
  using ENABLE = Bits<8>;
};
struct ISR : ReadOnly<0x100> {  // the first of eight
  static constexpr std::uint32_t kStride = 0x10;
};
// Written: what went wrong until now can be read. [SDM] 3A 10.5.3
struct ESR : ReadWrite<0x280> {};
struct ICR : ReadWrite<0x300> {  // its lower half
  using SHORTHAND = Bits<18, 2>;
};
struct LVT_TIMER : ReadWrite<0x320> {
  using MODE = Bits<17, 2>;
};
struct LVT_LINT0 : ReadWrite<0x350> {
  using MASK = Bits<16>;
};
struct LVT_LINT1 : ReadWrite<0x360> {
  using DELIVERY = Bits<8, 3>;
};
struct LVT_ERROR : ReadWrite<0x370> {};
struct INITIAL_COUNT : ReadWrite<0x380> {};
struct CURRENT_COUNT : ReadOnly<0x390> {};
struct DIVIDE : ReadWrite<0x3e0> {};

static_assert(AreInOrder<ID, TPR, EOI, SVR, ISR, ESR, ICR, LVT_TIMER, LVT_LINT0, LVT_LINT1, LVT_ERROR, INITIAL_COUNT,
                         CURRENT_COUNT, DIVIDE>());

}  // namespace local_apic

// The two that are in memory: the second shows the one that the first names. [I82093AA] 3.1
namespace io_apic {

struct IOREGSEL : ReadWrite<0x00> {};
struct IOWIN : ReadWrite<0x10> {};

static_assert(AreInOrder<IOREGSEL, IOWIN>());

// Those behind them, by their numbers. [I82093AA] 3.2
struct IOAPICVER : ReadOnly<0x01> {
  using MAXIMUM_REDIRECTION_ENTRY = Bits<16, 8>;
};
// Of wire 0, its two halves; the next wire's follow.
struct IOREDTBL_LOW : ReadWrite<0x10> {
  using INTVEC = Bits<0, 8>;
  using INTPOL = Bits<13>;        // asks low
  using TRIGGER_MODE = Bits<15>;  // asks by its level
  using INTERRUPT_MASK = Bits<16>;
};
struct IOREDTBL_HIGH : ReadWrite<0x11> {
  using DESTINATION = Bits<24, 8>;
};

static_assert(AreInOrder<IOAPICVER, IOREDTBL_LOW, IOREDTBL_HIGH>());

}  // namespace io_apic

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_APIC_REGISTERS_H_
