#include "boards/pc/wiring.h"

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

// Where a BIOS leaves the root pointer. Under UEFI there is none: the usual wiring is right for its machines' first
// lines.
constexpr kernel::PhysicalAddress kFirmware = {0xe'0000};
constexpr std::uint64_t kFirmwareSize = 0x2'0000;

// No machine has more; one that says so is not believed.
constexpr std::size_t kMostTables = 64;

kernel::Result<std::uint32_t> SizeOf(kernel::PhysicalAddress address, std::uint32_t signature) {
  return ParseAcpiTableSize(PhysicalWindow(address, kAcpiHeaderSize).bytes(), signature);
}

kernel::Result<InterruptWiring> ReadMadt(kernel::PhysicalAddress address) {
  const kernel::Result<std::uint32_t> size = SizeOf(address, kMadt);
  if (!size) return kernel::Fail(size.error());
  const PhysicalWindow window(address, *size);
  if (!IsAcpiTableWhole(window.bytes())) return kernel::Fail(kernel::Error::kMalformed);
  return ParseMadt(window.bytes());
}

// One window at a time: the address of a table, by its place in the list.
kernel::Result<kernel::PhysicalAddress> TableAt(const AcpiRoot& root, std::uint32_t size, std::size_t index) {
  const PhysicalWindow window(root.address, size);
  if (!IsAcpiTableWhole(window.bytes())) return kernel::Fail(kernel::Error::kMalformed);
  if (index >= std::min(CountAcpiTables(window.bytes(), root.signature), kMostTables)) {
    return kernel::Fail(kernel::Error::kNotFound);
  }
  return AcpiTableAddress(window.bytes(), root.signature, index);
}

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

kernel::Result<InterruptWiring> FromTables() {
  const kernel::Result<AcpiRoot> root = FindRoot();
  if (!root) return kernel::Fail(root.error());
  const kernel::Result<std::uint32_t> size = SizeOf(root->address, root->signature);
  if (!size) return kernel::Fail(size.error());
  for (std::size_t index = 0;; ++index) {
    const kernel::Result<kernel::PhysicalAddress> table = TableAt(*root, *size, index);
    if (!table) return kernel::Fail(table.error());
    if (const kernel::Result<InterruptWiring> wiring = ReadMadt(*table)) return wiring;
  }
}

}  // namespace

InterruptWiring FindWiring() { return FromTables().value_or(UsualWiring()); }

}  // namespace board
