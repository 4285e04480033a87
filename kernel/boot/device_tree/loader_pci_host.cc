#include "kernel/boot/device_tree/loader_pci_host.h"

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/boot/device_tree/mapped_tree.h"
#include "kernel/boot/device_tree/pci_host.h"

namespace kernel::boot {
namespace {

// The memory around them is in use.
TreeRange OwnPages(TreeRange bytes) { return bytes.Widened(kPageSize); }

}  // namespace

Result<TreePciHost> FindPciHostInLoaderTree(PhysicalAddress tree, board::MemoryRegion allowed) {
  const Result<TreeRange> bytes = FindTree<&OwnPages>(tree, allowed);
  if (!bytes) return Fail(bytes.error());
  const MappedTree<&OwnPages> mapped(*bytes);
  if (!mapped.result()) return Fail(mapped.result().error());
  return ReadPciHost(mapped.bytes());
}

}  // namespace kernel::boot
