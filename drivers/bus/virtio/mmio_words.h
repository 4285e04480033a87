// Virtio devices that a hypervisor names on the boot command line, as Linux understands it:
//
//   virtio_mmio.device=512@0xfeb00e00:12            <size>@<address>:<line>[:<number>]
#ifndef ENKEL_DRIVERS_BUS_VIRTIO_MMIO_WORDS_H_
#define ENKEL_DRIVERS_BUS_VIRTIO_MMIO_WORDS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel/base/address.h"

namespace drivers::virtio {

struct MmioPlace {
  kernel::PhysicalAddress address;
  std::uint64_t size = 0;  // bytes
  std::uint32_t line = 0;
};

// The place that one word names; nothing where it is another word, or makes no sense. Pure.
std::optional<MmioPlace> ParseMmioWord(std::string_view word);

// Takes words from the front of a command line, up to the next that names a place; nothing: there is no more. Pure.
std::optional<MmioPlace> NextMmioPlace(std::string_view& command_line);

}  // namespace drivers::virtio

#endif  // ENKEL_DRIVERS_BUS_VIRTIO_MMIO_WORDS_H_
