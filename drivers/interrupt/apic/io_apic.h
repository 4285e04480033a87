// The 82093AA I/O APIC and its descendants: wires of devices, each with an entry that says which vector it becomes.
// [I82093AA]
#ifndef ENKEL_DRIVERS_INTERRUPT_APIC_IO_APIC_H_
#define ENKEL_DRIVERS_INTERRUPT_APIC_IO_APIC_H_

#include <cstdint>

namespace drivers::interrupt {

// `Bus` reaches the two words that there are: std::uint32_t Read(std::uint32_t offset), void Write(std::uint32_t
// offset, std::uint32_t value). An access is two steps, select and data: the caller masks interrupts.
template <typename Bus>
class IoApic {
 public:
  constexpr explicit IoApic(Bus bus) : bus_(bus) {}

  // How many wires it has, 1 to 240; 0 when nothing answers at the address.
  std::uint32_t CountPins() {
    const std::uint32_t version = Read(kVersion);
    const std::uint32_t last = (version >> 16) & 0xff;
    return version == 0 || version == 0xffff'ffff || last >= kMostPins ? 0 : last + 1;
  }

  // Where a wire leads, and how it asks.
  struct Route {
    std::uint8_t vector;
    std::uint8_t destination;  // APIC ID
    bool is_level;
    bool is_active_low;
  };

  // Routes a wire, masked.
  void Configure(std::uint32_t pin, const Route& route) {
    Mask(pin);
    Write(HighWord(pin), std::uint32_t{route.destination} << 24);
    Write(LowWord(pin),
          kMasked | (route.is_level ? kLevel : 0) | (route.is_active_low ? kActiveLow : 0) | route.vector);
  }

  void Mask(std::uint32_t pin) { Write(LowWord(pin), Read(LowWord(pin)) | kMasked); }
  void Unmask(std::uint32_t pin) { Write(LowWord(pin), Read(LowWord(pin)) & ~kMasked); }

 private:
  static constexpr std::uint32_t kSelect = 0x00;
  static constexpr std::uint32_t kData = 0x10;
  static constexpr std::uint32_t kVersion = 0x01;
  static constexpr std::uint32_t kFirstEntry = 0x10;
  static constexpr std::uint32_t kMostPins = 240;

  static constexpr std::uint32_t kActiveLow = 1 << 13;
  static constexpr std::uint32_t kLevel = 1 << 15;
  static constexpr std::uint32_t kMasked = 1 << 16;

  static constexpr std::uint32_t LowWord(std::uint32_t pin) { return kFirstEntry + 2 * pin; }
  static constexpr std::uint32_t HighWord(std::uint32_t pin) { return kFirstEntry + 2 * pin + 1; }

  std::uint32_t Read(std::uint32_t index) {
    bus_.Write(kSelect, index);
    return bus_.Read(kData);
  }
  void Write(std::uint32_t index, std::uint32_t value) {
    bus_.Write(kSelect, index);
    bus_.Write(kData, value);
  }

  Bus bus_;
};

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_APIC_IO_APIC_H_
