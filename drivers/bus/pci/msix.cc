#include "drivers/bus/pci/msix.h"

#include <cstdint>
#include <optional>

#include "drivers/bus/pci/capability.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/pci/registers.h"
#include "drivers/bus/registers/registers.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::pci {

using namespace msix;  // NOLINT(google-build-using-namespace): the registers' names

kernel::Result<MsixTable> MsixTable::Open(Device& device) {
  Configuration& configuration = device.configuration();
  const std::optional<Capability> capability = FindCapability(configuration, device.location(), kMsixCapability);
  constexpr unsigned kCapabilitySize = 12;
  if (!capability || !capability->Holds(kCapabilitySize)) return kernel::Fail(kernel::Error::kUnsupported);
  MsixTable table;
  table.capability_ = capability->offset;
  const FunctionRegisters function = configuration.Of(device.location());
  const std::uint32_t control = function.Read<MESSAGE_CONTROL>(capability->offset).value;
  table.count_ = static_cast<std::uint16_t>(MESSAGE_CONTROL::TABLE_SIZE::Get(control) + 1);
  const std::uint32_t place = function.Read<TABLE>(capability->offset).value;
  const kernel::Result<kernel::VirtualAddress> entries = device.MapRegisters(
      TABLE::BIR::Get(place), place & ~TABLE::BIR::kMask, table.count_ * kEntrySize, alignof(std::uint64_t));
  if (!entries) return kernel::Fail(entries.error());
  table.entries_ = *entries;
  return table;
}

void MsixTable::Set(std::uint16_t entry, const kernel::interrupt::Message& message) {
  const MappedRegisters at = entries_.At(entry * kEntrySize);
  at.Write<VECTOR_CONTROL>(VECTOR_CONTROL::MASK::kMask);
  at.Write<MSG_ADDRESS>(static_cast<std::uint32_t>(message.address.value));
  at.Write<MSG_UPPER_ADDRESS>(static_cast<std::uint32_t>(message.address.value >> 32));
  at.Write<MSG_DATA>(message.data);
  at.Write<VECTOR_CONTROL>(0);
}

// After a reset every entry is masked. [PCI] 6.8.2.9
void MsixTable::Enable(Device& device) {
  const FunctionRegisters function = device.configuration().Of(device.location());
  const std::uint32_t control = function.Read<MESSAGE_CONTROL>(capability_).value;
  function.Write<MESSAGE_CONTROL>((control & ~MESSAGE_CONTROL::FUNCTION_MASK::kMask) | MESSAGE_CONTROL::ENABLE::kMask,
                                  capability_);
}

}  // namespace drivers::pci
