// What every board makes of the bytes that a boot loader calls a command line.
#ifndef ENKEL_KERNEL_BOOT_COMMAND_LINE_H_
#define ENKEL_KERNEL_BOOT_COMMAND_LINE_H_

#include <cstddef>
#include <span>

namespace kernel::boot {

inline constexpr std::size_t kMostCommandLine = 4096;  // bytes that are kept

// Copies a command line up to its zero byte, or to the first that is not printable ASCII (a tab or line break counts as
// a space), as much as `text` holds; returns how much. Pure.
std::size_t CopyCommandLine(std::span<const std::byte> bytes, std::span<char> text);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_COMMAND_LINE_H_
