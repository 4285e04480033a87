// The list of what a function can do beyond its header. [PCI] 6.7
//
//   CapabilityList list(configuration, at);
//   while (const std::optional<Capability> capability = list.Next()) ...
#ifndef ENKEL_DRIVERS_BUS_PCI_CAPABILITY_H_
#define ENKEL_DRIVERS_BUS_PCI_CAPABILITY_H_

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/configuration.h"

namespace drivers::pci {

// [PCI] appendix H
inline constexpr std::uint8_t kVendorCapability = 0x09;
inline constexpr std::uint8_t kMsixCapability = 0x11;

struct Capability {
  std::uint8_t id = 0;
  std::uint8_t offset = 0;  // a multiple of 4, 0x40 to 0xfc

  // Whether `size` bytes of it lie within the 256 bytes that capabilities have.
  constexpr bool Holds(unsigned size) const { return offset + size <= 256; }
};

// Ends where the list does, at a place outside of it, and at one that was there before: a list without end has one.
class CapabilityList {
 public:
  CapabilityList(Configuration& configuration, Location at);

  std::optional<Capability> Next();

 private:
  Configuration& configuration_;
  Location at_;
  std::uint8_t next_ = 0;
  std::uint64_t seen_ = 0;  // a bit for each multiple of 4
};

// The first with this number.
std::optional<Capability> FindCapability(Configuration& configuration, Location at, std::uint8_t id);

}  // namespace drivers::pci

#endif  // ENKEL_DRIVERS_BUS_PCI_CAPABILITY_H_
