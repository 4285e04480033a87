#include "boards/pc/pvh.h"

#include <cstddef>
#include <cstdint>

namespace board {
namespace {

// Offsets in struct hvm_start_info.
constexpr std::size_t kMagic = 0;
constexpr std::size_t kVersion = 4;
constexpr std::size_t kCommandLine = 24;
constexpr std::size_t kAcpiRoot = 32;
constexpr std::size_t kMemoryMap = 40;
constexpr std::size_t kMemoryMapEntries = 48;

// Offsets in struct hvm_memmap_table_entry.
constexpr std::size_t kEntryBase = 0;
constexpr std::size_t kEntrySize = 8;
constexpr std::size_t kEntryKind = 16;

}  // namespace

kernel::Result<PvhStartInfo> ParsePvhStartInfo(Bytes bytes) {
  if (bytes.size() < kPvhStartInfoSize || Load<std::uint32_t>(bytes, kMagic) != kPvhMagic) {
    return kernel::Fail(kernel::Error::kMalformed);
  }
  const PvhStartInfo info = {
      .command_line = {Load<std::uint64_t>(bytes, kCommandLine)},
      .memory_map = {Load<std::uint64_t>(bytes, kMemoryMap)},
      .memory_map_size = std::uint64_t{Load<std::uint32_t>(bytes, kMemoryMapEntries)} * kPvhMemoryMapEntrySize,
      .acpi_root = {Load<std::uint64_t>(bytes, kAcpiRoot)},
  };
  if (Load<std::uint32_t>(bytes, kVersion) == 0 || info.memory_map.value == 0 || info.memory_map_size == 0) {
    return kernel::Fail(kernel::Error::kUnsupported);
  }
  return info;
}

kernel::Result<void> ReportPvhMemoryMap(Bytes bytes, std::uint64_t limit, MemoryMapSink& sink) {
  if (bytes.size() % kPvhMemoryMapEntrySize != 0) return kernel::Fail(kernel::Error::kMalformed);
  for (; !bytes.empty(); bytes = bytes.subspan(kPvhMemoryMapEntrySize)) {
    ReportRegion(Load<std::uint64_t>(bytes, kEntryBase), Load<std::uint64_t>(bytes, kEntrySize),
                 Load<std::uint32_t>(bytes, kEntryKind), limit, sink);
  }
  return {};
}

}  // namespace board
