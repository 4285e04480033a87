// RAM is what QEMU's device tree says.
#include <cstdint>

#include "boards/virt/addresses.h"
#include "boards/virt/crash_page.h"
#include "boards/virt/ram.h"
#include "kernel/base/address.h"
#include "kernel/boot/board.h"
#include "kernel/boot/device_tree/loader_tree.h"

namespace board {
namespace {

constexpr MemoryRegion kCertainRam = {kRam, std::uint64_t{32} * 1024 * 1024};  // the smallest -m that the README allows

constinit kernel::PhysicalAddress the_tree = {};

// The tree at an address, if there is one.
bool FindIn(kernel::PhysicalAddress tree, MemoryMapSink& sink) {
  if (!kernel::boot::FindMemoryInLoaderTree(tree, kPossibleRam, sink)) return false;
  the_tree = tree;
  return true;
}

}  // namespace

kernel::PhysicalAddress TheTree() { return the_tree; }

void FindMemory(const Handoff& handoff, MemoryMapSink& sink) {
  sink.Reserved(kCrashPage);
  if (FindIn({handoff.first}, sink)) return;
  // An ELF file gets no pointer; where there is room below the image, QEMU leaves the tree at the start of RAM.
  if (FindIn(kRam, sink)) return;
  sink.Usable(kCertainRam);
}

}  // namespace board
