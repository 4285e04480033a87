// Both boot information parsers over arbitrary bytes. What they report must lie below the limit.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "boards/pc/boot_info.h"
#include "boards/pc/multiboot2.h"
#include "boards/pc/pvh.h"

namespace {

constexpr std::uint64_t kLimit = std::uint64_t{512} << 30;

struct Judge : board::MemoryMapSink {
  void Usable(board::MemoryRegion region) override { Look(region); }
  void Reserved(board::MemoryRegion region) override { Look(region); }
  static void Look(board::MemoryRegion region) {
    if (region.size == 0 || region.base.value >= kLimit || region.size > kLimit - region.base.value) std::abort();
  }
};

}  // namespace

// The first byte chooses the parser.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const board::Bytes bytes(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  Judge judge;
  switch (data[0] % 3) {
    case 0:
      if (auto info = board::ParsePvhStartInfo(bytes);
          info && info->memory_map_size % board::kPvhMemoryMapEntrySize != 0) {
        std::abort();
      }
      break;
    case 1:
      static_cast<void>(board::ReportPvhMemoryMap(bytes, kLimit, judge));
      break;
    default:
      if (auto total = board::ParseMultiboot2Size(bytes); total && *total <= bytes.size()) {
        static_cast<void>(board::ReportMultiboot2MemoryMap(bytes.first(*total), kLimit, judge));
      }
      static_cast<void>(board::ReportMultiboot2MemoryMap(bytes, kLimit, judge));
      static_cast<void>(board::FindMultiboot2CommandLine(bytes));
  }
  return 0;
}
