// The PCI host bridge of the device tree that a boot loader left.
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_PCI_HOST_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_PCI_HOST_H_

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/boot/device_tree/pci_host.h"

namespace kernel::boot {

// ReadPciHost of the tree that FindMemoryInLoaderTree has found at `tree` (same arguments). Maps the tree's own pages
// for as long as it takes. Errors: those, kNotFound also where there is no tree, and kOutOfMemory (page tables).
Result<TreePciHost> FindPciHostInLoaderTree(PhysicalAddress tree, board::MemoryRegion allowed);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_LOADER_PCI_HOST_H_
