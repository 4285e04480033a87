// Any bytes as the configuration space of a virtio device: its structures lie within the memory that it claims.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/virtio/pci.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace {

using drivers::pci::Location;

// All six base address registers are 16 KiB of memory at places of their own; the rest is the input's.
constexpr std::uint64_t kSize = 0x4000;
constexpr std::uint64_t kFirst = 0xe000'0000;
constexpr std::uint64_t kEnd = kFirst + 6 * kSize;

class Hostile final : public drivers::pci::Configuration {
 public:
  Hostile(const std::uint8_t* data, std::size_t size) {
    words_[1] = 1 << 20;
    words_[13] = 0x40;
    std::memcpy(reinterpret_cast<std::byte*>(words_.data()) + 0x40, data, size < 192 ? size : 192);
    for (std::uint32_t i = 0; i < 6; ++i) words_[4 + i] = static_cast<std::uint32_t>(kFirst + i * kSize);
  }
  std::uint32_t Read(Location, std::uint16_t offset) override {
    return offset < 256 ? words_[offset / 4] : drivers::pci::kNobody;
  }
  void Write(Location, std::uint16_t offset, std::uint32_t value) override {
    if (offset >= 0x10 && offset < 0x28) words_[offset / 4] = value & ~static_cast<std::uint32_t>(kSize - 1);
  }

 private:
  std::array<std::uint32_t, 64> words_ = {};
};

kernel::Result<kernel::VirtualAddress> Map(kernel::PhysicalAddress address, std::uint64_t size) {
  if (address.value < kFirst || address.value >= kEnd || size > kEnd - address.value) std::abort();
  return kernel::VirtualAddress{address.value};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Hostile configuration(data, size);
  drivers::pci::Host host(configuration, {}, {}, &Map);
  drivers::pci::Device device(host, {});
  const auto registers = drivers::virtio::FindPciRegisters(device);
  if (!registers) return 0;
  const auto is_within = [](kernel::VirtualAddress at, std::uint64_t bytes) {
    const std::uint64_t offset = (at.value - kFirst) % kSize;
    return at.value >= kFirst && at.value < kEnd && bytes <= kSize - offset;
  };
  if (!is_within(registers->common.base(), 56) || !is_within(registers->notify.base(), registers->notify_size))
    std::abort();
  if (registers->device_configuration.are_there() &&
      !is_within(registers->device_configuration.base(), registers->device_configuration_size)) {
    std::abort();
  }
  return 0;
}
