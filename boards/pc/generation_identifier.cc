// The identifier that a hypervisor changes when it copies this machine.
#include <cstddef>
#include <cstdint>

#include "boards/pc/acpi.h"
#include "boards/pc/firmware_tables.h"
#include "boards/pc/generation_table.h"
#include "boards/pc/loader.h"
#include "boards/pc/physical_window.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/random/generation.h"

namespace board {
namespace {

// The page after the window's, so that no table page is needed.
constexpr std::uint64_t kPlace = PhysicalWindow::kEnd;
static_assert(kPlace % kernel::kPageSize == 0 && kPlace + kernel::kPageSize <= 0x10'0000);

kernel::Result<kernel::PhysicalAddress> ReadTable(kernel::PhysicalAddress address) {
  if (!IsGenerationTable(PhysicalWindow(address, kAcpiHeaderSize).bytes())) {
    return kernel::Fail(kernel::Error::kNotFound);
  }
  const kernel::Result<std::uint32_t> size = SizeOfFirmwareTable(address, kSsdt);
  if (!size) return kernel::Fail(size.error());
  const PhysicalWindow window(address, *size);
  if (!IsAcpiTableWhole(window.bytes())) return kernel::Fail(kernel::Error::kMalformed);
  return ParseGenerationTable(window.bytes());
}

kernel::Result<kernel::PhysicalAddress> FindIdentifier() {
  for (const FirmwareTable& table : ListFirmwareTables()) {
    if (table.signature != kSsdt) continue;
    if (const auto place = ReadTable(table.address)) return place;
  }
  return kernel::Fail(kernel::Error::kNotFound);
}

bool IsReserved(kernel::PhysicalAddress identifier) {
  ReservedMemory reserved(identifier);
  const Handoff handoff = TheHandoff();
  FindMemory(handoff, reserved);
  return reserved.has_identifier();
}

}  // namespace

const volatile std::uint64_t* GenerationIdentifier() {
  const kernel::Result<kernel::PhysicalAddress> place = FindIdentifier();
  if (!place || !IsReserved(*place)) return nullptr;
  const std::uint64_t page = kernel::RoundDown(place->value, kernel::kPageSize);
  const kernel::Result<void> mapped = kernel::arch::Map({kPlace}, {page}, kernel::kPageSize,
                                                        kernel::arch::Access::kRead, kernel::arch::MemoryType::kNormal);
  return mapped ? reinterpret_cast<const volatile std::uint64_t*>(kPlace + (place->value - page)) : nullptr;
}

}  // namespace board
