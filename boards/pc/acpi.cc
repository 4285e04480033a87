#include "boards/pc/acpi.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/base/check.h"

namespace board {
namespace {

// The root pointer, [ACPI] 5.2.5.3.
constexpr std::uint64_t kRootSignature = 0x2052'5450'2044'5352;  // "RSD PTR "
constexpr std::size_t kRootAlignment = 16;
constexpr std::size_t kRootSize = 20;  // of revision 0
constexpr std::size_t kRevision = 15;
constexpr std::size_t kRsdtAddress = 16;
constexpr std::size_t kExtendedRootSize = 36;
constexpr std::size_t kXsdtAddress = 24;

constexpr std::size_t kTableSize = 4;

// The MADT, [ACPI] 5.2.12.
constexpr std::size_t kMadtEntries = 44;
constexpr std::size_t kEntryHeaderSize = 2;  // bytes: type, size
constexpr std::uint8_t kIoApicEntry = 1;
constexpr std::size_t kIoApicSize = 12;
constexpr std::size_t kIoApicAddress = 4;
constexpr std::size_t kIoApicFirstLine = 8;
constexpr std::uint8_t kOverrideEntry = 2;
constexpr std::size_t kOverrideSize = 10;
constexpr std::size_t kOverrideBus = 2;  // 0: ISA
constexpr std::size_t kOverrideSource = 3;
constexpr std::size_t kOverrideLine = 4;

constexpr std::uint32_t kIoApicsBegin = 0xfec0'0000;
constexpr std::uint32_t kIoApicsEnd = 0xfed0'0000;

std::size_t EntrySize(std::uint32_t signature) { return signature == kXsdt ? 8 : 4; }

std::optional<AcpiRoot> ParseRoot(Bytes bytes) {
  if (bytes.size() < kRootSize || Load<std::uint64_t>(bytes, 0) != kRootSignature) return std::nullopt;
  if (!IsAcpiTableWhole(bytes.first(kRootSize))) return std::nullopt;
  const bool is_extended = Load<std::uint8_t>(bytes, kRevision) >= 2 && bytes.size() >= kExtendedRootSize &&
                           IsAcpiTableWhole(bytes.first(kExtendedRootSize));
  if (is_extended && Load<std::uint64_t>(bytes, kXsdtAddress) != 0) {
    return AcpiRoot{.address = {Load<std::uint64_t>(bytes, kXsdtAddress)}, .signature = kXsdt};
  }
  return AcpiRoot{.address = {Load<std::uint32_t>(bytes, kRsdtAddress)}, .signature = kRsdt};
}

void AddIoApic(InterruptWiring& wiring, Bytes entry) {
  const auto address = Load<std::uint32_t>(entry, kIoApicAddress);
  if (address < kIoApicsBegin || address >= kIoApicsEnd || address % kernel::kPageSize != 0) return;
  if (wiring.io_apic_count == wiring.io_apics.size()) return;
  wiring.io_apics[wiring.io_apic_count++] = {.address = {address},
                                             .first_line = Load<std::uint32_t>(entry, kIoApicFirstLine)};
}

void Override(InterruptWiring& wiring, Bytes entry) {
  const auto source = Load<std::uint8_t>(entry, kOverrideSource);
  if (Load<std::uint8_t>(entry, kOverrideBus) != 0 || source >= wiring.isa_lines.size()) return;
  wiring.isa_lines[source] = Load<std::uint32_t>(entry, kOverrideLine);
}

InterruptWiring WithoutIoApics() {
  InterruptWiring wiring;
  for (std::uint32_t i = 0; i < wiring.isa_lines.size(); ++i) wiring.isa_lines[i] = i;
  return wiring;
}

}  // namespace

bool IsAcpiTableWhole(Bytes table) {
  std::uint8_t sum = 0;
  for (const std::byte byte : table) sum = static_cast<std::uint8_t>(sum + static_cast<std::uint8_t>(byte));
  return sum == 0;
}

kernel::Result<AcpiRoot> FindAcpiRoot(Bytes area) {
  for (; area.size() >= kRootSize; area = area.subspan(kRootAlignment)) {
    if (const std::optional<AcpiRoot> root = ParseRoot(area)) return *root;
  }
  return kernel::Fail(kernel::Error::kNotFound);
}

kernel::Result<std::uint32_t> ParseAcpiTableSize(Bytes header, std::uint32_t signature) {
  if (header.size() < kAcpiHeaderSize) return kernel::Fail(kernel::Error::kMalformed);
  if (Load<std::uint32_t>(header, 0) != signature) return kernel::Fail(kernel::Error::kNotFound);
  const auto size = Load<std::uint32_t>(header, kTableSize);
  if (size < kAcpiHeaderSize) return kernel::Fail(kernel::Error::kMalformed);
  return size;
}

std::size_t CountAcpiTables(Bytes root, std::uint32_t signature) {
  return root.size() < kAcpiHeaderSize ? 0 : (root.size() - kAcpiHeaderSize) / EntrySize(signature);
}

kernel::PhysicalAddress AcpiTableAddress(Bytes root, std::uint32_t signature, std::size_t index) {
  CHECK(index < CountAcpiTables(root, signature));
  const std::size_t offset = kAcpiHeaderSize + index * EntrySize(signature);
  if (signature == kXsdt) return {Load<std::uint64_t>(root, offset)};
  return {Load<std::uint32_t>(root, offset)};
}

InterruptWiring UsualWiring() {
  InterruptWiring wiring = WithoutIoApics();
  wiring.io_apics[wiring.io_apic_count++] = {.address = {kIoApicsBegin}, .first_line = 0};
  wiring.isa_lines[0] = 2;
  return wiring;
}

kernel::Result<InterruptWiring> ParseMadt(Bytes table) {
  if (table.size() < kMadtEntries) return kernel::Fail(kernel::Error::kMalformed);
  InterruptWiring wiring = WithoutIoApics();
  Bytes rest = table.subspan(kMadtEntries);
  while (rest.size() >= kEntryHeaderSize) {
    const auto type = Load<std::uint8_t>(rest, 0);
    const auto size = Load<std::uint8_t>(rest, 1);
    if (size < kEntryHeaderSize || size > rest.size()) return kernel::Fail(kernel::Error::kMalformed);
    const Bytes entry = rest.first(size);
    if (type == kIoApicEntry && size >= kIoApicSize) AddIoApic(wiring, entry);
    if (type == kOverrideEntry && size >= kOverrideSize) Override(wiring, entry);
    rest = rest.subspan(size);
  }
  if (wiring.io_apic_count == 0) return kernel::Fail(kernel::Error::kNotFound);
  return wiring;
}

}  // namespace board
