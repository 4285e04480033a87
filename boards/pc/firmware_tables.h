// Where this machine's ACPI tables are. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_FIRMWARE_TABLES_H_
#define ENKEL_BOARDS_PC_FIRMWARE_TABLES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {

struct FirmwareTables {
  static constexpr std::size_t kMost = 64;  // no machine has more; what lies behind is not looked at

  std::array<kernel::PhysicalAddress, kMost> addresses = {};
  std::size_t count = 0;
};

// The tables that the firmware's root table lists. No PhysicalWindow may be open; not interrupt-safe; may take a page
// for a page table. Errors: kNotFound (no root), kMalformed (the root table is).
kernel::Result<FirmwareTables> ListFirmwareTables();

// The size of the table at an address, in bytes. As above. Errors: those of ParseAcpiTableSize.
kernel::Result<std::uint32_t> SizeOfFirmwareTable(kernel::PhysicalAddress address, std::uint32_t signature);

}  // namespace board

#endif  // ENKEL_BOARDS_PC_FIRMWARE_TABLES_H_
