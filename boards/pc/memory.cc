// Where RAM is: the memory map that PVH or Multiboot2 left, or a constant.
#include <cstdint>

#include "boards/pc/boot_info.h"
#include "boards/pc/crash_page.h"
#include "boards/pc/loader.h"
#include "boards/pc/multiboot2.h"
#include "boards/pc/physical_window.h"
#include "boards/pc/pvh.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/boot/command_line.h"

namespace board {
namespace {

constinit Handoff the_handoff = {};

constexpr std::uint64_t kMebibyte = 1024 * 1024;

// Real mode's vectors, the firmware's data, VGA and option ROMs. Nobody needs these 640 KiB enough to sort them out.
constexpr MemoryRegion kFirstMebibyte = {.base = {0}, .size = kMebibyte};

// Without a usable map: what every machine that runs 64-bit code has had.
constexpr MemoryRegion kFallback = {.base = {kMebibyte}, .size = 15 * kMebibyte};

kernel::Result<void> FromPvh(kernel::PhysicalAddress address, MemoryMapSink& sink) {
  kernel::Result<PvhStartInfo> info = ParsePvhStartInfo(PhysicalWindow(address, kPvhStartInfoSize).bytes());
  if (!info) return kernel::Fail(info.error());
  const PhysicalWindow window(info->memory_map, info->memory_map_size);
  if (window.bytes().empty()) return kernel::Fail(kernel::Error::kMalformed);
  const std::uint64_t limit = PhysicalLimit();
  if (auto result = ReportPvhMemoryMap(window.bytes(), limit, sink); !result) return result;
  constexpr std::uint32_t kReserved = 2;
  ReportRegion(address.value, kPvhStartInfoSize, kReserved, limit, sink);
  ReportRegion(info->memory_map.value, info->memory_map_size, kReserved, limit, sink);
  if (info->command_line.value != 0) {
    ReportRegion(info->command_line.value, kernel::boot::kMostCommandLine, kReserved, limit, sink);
  }
  return {};
}

kernel::Result<void> FromMultiboot2(kernel::PhysicalAddress address, MemoryMapSink& sink) {
  const auto size = ParseMultiboot2Size(PhysicalWindow(address, kMultiboot2HeaderSize).bytes());
  if (!size) return kernel::Fail(size.error());
  const PhysicalWindow window(address, *size);
  if (auto result = ReportMultiboot2MemoryMap(window.bytes(), PhysicalLimit(), sink); !result) return result;
  sink.Reserved({.base = address, .size = *size});
  return {};
}

}  // namespace

const Handoff& TheHandoff() { return the_handoff; }

void FindMemory(const Handoff& handoff, MemoryMapSink& sink) {
  the_handoff = handoff;
  sink.Reserved(kFirstMebibyte);
  sink.Reserved({.base = kCrashPage, .size = kernel::kPageSize});
  const kernel::PhysicalAddress information = {handoff.second};
  const kernel::Result<void> found =
      handoff.first == kPvhMagic ? FromPvh(information, sink) : FromMultiboot2(information, sink);
  if (!found) sink.Usable(kFallback);
}

}  // namespace board
