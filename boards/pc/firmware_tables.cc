#include "boards/pc/firmware_tables.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "boards/pc/acpi.h"
#include "boards/pc/loader.h"
#include "boards/pc/physical_window.h"
#include "boards/pc/pvh.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {
namespace {

// Where a BIOS leaves the root pointer. Under UEFI there is none.
constexpr kernel::PhysicalAddress kFirmware = {0xe'0000};
constexpr std::uint64_t kFirmwareSize = 0x2'0000;

// Where the loader says that it is, which spares a search through all of the firmware's area; else there.
kernel::Result<AcpiRoot> FindRoot() {
  constexpr std::uint64_t kRootSize = 36;
  const Handoff& handoff = TheHandoff();
  if (handoff.first == kPvhMagic) {
    const auto info = ParsePvhStartInfo(PhysicalWindow({handoff.second}, kPvhStartInfoSize).bytes());
    if (info && info->acpi_root.value != 0) {
      const auto root = FindAcpiRoot(PhysicalWindow(info->acpi_root, kRootSize).bytes());
      if (root) return root;
    }
  }
  return FindAcpiRoot(PhysicalWindow(kFirmware, kFirmwareSize).bytes());
}

}  // namespace

kernel::Result<std::uint32_t> SizeOfFirmwareTable(kernel::PhysicalAddress address, std::uint32_t signature) {
  return ParseAcpiTableSize(PhysicalWindow(address, kAcpiHeaderSize).bytes(), signature);
}

kernel::Result<FirmwareTables> ListFirmwareTables() {
  const kernel::Result<AcpiRoot> root = FindRoot();
  if (!root) return kernel::Fail(root.error());
  const kernel::Result<std::uint32_t> size = SizeOfFirmwareTable(root->address, root->signature);
  if (!size) return kernel::Fail(size.error());
  const PhysicalWindow window(root->address, *size);
  if (!IsAcpiTableWhole(window.bytes())) return kernel::Fail(kernel::Error::kMalformed);
  FirmwareTables tables;
  tables.count = std::min(CountAcpiTables(window.bytes(), root->signature), FirmwareTables::kMost);
  for (std::size_t i = 0; i < tables.count; ++i) {
    tables.addresses[i] = AcpiTableAddress(window.bytes(), root->signature, i);
  }
  return tables;
}

}  // namespace board
