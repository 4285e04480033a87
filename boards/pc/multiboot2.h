// The Multiboot2 boot information: what GRUB hands over. [MB2] 3.4
#ifndef ENKEL_BOARDS_PC_MULTIBOOT2_H_
#define ENKEL_BOARDS_PC_MULTIBOOT2_H_

#include <cstddef>
#include <cstdint>

#include "boards/pc/boot_info.h"
#include "kernel/base/result.h"

namespace board {

inline constexpr std::uint32_t kMultiboot2Magic = 0x36d76289;
inline constexpr std::size_t kMultiboot2HeaderSize = 8;  // bytes

// The size of the whole information in bytes, told by its first kMultiboot2HeaderSize bytes. Pure.
// Errors: kMalformed (too few bytes, or smaller than the header).
kernel::Result<std::uint32_t> ParseMultiboot2Size(Bytes bytes);

// Finds the memory map in the whole information and reports each line below `limit`; reports nothing on an error. Pure.
// Errors: kMalformed (a tag that ends outside, lines of a wrong size), kNotFound (no memory map).
kernel::Result<void> ReportMultiboot2MemoryMap(Bytes information, std::uint64_t limit, MemoryMapSink& sink);

// The command line's bytes in the whole information, up to where the tag ends. Pure.
// Errors: kMalformed (a tag that ends outside), kNotFound (no command line).
kernel::Result<Bytes> FindMultiboot2CommandLine(Bytes information);

}  // namespace board

#endif  // ENKEL_BOARDS_PC_MULTIBOOT2_H_
