#include "drivers/bus/pci/msix.h"

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/capability.h"
#include "drivers/bus/pci/device.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::pci {

// [PCI] 6.8.2, figure 6-11
struct MsixTable::Entry {
  std::uint32_t address_low;
  std::uint32_t address_high;
  std::uint32_t data;
  std::uint32_t control;
};

namespace {

// [PCI] 6.8.2.3: message control is the upper half of the capability's first word.
constexpr std::uint32_t kEnable = 1U << 31;
constexpr std::uint32_t kMaskAll = 1U << 30;
constexpr unsigned kTableSizeShift = 16;
constexpr std::uint32_t kTableSize = 0x7ff;
constexpr unsigned kCapabilitySize = 12;
constexpr std::uint16_t kTable = 4;  // of the capability: where the table is
constexpr std::uint32_t kBar = 0b111;

constexpr std::uint32_t kMasked = 1;  // of an entry's control

}  // namespace

kernel::Result<MsixTable> MsixTable::Open(Device& device) {
  Configuration& configuration = device.configuration();
  const std::optional<Capability> capability = FindCapability(configuration, device.location(), kMsixCapability);
  if (!capability || !capability->Holds(kCapabilitySize)) return kernel::Fail(kernel::Error::kUnsupported);
  MsixTable table;
  table.capability_ = capability->offset;
  const std::uint32_t control = configuration.Read(device.location(), capability->offset);
  table.count_ = static_cast<std::uint16_t>((control >> kTableSizeShift & kTableSize) + 1);
  const std::uint32_t place = configuration.Read(device.location(), capability->offset + kTable);
  const kernel::Result<kernel::VirtualAddress> entries =
      device.MapRegisters(place & kBar, place & ~kBar, table.count_ * sizeof(Entry), alignof(std::uint64_t));
  if (!entries) return kernel::Fail(entries.error());
  table.entries_ = reinterpret_cast<volatile Entry*>(entries->value);
  return table;
}

void MsixTable::Set(std::uint16_t entry, const kernel::interrupt::Message& message) {
  volatile Entry& at = entries_[entry];
  at.control = kMasked;
  at.address_low = static_cast<std::uint32_t>(message.address.value);
  at.address_high = static_cast<std::uint32_t>(message.address.value >> 32);
  at.data = message.data;
  at.control = 0;
}

// After a reset every entry is masked. [PCI] 6.8.2.9
void MsixTable::Enable(Device& device) {
  Configuration& configuration = device.configuration();
  const std::uint32_t control = configuration.Read(device.location(), capability_);
  configuration.Write(device.location(), capability_, (control & ~kMaskAll) | kEnable);
}

}  // namespace drivers::pci
