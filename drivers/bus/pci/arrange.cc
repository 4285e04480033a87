#include "drivers/bus/pci/arrange.h"

#include <algorithm>
#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/header.h"
#include "kernel/base/address.h"

namespace drivers::pci {
namespace {

// Bridges behind bridges. One that is deeper stays closed.
constexpr unsigned kDeepest = 8;

// Of a bridge: a window of memory, in steps of 1 MiB, and two that stay closed. [PCIBR] 3.2.5
constexpr std::uint16_t kPortWindow = 0x1c;
constexpr std::uint16_t kMemoryWindow = 0x20;
constexpr std::uint16_t kPrefetchableWindow = 0x24;
constexpr std::uint32_t kClosedPorts = 0x00f0;
constexpr std::uint32_t kClosedMemory = 0x0000'fff0;
constexpr std::uint64_t kWindowStep = 1 << 20;

constexpr std::uint8_t kHostBridgeClass = 0x06;  // with subclass 0
constexpr std::uint16_t kClassWord = 0x0a;

class Arranger {
 public:
  Arranger(Configuration& configuration, BusRange buses, MemoryWindow window)
      : configuration_(configuration), last_bus_(buses.last), next_(window.first), end_(window.first + window.size) {
    result_.last_bus = buses.first;
  }

  void DoBus(std::uint8_t bus, unsigned depth) {
    for (std::uint8_t device = 0; device < kDevices; ++device) {
      const Location first = {.bus = bus, .device = device};
      if (configuration_.Read16(first, kIdentity) == kNoVendor) continue;
      const std::uint8_t functions = IsMultifunction(configuration_, first) ? kFunctions : 1;
      for (std::uint8_t function = 0; function < functions; ++function) {
        const Location at = {.bus = bus, .device = device, .function = function};
        if (function == 0 || configuration_.Read16(at, kIdentity) != kNoVendor) DoFunction(at, depth);
      }
    }
  }

  const Arrangement& result() const { return result_; }

 private:
  void DoFunction(Location at, unsigned depth) {
    ++result_.functions;
    // A host bridge is how the CPU got here.
    if (configuration_.Read16(at, kClassWord) == kHostBridgeClass << 8) return;
    const std::uint16_t command = configuration_.Command(at) & ~(kMemorySpace | kPortSpace | kBusMaster);
    configuration_.SetCommand(at, command);
    const unsigned count = BarCount(configuration_, at);
    for (unsigned index = 0; index < count; ++index) {
      const Bar bar = ReadBar(configuration_, at, index);
      if (bar.kind == Bar::Kind::kMemory) WriteBar(configuration_, at, index, bar, Take(bar.size));
      if (bar.is_wide) ++index;
    }
    if (KindOf(configuration_, at) == HeaderKind::kBridge) DoBridge(at, depth);
  }

  // Numbers the bus behind it, arranges that, and opens a window for what is there.
  void DoBridge(Location at, unsigned depth) {
    configuration_.Write(at, kPortWindow, kClosedPorts);
    configuration_.Write(at, kPrefetchableWindow, kClosedMemory);
    if (depth == kDeepest || result_.last_bus == last_bus_) {
      configuration_.Write(at, kBusNumbers, at.bus);
      configuration_.Write(at, kMemoryWindow, kClosedMemory);
      return;
    }
    const std::uint8_t behind = ++result_.last_bus;
    SetBusNumbers(at, behind, last_bus_);
    next_ = kernel::RoundUp(next_, kWindowStep);
    const std::uint64_t first = next_;
    DoBus(behind, depth + 1);
    SetBusNumbers(at, behind, result_.last_bus);
    next_ = kernel::RoundUp(next_, kWindowStep);
    const std::uint64_t last = next_ - 1;
    const bool has_memory = next_ > first;
    configuration_.Write(
        at, kMemoryWindow,
        has_memory ? static_cast<std::uint32_t>((last >> 16 & 0xfff0) << 16 | (first >> 16 & 0xfff0)) : kClosedMemory);
    configuration_.SetCommand(at, kMemorySpace | kBusMaster);
  }

  void SetBusNumbers(Location bridge, std::uint8_t behind, std::uint8_t last) {
    configuration_.Write(bridge, kBusNumbers,
                         std::uint32_t{last} << 16 | std::uint32_t{behind} << 8 | std::uint32_t{bridge.bus});
  }

  // An address for so many bytes; 0: none is left.
  std::uint64_t Take(std::uint64_t size) {
    const std::uint64_t address = kernel::RoundUp(next_, size);
    if (address < next_ || address > end_ || size > end_ - address) {
      ++result_.without_room;
      return 0;
    }
    next_ = address + size;
    return address;
  }

  Configuration& configuration_;
  std::uint8_t last_bus_;
  std::uint64_t next_;
  std::uint64_t end_;
  Arrangement result_;
};

}  // namespace

Arrangement Arrange(Configuration& configuration, BusRange buses, MemoryWindow window) {
  Arranger arranger(configuration, buses, window);
  arranger.DoBus(buses.first, 0);
  return arranger.result();
}

}  // namespace drivers::pci
