// The virtio devices of QEMU's command line: `-device virtio-net-device,...`.
#include <cstdint>
#include <optional>

#include "boards/virt/addresses.h"
#include "boards/virtio/port.h"
#include "drivers/bus/virtio/mmio.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

using drivers::virtio::DeviceType;
using drivers::virtio::Mmio;

constexpr std::uint32_t kSlots = 32;
constexpr std::uint32_t kFirstLine = 32 + 16;  // of slot 0

constexpr kernel::VirtualAddress SlotAt(std::uint32_t slot) {
  return {kVirtioDevices.value + std::uint64_t{slot} * Mmio::kSlotSize};
}

// QEMU fills the slots from the last one down.
std::optional<std::uint32_t> FindSlot(DeviceType type, unsigned index) {
  for (std::uint32_t slot = kSlots; slot-- > 0;) {
    if (Mmio(SlotAt(slot)).Identify() == type && index-- == 0) return slot;
  }
  return std::nullopt;
}

}  // namespace

kernel::Result<void> OpenVirtio(DeviceType type, unsigned index, VirtioPort& port) {
  const std::optional<std::uint32_t> slot = FindSlot(type, index);
  if (!slot) return kernel::Fail(kernel::Error::kNotFound);
  port.OpenMmio(SlotAt(*slot), {kFirstLine + *slot});
  return {};
}

}  // namespace board
