// Registers of a function's configuration space, in their order, and of its MSI-X.
#ifndef ENKEL_DRIVERS_BUS_PCI_REGISTERS_H_
#define ENKEL_DRIVERS_BUS_PCI_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::pci {
// NOLINTBEGIN(readability-identifier-naming): the names are the specification's.

// [PCI] 6.1, figure 6-1
struct VENDOR_ID : ReadOnly<0x00, std::uint16_t> {
  // Ones are read where nobody answers, and zero where QEMU has no bus at all.
  static constexpr bool IsNobodys(std::uint16_t value) { return value == 0xffff || value == 0; }
};
struct DEVICE_ID : ReadOnly<0x02, std::uint16_t> {};
// Above the command the status, whose bits a written 1 clears.
struct COMMAND : ReadWrite<0x04> {
  using IO_SPACE = Bits<0>;            // answers at its I/O ports,
  using MEMORY_SPACE = Bits<1>;        // in memory,
  using BUS_MASTER = Bits<2>;          // and may write memory itself
  using INTERRUPT_DISABLE = Bits<10>;  // does not use its interrupt pin
  using CAPABILITIES_LIST = Bits<20>;  // of the status
};
struct CLASS_CODE : ReadOnly<0x0a, std::uint16_t> {  // subclass, class
  static constexpr std::uint16_t kHostBridge = 0x0600;
};
struct HEADER_TYPE : ReadOnly<0x0e, std::uint8_t> {
  using LAYOUT = Bits<0, 7>;
  using MULTIFUNCTION = Bits<7>;
};
// The first of six, of a bridge of two. [PCI] 6.2.5.1
struct BASE_ADDRESS : ReadWrite<0x10> {
  using IO_SPACE = Bits<0>;
  using TYPE = Bits<1, 2>;  // of memory; 2: 64 bits, the next register holds the upper ones
  static constexpr std::uint32_t kMemoryFlags = 0b1111;
  static constexpr std::uint32_t kPortFlags = 0b11;
};
struct SUBSYSTEM_ID : ReadOnly<0x2e, std::uint16_t> {};
struct CAPABILITIES_POINTER : ReadOnly<0x34, std::uint8_t> {};
struct INTERRUPT_LINE : ReadOnly<0x3c, std::uint8_t> {};  // firmware has written it
struct INTERRUPT_PIN : ReadOnly<0x3d, std::uint8_t> {};

static_assert(AreInOrder<VENDOR_ID, DEVICE_ID, COMMAND, CLASS_CODE, HEADER_TYPE, BASE_ADDRESS, SUBSYSTEM_ID,
                         CAPABILITIES_POINTER, INTERRUPT_LINE, INTERRUPT_PIN>());

// Of a bridge. [PCIBR] 3.2, figure 3-2
struct BUS_NUMBERS : ReadWrite<0x18> {
  using PRIMARY = Bits<0, 8>;
  using SECONDARY = Bits<8, 8>;
  using SUBORDINATE = Bits<16, 8>;
};
// Windows to what is behind: closed, when the first is above the last.
struct IO_WINDOW : ReadWrite<0x1c> {
  static constexpr std::uint32_t kClosed = 0x00f0;
};
struct MEMORY_WINDOW : ReadWrite<0x20> {  // in steps of 1 MiB
  using FIRST = Bits<4, 12>;
  using LAST = Bits<20, 12>;
  static constexpr std::uint32_t kClosed = 0x0000'fff0;
};
struct PREFETCHABLE_WINDOW : ReadWrite<0x24> {};

static_assert(AreInOrder<BUS_NUMBERS, IO_WINDOW, MEMORY_WINDOW, PREFETCHABLE_WINDOW>());

// A capability begins with these, wherever it is. [PCI] 6.7
struct CAPABILITY : ReadOnly<0, std::uint16_t> {
  using ID = Bits<0, 8>;
  using NEXT = Bits<8, 8>;
};

// From the capability on. [PCI] 6.8.2
namespace msix {

struct MESSAGE_CONTROL : ReadWrite<0> {
  using TABLE_SIZE = Bits<16, 11>;  // entries, less one
  using FUNCTION_MASK = Bits<30>;
  using ENABLE = Bits<31>;
};
struct TABLE : ReadOnly<4> {
  using BIR = Bits<0, 3>;  // which base address register
};

static_assert(AreInOrder<MESSAGE_CONTROL, TABLE>());

// Of the table's first entry, in memory; the next ones follow. [PCI] 6.8.2, figure 6-12
struct MSG_ADDRESS : ReadWrite<0> {};
struct MSG_UPPER_ADDRESS : ReadWrite<4> {};
struct MSG_DATA : ReadWrite<8> {};
struct VECTOR_CONTROL : ReadWrite<12> {
  using MASK = Bits<0>;
};
inline constexpr std::uint32_t kEntrySize = 16;  // bytes

static_assert(AreInOrder<MSG_ADDRESS, MSG_UPPER_ADDRESS, MSG_DATA, VECTOR_CONTROL>());

}  // namespace msix

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_REGISTERS_H_
