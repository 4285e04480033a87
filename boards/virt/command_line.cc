// The words after QEMU's -append.
#include <array>
#include <cstddef>
#include <string_view>

#include "boards/virt/addresses.h"
#include "boards/virt/ram.h"
#include "kernel/boot/board.h"
#include "kernel/boot/command_line.h"
#include "kernel/boot/device_tree/loader_command_line.h"

namespace board {
namespace {

// Written before it is read.
[[gnu::section(".bss..noinit")]] constinit std::array<char, kernel::boot::kMostCommandLine> text = {};

}  // namespace

std::string_view CommandLine(const Handoff& handoff) {
  std::size_t size = kernel::boot::CopyLoaderCommandLine({handoff.first}, kPossibleRam, text);
  if (size == 0) size = kernel::boot::CopyLoaderCommandLine(kRam, kPossibleRam, text);
  return {text.data(), size};
}

}  // namespace board
