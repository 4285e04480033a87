// Memory for tests as a device sees it that does not see the CPU's caches: what the CPU wrote arrives with
// GiveToDevice, and what the device wrote can be read after TakeFromDevice. A driver that forgets one of them works
// with old bytes.
#ifndef ENKEL_DRIVERS_BUS_DMA_SHADOW_MEMORY_H_
#define ENKEL_DRIVERS_BUS_DMA_SHADOW_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/dma/window.h"

namespace drivers {

class ShadowMemory final : public DmaDomain {
 public:
  // As a Raspberry Pi's USB reaches memory.
  static constexpr BusWindow kWindow = {.offset = 0xc000'0000, .mask = 0x3fff'ffff, .is_coherent = false};
  static constexpr std::byte kNeverGiven = std::byte{0xdb};

  BusAddress AddressOf(const void* byte) const override;
  void GiveToDevice(std::span<const std::byte> bytes) const override;
  void TakeFromDevice(std::span<const std::byte> bytes) const override;

  // The device's side. False: an address that the driver did not get from here.
  bool Read(std::uint32_t address, std::span<std::byte> to) const;
  bool Write(std::uint32_t address, std::span<const std::byte> from);

 private:
  static constexpr std::size_t kLine = 64;
  using Line = std::array<std::byte, kLine>;
  Line& At(std::uintptr_t line) const;
  bool PointerOf(std::uint32_t address, std::uintptr_t& pointer) const;

  mutable std::map<std::uintptr_t, Line> lines_;
  mutable std::map<std::uint32_t, std::uintptr_t> high_;  // by 1 MiB of the bus
};

}  // namespace drivers

#endif  // ENKEL_DRIVERS_BUS_DMA_SHADOW_MEMORY_H_
