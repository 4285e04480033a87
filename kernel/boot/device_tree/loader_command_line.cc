#include "kernel/boot/device_tree/loader_command_line.h"

#include "kernel/boot/command_line.h"
#include "kernel/boot/device_tree/boot_arguments.h"
#include "kernel/boot/device_tree/mapped_tree.h"

namespace kernel::boot {
namespace {

// The memory around them is in use.
TreeRange OwnPages(TreeRange bytes) { return bytes.Widened(kPageSize); }

}  // namespace

std::size_t CopyLoaderCommandLine(PhysicalAddress tree, board::MemoryRegion allowed, std::span<char> text) {
  const Result<TreeRange> bytes = FindTree<&OwnPages>(tree, allowed);
  if (!bytes) return 0;
  const MappedTree<&OwnPages> mapped(*bytes);
  return mapped.result() ? CopyCommandLine(ReadBootArguments(mapped.bytes()), text) : 0;
}

}  // namespace kernel::boot
