// Where this machine's ACPI tables are. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_FIRMWARE_TABLES_H_
#define ENKEL_BOARDS_PC_FIRMWARE_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {

struct FirmwareTable {
  kernel::PhysicalAddress address;
  std::uint32_t signature;  // 0: where it should be is none
};

// The tables that the firmware's root table lists: none where there is no root, or it is malformed. Looked for by the
// first call. No PhysicalWindow may be open; not interrupt-safe; may take a page for a page table.
std::span<const FirmwareTable> ListFirmwareTables();

// The size of the table at an address, in bytes. As above. Errors: those of ParseAcpiTableSize.
kernel::Result<std::uint32_t> SizeOfFirmwareTable(kernel::PhysicalAddress address, std::uint32_t signature);

}  // namespace board

#endif  // ENKEL_BOARDS_PC_FIRMWARE_TABLES_H_
