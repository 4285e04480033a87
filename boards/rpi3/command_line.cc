// The words of cmdline.txt, which the firmware puts into the device tree; without a tree it is asked for them.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "boards/rpi3/mailbox.h"
#include "boards/rpi3/ram.h"
#include "drivers/mailbox/bcm2835/properties.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/boot/command_line.h"
#include "kernel/boot/device_tree/loader_command_line.h"

namespace board {
namespace {

using kernel::boot::kMostCommandLine;

// Both are written before they are read.
[[gnu::section(".bss..noinit")]] constinit std::array<char, kMostCommandLine> text = {};
[[gnu::section(".bss..noinit")]] constinit drivers::mailbox::PropertyMessageWith<kMostCommandLine /
                                                                                 sizeof(std::uint32_t)> question = {};

std::size_t AskForCommandLine() {
  question.Prepare(FirmwareTag::kCommandLine);
  const kernel::Result<std::uint32_t> size = Exchange(question.message);
  if (!size) return 0;
  return kernel::boot::CopyCommandLine(std::as_bytes(std::span(question.value)).first(*size), text);
}

}  // namespace

std::string_view CommandLine(const Handoff& handoff) {
  std::size_t size = kernel::boot::CopyLoaderCommandLine({handoff.first}, kPossibleRam, text);
  if (size == 0) size = AskForCommandLine();
  return {text.data(), size};
}

}  // namespace board
