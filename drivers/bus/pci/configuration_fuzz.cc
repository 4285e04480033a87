// Any bytes as the configuration space of a function that keeps what is written: every list ends, and nothing is
// reached that lies outside of the memory that its registers claim.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "drivers/bus/pci/arrange.h"
#include "drivers/bus/pci/capability.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/pci/header.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/pci/msix.h"
#include "drivers/bus/pci/pin.h"
#include "drivers/bus/pci/registers.h"
#include "drivers/bus/pci/walk.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace {

using drivers::pci::Arrange;
using drivers::pci::Bar;
using drivers::pci::Capability;
using drivers::pci::CapabilityList;
using drivers::pci::Configuration;
using drivers::pci::Device;
using drivers::pci::FindRootPin;
using drivers::pci::Host;
constexpr std::uint16_t kFirstBar = drivers::pci::BASE_ADDRESS::kOffset;
using drivers::pci::kNobody;
using drivers::pci::Location;
using drivers::pci::MsixTable;
using drivers::pci::ReadBar;
using drivers::pci::Walk;

// The same function at every place where bit 0 to 2 of the device's number say so; sizes of 2^n by byte 0x3c.
class Hostile final : public Configuration {
 public:
  Hostile(const std::uint8_t* data, std::size_t size) {
    std::memcpy(words_.data(), data, std::min(size, sizeof(words_)));
    keeps_ = ~((1U << (words_[15] & 31)) - 1);
  }
  std::uint32_t Read(Location at, std::uint16_t offset) override {
    return Exists(at) && offset < 256 ? words_[offset / 4] : kNobody;
  }
  void Write(Location at, std::uint16_t offset, std::uint32_t value) override {
    if (!Exists(at) || offset >= 256) return;
    const bool is_bar = offset >= kFirstBar && offset < kFirstBar + 24;
    words_[offset / 4] = is_bar ? (value & keeps_) | (words_[offset / 4] & 0xf) : value;
  }

 private:
  bool Exists(Location at) const { return at.bus < 4 && at.device % 8 == 0 && at.function < 2; }

  std::array<std::uint32_t, 64> words_ = {};
  std::uint32_t keeps_ = 0;
};

Bar bars[6];

kernel::Result<kernel::VirtualAddress> MapWithin(kernel::PhysicalAddress address, std::uint64_t size) {
  for (const Bar& bar : bars) {
    if (bar.kind != Bar::Kind::kMemory) continue;
    const std::uint64_t first = kernel::RoundDown(bar.address, kernel::kPageSize);
    const std::uint64_t last = kernel::RoundUp(bar.address + bar.size, kernel::kPageSize) - 1;
    if (address.value >= first && address.value + size - 1 <= last) return kernel::VirtualAddress{address.value};
  }
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Hostile configuration(data, size);
  CapabilityList list(configuration, {});
  unsigned count = 0;
  while (const std::optional<Capability> capability = list.Next()) {
    if (capability->offset < 0x40 || capability->offset % 4 != 0 || ++count > 48) std::abort();
  }
  for (unsigned i = 0; i < 6; ++i) {
    bars[i] = ReadBar(configuration, {}, i);
    if (bars[i].kind != Bar::Kind::kAbsent && (bars[i].size & (bars[i].size - 1)) != 0) std::abort();
  }
  Host host(configuration, {.first = 0, .last = 7}, {.first = 0xe000'0000, .size = 0x1000'0000}, &MapWithin);
  Device device(host, {});
  (void)MsixTable::Open(device);
  (void)FindRootPin(host, {.bus = 3, .device = 8});
  Walk walk(configuration, {.first = 0, .last = 7});
  unsigned functions = 0;
  while (walk.Next()) {
    if (++functions > 8 * 32 * 8) std::abort();
  }
  (void)Arrange(configuration, {.first = 0, .last = 7}, {.first = 0xe000'0000, .size = 0x1000'0000});
  return 0;
}
