#include "boards/pc/firmware_tables.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "boards/pc/acpi.h"
#include "boards/pc/boot_info.h"
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

constexpr std::size_t kMostTables = 64;  // no machine has more; what lies behind is not looked at

[[gnu::section(".bss..noinit")]] constinit std::array<FirmwareTable, kMostTables> tables = {};
constinit std::size_t table_count = 0;
constinit bool was_listed = false;

void ListAddresses(const AcpiRoot& root) {
  const kernel::Result<std::uint32_t> size = SizeOfFirmwareTable(root.address, root.signature);
  if (!size) return;
  const PhysicalWindow window(root.address, *size);
  if (!IsAcpiTableWhole(window.bytes())) return;
  table_count = std::min(CountAcpiTables(window.bytes(), root.signature), kMostTables);
  for (std::size_t i = 0; i < table_count; ++i) {
    tables[i] = {.address = AcpiTableAddress(window.bytes(), root.signature, i), .signature = 0};
  }
}

// Reads those of the first tables that one window shows: how many.
std::size_t ReadSignatures(std::span<FirmwareTable> some) {
  const std::uint64_t page = kernel::RoundDown(some.front().address.value, kernel::kPageSize);
  const PhysicalWindow window({page}, 2 * kernel::kPageSize);
  std::size_t count = 0;
  while (count < some.size() && some[count].address.value - page < kernel::kPageSize) {
    const std::uint64_t offset = some[count].address.value - page;
    if (!window.bytes().empty()) some[count].signature = Load<std::uint32_t>(window.bytes(), offset);
    ++count;
  }
  return count;
}

}  // namespace

kernel::Result<std::uint32_t> SizeOfFirmwareTable(kernel::PhysicalAddress address, std::uint32_t signature) {
  return ParseAcpiTableSize(PhysicalWindow(address, kAcpiHeaderSize).bytes(), signature);
}

std::span<const FirmwareTable> ListFirmwareTables() {
  if (!was_listed) {
    was_listed = true;
    if (const kernel::Result<AcpiRoot> root = FindRoot()) ListAddresses(*root);
    for (std::span<FirmwareTable> rest = std::span(tables).first(table_count); !rest.empty();) {
      rest = rest.subspan(ReadSignatures(rest));
    }
  }
  return std::span(tables).first(table_count);
}

}  // namespace board
