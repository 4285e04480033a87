// /chosen/bootargs of a device tree.
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_BOOT_ARGUMENTS_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_BOOT_ARGUMENTS_H_

#include <cstddef>
#include <span>

namespace kernel::boot {

// The property's bytes in `tree`, which nobody has looked at; empty where it is not there or the tree is malformed
// before it. [DTSpec] 3.6
std::span<const std::byte> ReadBootArguments(std::span<const std::byte> tree);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_BOOT_ARGUMENTS_H_
