// Registers of the ARM GIC, in their order. Of each array the first.
#ifndef ENKEL_DRIVERS_INTERRUPT_GIC_REGISTERS_H_
#define ENKEL_DRIVERS_INTERRUPT_GIC_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::interrupt {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheet's.

// The distributor. A redistributor's second frame has the first word or two of each array at the same place. [GIC]
// 12.9.1, 12.11.1, [GICv2] 4.3
namespace gic_distributor {

// The bits of version 3 that mean the same in the non-secure state and where there is only one. [GIC] 12.9.4
struct CTLR : ReadWrite<0x0000> {
  using Enable = Bits<0>;           // version 2
  using EnableGrp1 = Bits<1>;       // EnableGrp1A in the non-secure state
  using AffinityRouting = Bits<4>;  // ARE_NS, ARE
  using RegisterWritePending = Bits<31>;
};
struct TYPER : ReadOnly<0x0004> {
  using ITLinesNumber = Bits<0, 5>;
};
// A bit a line; in those that set or clear, a zero does nothing.
struct IGROUPR : ReadWrite<0x0080> {};
struct ISENABLER : ReadWrite<0x0100> {};
struct ICENABLER : ReadWrite<0x0180> {};
struct ICPENDR : ReadWrite<0x0280> {};
struct ICACTIVER : ReadWrite<0x0380> {};
// A byte a line.
struct IPRIORITYR : ReadWrite<0x0400, std::uint8_t> {};
struct ITARGETSR : ReadWrite<0x0800, std::uint8_t> {};
// Two bits a line, of which the upper one says "edge". [GIC] 12.9.9
struct ICFGR : ReadWrite<0x0c00> {};
// Version 3: 64 bits a line, from line 0 on.
struct IROUTER : ReadWrite<0x6000, std::uint64_t> {};

static_assert(AreInOrder<CTLR, TYPER, IGROUPR, ISENABLER, ICENABLER, ICPENDR, ICACTIVER, IPRIORITYR, ITARGETSR, ICFGR,
                         IROUTER>());

}  // namespace gic_distributor

// A redistributor's first frame. [GIC] 12.11.1
namespace gic_redistributor {

struct CTLR : ReadWrite<0x0000> {
  using RegisterWritePending = Bits<3>;
};
struct WAKER : ReadWrite<0x0014> {
  using ProcessorSleep = Bits<1>;
  using ChildrenAsleep = Bits<2>;
};

static_assert(AreInOrder<CTLR, WAKER>());

}  // namespace gic_redistributor

// The CPU interface of version 2. [GICv2] 4.4
namespace gic_cpu_interface {

struct CTLR : ReadWrite<0x00> {
  using Enable = Bits<0>;
};
struct PMR : ReadWrite<0x04> {};
struct BPR : ReadWrite<0x08> {};
struct IAR : ReadOnly<0x0c> {
  using InterruptID = Bits<0, 10>;
};
struct EOIR : WriteOnly<0x10> {};

static_assert(AreInOrder<CTLR, PMR, BPR, IAR, EOIR>());

}  // namespace gic_cpu_interface

// The message frame of version 2. [GICv2m] "Register summary"
namespace gic_messages {

struct MSI_TYPER : ReadOnly<0x008> {
  using COUNT = Bits<0, 10>;
  using FIRST = Bits<16, 10>;
};
// What devices write to.
struct MSI_SETSPI_NS : WriteOnly<0x040> {};

static_assert(AreInOrder<MSI_TYPER, MSI_SETSPI_NS>());

}  // namespace gic_messages

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_GIC_REGISTERS_H_
