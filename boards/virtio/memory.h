// Memory as the devices of a virtual machine see it: by physical addresses, together with the CPU's caches.
#ifndef ENKEL_BOARDS_VIRTIO_MEMORY_H_
#define ENKEL_BOARDS_VIRTIO_MEMORY_H_

#include <cstdint>

#include "drivers/bus/dma/dma.h"
#include "kernel/base/address.h"
#include "kernel/memory/memory.h"

namespace board {

class VirtioMemory final : public drivers::DmaDomain {
 public:
  drivers::BusAddress AddressOf(const void* byte) const override {
    return {kernel::memory::PhysicalOf({reinterpret_cast<std::uintptr_t>(byte)}).value};
  }
  Run RunAt(const void* byte) const override {
    const kernel::memory::PhysicalRun run = kernel::memory::PhysicalRunAt({reinterpret_cast<std::uintptr_t>(byte)});
    return {.address = {run.first.value}, .size = run.size};
  }
};

}  // namespace board

#endif  // ENKEL_BOARDS_VIRTIO_MEMORY_H_
