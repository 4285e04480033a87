#include "boards/pc/wiring.h"

#include <cstddef>
#include <cstdint>

#include "boards/pc/acpi.h"
#include "boards/pc/firmware_tables.h"
#include "boards/pc/physical_window.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {
namespace {

kernel::Result<InterruptWiring> ReadMadt(kernel::PhysicalAddress address) {
  const kernel::Result<std::uint32_t> size = SizeOfFirmwareTable(address, kMadt);
  if (!size) return kernel::Fail(size.error());
  const PhysicalWindow window(address, *size);
  if (!IsAcpiTableWhole(window.bytes())) return kernel::Fail(kernel::Error::kMalformed);
  return ParseMadt(window.bytes());
}

kernel::Result<InterruptWiring> FromTables() {
  for (const FirmwareTable& table : ListFirmwareTables()) {
    if (table.signature != kMadt) continue;
    if (const kernel::Result<InterruptWiring> wiring = ReadMadt(table.address)) return wiring;
  }
  return kernel::Fail(kernel::Error::kNotFound);
}

}  // namespace

// Under UEFI no tables are found: the usual wiring is right for its machines' first lines.
InterruptWiring FindWiring() { return FromTables().value_or(UsualWiring()); }

}  // namespace board
