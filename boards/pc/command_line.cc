// The words that the boot loader passed: PVH's command line, or Multiboot2's.
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "boards/pc/boot_info.h"
#include "boards/pc/multiboot2.h"
#include "boards/pc/physical_window.h"
#include "boards/pc/pvh.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/boot/command_line.h"

namespace board {
namespace {

// Written before it is read.
[[gnu::section(".bss..noinit")]] constinit std::array<char, kernel::boot::kMostCommandLine> text = {};

std::size_t FromPvh(kernel::PhysicalAddress address) {
  const kernel::Result<PvhStartInfo> info = ParsePvhStartInfo(PhysicalWindow(address, kPvhStartInfoSize).bytes());
  if (!info || info->command_line.value == 0) return 0;
  return kernel::boot::CopyCommandLine(PhysicalWindow(info->command_line, kernel::boot::kMostCommandLine).bytes(),
                                       text);
}

std::size_t FromMultiboot2(kernel::PhysicalAddress address) {
  const auto size = ParseMultiboot2Size(PhysicalWindow(address, kMultiboot2HeaderSize).bytes());
  if (!size) return 0;
  const PhysicalWindow window(address, *size);
  const kernel::Result<Bytes> bytes = FindMultiboot2CommandLine(window.bytes());
  return bytes ? kernel::boot::CopyCommandLine(*bytes, text) : 0;
}

}  // namespace

std::string_view CommandLine(const Handoff& handoff) {
  const kernel::PhysicalAddress information = {handoff.second};
  return {text.data(), handoff.first == kPvhMagic ? FromPvh(information) : FromMultiboot2(information)};
}

}  // namespace board
