// Memory as a device on a bus sees it. A board makes one domain for each bus that it has; drivers get it as an
// argument.
#ifndef ENKEL_DRIVERS_BUS_DMA_DMA_H_
#define ENKEL_DRIVERS_BUS_DMA_DMA_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

namespace drivers {

// What a device puts on its bus to reach memory: never a pointer, and not always the physical address.
struct BusAddress {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(BusAddress, BusAddress) = default;
};

class DmaDomain {
 public:
  // Bytes for which one address holds: [address, up to the next multiple of it) lies together for the device, too.
  static constexpr std::size_t kPiece = 4096;

  // Where `byte`, of memory that stays mapped for as long as the device may use it, lies for devices. Interrupt-safe.
  virtual BusAddress AddressOf(const void* byte) const = 0;

  // The same, and how many bytes lie together for devices from there on: at least up to the next multiple of kPiece.
  // More than kPiece lie so for ever, whatever becomes of the memory: nobody has to ask for them again.
  struct Run {
    BusAddress address;
    std::size_t size;
  };
  virtual Run RunAt(const void* byte) const {
    return {.address = AddressOf(byte), .size = kPiece - reinterpret_cast<std::uintptr_t>(byte) % kPiece};
  }

  // On a bus that does not see the CPU's caches: before a device may read or write `bytes`, and before the CPU reads
  // what a device has written there. Cache lines go whole: of bytes that a device writes, nothing else may lie in
  // them. Interrupt-safe.
  virtual void GiveToDevice(std::span<const std::byte>) const {}
  virtual void TakeFromDevice(std::span<const std::byte>) const {}

 protected:
  ~DmaDomain() = default;
};

}  // namespace drivers

#endif  // ENKEL_DRIVERS_BUS_DMA_DMA_H_
