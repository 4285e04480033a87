#include "boards/pc/generation_table.h"

#include <cstddef>
#include <cstdint>

#include "boards/pc/acpi.h"

namespace board {
namespace {

// "VMGENID", and a zero or a space, as QEMU's releases fill names up.
constexpr std::size_t kTableId = 16;  // [ACPI] 5.2.6
constexpr std::uint64_t kTableIdMask = 0xff'ffff'ffff'ffff;
constexpr std::uint64_t kGenerationId = 0x44'494e'4547'4d56;

// Name (VGIA, a double word): NameOp, the name, DWordPrefix. [ACPI] 20.2
constexpr std::uint64_t kName = 0x0c41'4947'5608;
constexpr std::uint64_t kNameMask = 0xffff'ffff'ffff;
constexpr std::size_t kNameSize = 6;

// From the start of QEMU's page, which no firmware shall take for a table of its own. [QEMU] specs/vmgenid
constexpr std::uint64_t kOffsetInPage = 40;
constexpr std::uint64_t kAlignment = 8;  // [VMGENID] requirement R1a

}  // namespace

bool IsGenerationTable(Bytes header) {
  return header.size() >= kAcpiHeaderSize && Load<std::uint32_t>(header, 0) == kSsdt &&
         (Load<std::uint64_t>(header, kTableId) & kTableIdMask) == kGenerationId;
}

kernel::Result<kernel::PhysicalAddress> ParseGenerationTable(Bytes table) {
  if (!IsGenerationTable(table)) return kernel::Fail(kernel::Error::kNotFound);
  for (Bytes rest = table.subspan(kAcpiHeaderSize); rest.size() >= kNameSize + sizeof(std::uint32_t);
       rest = rest.subspan(1)) {
    if ((Load<std::uint64_t>(rest, 0) & kNameMask) != kName) continue;
    const std::uint64_t page = Load<std::uint32_t>(rest, kNameSize);
    if (page == 0) break;
    const kernel::PhysicalAddress place = {page + kOffsetInPage};
    const bool is_in_a_page = place.value % kernel::kPageSize <= kernel::kPageSize - kGenerationIdentifierSize;
    if (place.value % kAlignment != 0 || !is_in_a_page) return kernel::Fail(kernel::Error::kMalformed);
    return place;
  }
  return kernel::Fail(kernel::Error::kNotFound);
}

void ReservedMemory::Reserved(MemoryRegion region) {
  if (identifier_.value < region.base.value || region.size < kGenerationIdentifierSize) return;
  const std::uint64_t offset = identifier_.value - region.base.value;
  if (offset <= region.size - kGenerationIdentifierSize) has_identifier_ = true;
}

}  // namespace board
