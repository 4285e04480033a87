// The PVH start info: what QEMU's -kernel and the cloud hypervisors hand over. [PVH]
#ifndef ENKEL_BOARDS_PC_PVH_H_
#define ENKEL_BOARDS_PC_PVH_H_

#include <cstddef>
#include <cstdint>

#include "boards/pc/boot_info.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {

inline constexpr std::uint32_t kPvhMagic = 0x336ec578;
inline constexpr std::size_t kPvhStartInfoSize = 56;       // bytes, of version 1; later versions only append
inline constexpr std::size_t kPvhMemoryMapEntrySize = 24;  // bytes

// The fields of the start info that the kernel looks at. Physical addresses, not yet checked against anything.
struct PvhStartInfo {
  kernel::PhysicalAddress command_line;  // 0: none
  kernel::PhysicalAddress memory_map;
  std::uint64_t memory_map_size;      // bytes, a multiple of kPvhMemoryMapEntrySize, not 0
  kernel::PhysicalAddress acpi_root;  // pointer; 0: none
};

// Errors: kMalformed (too short, wrong magic), kUnsupported (version 0 or no memory map: only Xen's own hypercalls
// could tell the memory then). Pure.
kernel::Result<PvhStartInfo> ParsePvhStartInfo(Bytes bytes);

// Reports each line of the memory map below `limit`. Errors: kMalformed (not a whole number of lines). Pure.
kernel::Result<void> ReportPvhMemoryMap(Bytes bytes, std::uint64_t limit, MemoryMapSink& sink);

}  // namespace board

#endif  // ENKEL_BOARDS_PC_PVH_H_
