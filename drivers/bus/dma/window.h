// How a bus reaches memory, and the domain that follows from that.
#ifndef ENKEL_DRIVERS_BUS_DMA_WINDOW_H_
#define ENKEL_DRIVERS_BUS_DMA_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "kernel/base/address.h"

namespace drivers {

struct BusWindow {
  std::uint64_t offset = 0;         // from a physical address to the one on the bus
  std::uint64_t mask = UINT64_MAX;  // of physical addresses that the bus reaches: those within it
  bool is_coherent = true;          // devices see what the CPU's caches hold

  // Whether all of [first, +size) can be reached.
  constexpr bool Reaches(kernel::PhysicalAddress first, std::uint64_t size) const {
    return first.value <= mask && (size == 0 || size - 1 <= mask - first.value);
  }
  constexpr BusAddress AddressOf(kernel::PhysicalAddress address) const { return {(address.value & mask) + offset}; }
};

// `Machine` has, all static: kernel::PhysicalAddress PhysicalOf(const void* byte), and, for a bus that is not coherent,
// void CleanAndInvalidate(std::span<const std::byte>), of whole cache lines. A board sees to it that all of its memory
// can be reached.
template <BusWindow kWindow, typename Machine>
class WindowDomain final : public DmaDomain {
 public:
  BusAddress AddressOf(const void* byte) const override { return kWindow.AddressOf(Machine::PhysicalOf(byte)); }
  void GiveToDevice(std::span<const std::byte> bytes) const override {
    if constexpr (!kWindow.is_coherent) Machine::CleanAndInvalidate(bytes);
  }
  void TakeFromDevice(std::span<const std::byte> bytes) const override {
    if constexpr (!kWindow.is_coherent) Machine::CleanAndInvalidate(bytes);
  }
};

}  // namespace drivers

#endif  // ENKEL_DRIVERS_BUS_DMA_WINDOW_H_
