// How the machine's interrupts are wired, as its ACPI tables say: the way to the MADT, and what is in it. [ACPI] 5.2
//
// Every byte is the firmware's, and hostile until checked. Pure functions: the caller brings the bytes.
#ifndef ENKEL_BOARDS_PC_ACPI_H_
#define ENKEL_BOARDS_PC_ACPI_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "boards/pc/boot_info.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {

inline constexpr std::size_t kAcpiHeaderSize = 36;  // bytes, of every table but the root pointer

// Signatures as a little-endian number.
inline constexpr std::uint32_t kRsdt = 0x5444'5352;
inline constexpr std::uint32_t kXsdt = 0x5444'5358;
inline constexpr std::uint32_t kMadt = 0x4349'5041;  // "APIC"

// The table that lists the others: an XSDT with addresses of 8 bytes, or an RSDT with addresses of 4.
struct AcpiRoot {
  kernel::PhysicalAddress address;
  std::uint32_t signature = 0;
};

// Finds the root pointer in the firmware's area: on a multiple of 16 bytes, with a right checksum. [ACPI] 5.2.5.1
// Errors: kNotFound.
kernel::Result<AcpiRoot> FindAcpiRoot(Bytes area);

// The size of a whole table in bytes, told by its first kAcpiHeaderSize bytes. Errors: kMalformed (too few bytes, or
// smaller than the header), kNotFound (another signature).
kernel::Result<std::uint32_t> ParseAcpiTableSize(Bytes header, std::uint32_t signature);

// Whether all bytes of a table add up to zero, as they must.
bool IsAcpiTableWhole(Bytes table);

// How many tables a whole root table lists, and where one of them is. `index` is below the count.
std::size_t CountAcpiTables(Bytes root, std::uint32_t signature);
kernel::PhysicalAddress AcpiTableAddress(Bytes root, std::uint32_t signature, std::size_t index);

// What leads from a wire to a global system interrupt.
struct InterruptWiring {
  struct IoApicPlace {
    kernel::PhysicalAddress address;
    std::uint32_t first_line = 0;  // global system interrupt of its first wire
  };
  static constexpr std::size_t kMostIoApics = 4;

  std::array<IoApicPlace, kMostIoApics> io_apics = {};
  std::size_t io_apic_count = 0;
  std::array<std::uint32_t, 16> isa_lines = {};  // by the number that the first PCs gave to the wire
};

// What every PC has without a word of its tables: an I/O APIC at 0xfec00000, each ISA wire at the line of its number,
// but the timer's at 2.
InterruptWiring UsualWiring();

// Reads a whole MADT. I/O APICs outside of 0xfec00000..0xfecfffff, and more than there is room for, are left out.
// Errors: kMalformed (an entry that ends outside), kNotFound (it names no I/O APIC).
kernel::Result<InterruptWiring> ParseMadt(Bytes table);

}  // namespace board

#endif  // ENKEL_BOARDS_PC_ACPI_H_
