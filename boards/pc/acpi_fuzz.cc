// The way to the tables, the MADT, and the table of the generation identifier over arbitrary bytes. An I/O APIC must
// lie where I/O APICs may, and an identifier in one page.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "boards/pc/acpi.h"
#include "boards/pc/boot_info.h"
#include "boards/pc/generation_table.h"
#include "kernel/base/address.h"

// The first byte chooses the parser.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const board::Bytes bytes(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0:
      if (auto root = board::FindAcpiRoot(bytes);
          root && root->signature != board::kXsdt && root->signature != board::kRsdt) {
        std::abort();
      }
      break;
    case 1:
      for (const std::uint32_t signature : {board::kXsdt, board::kRsdt}) {
        const auto total = board::ParseAcpiTableSize(bytes, signature);
        if (total && *total < board::kAcpiHeaderSize) std::abort();
        for (std::size_t i = 0; i < board::CountAcpiTables(bytes, signature); ++i) {
          static_cast<void>(board::AcpiTableAddress(bytes, signature, i));
        }
      }
      break;
    case 2:
      if (const auto place = board::ParseGenerationTable(bytes)) {
        const std::uint64_t offset = place->value % kernel::kPageSize;
        if (place->value % 8 != 0 || offset + board::kGenerationIdentifierSize > kernel::kPageSize) std::abort();
        board::ReservedMemory reserved(*place);
        // Somewhere around the place, by the last bytes.
        const board::MemoryRegion region = {
            .base = {place->value + 32 - board::Load<std::uint8_t>(bytes, bytes.size() - 1) % 64},
            .size = board::Load<std::uint8_t>(bytes, bytes.size() - 2) % std::uint64_t{64},
        };
        reserved.Reserved(region);
        const bool is_within = region.base.value <= place->value && place->value - region.base.value <= region.size &&
                               region.size - (place->value - region.base.value) >= board::kGenerationIdentifierSize;
        if (reserved.has_identifier() != is_within) std::abort();
      }
      break;
    default:
      if (const auto wiring = board::ParseMadt(bytes)) {
        if (wiring->io_apic_count == 0 || wiring->io_apic_count > wiring->io_apics.size()) std::abort();
        for (std::size_t i = 0; i < wiring->io_apic_count; ++i) {
          if (wiring->io_apics[i].address.value >> 20 != 0xfec) std::abort();
        }
      }
  }
  return 0;
}
