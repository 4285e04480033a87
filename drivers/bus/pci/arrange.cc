#include "drivers/bus/pci/arrange.h"

#include <algorithm>
#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/header.h"
#include "drivers/bus/pci/registers.h"
#include "kernel/base/address.h"

namespace drivers::pci {
namespace {

// Bridges behind bridges. One that is deeper stays closed.
constexpr unsigned kDeepest = 8;

// Of a bridge's window of memory. [PCIBR] 3.2.5.8
constexpr std::uint64_t kWindowStep = 1 << 20;

class Arranger {
 public:
  Arranger(Configuration& configuration, BusRange buses, MemoryWindow window)
      : configuration_(configuration), last_bus_(buses.last), next_(window.first), end_(window.first + window.size) {
    result_.last_bus = buses.first;
  }

  void DoBus(std::uint8_t bus, unsigned depth) {
    for (std::uint8_t device = 0; device < kDevices; ++device) {
      const Location first = {.bus = bus, .device = device};
      if (!Exists(first)) continue;
      const std::uint8_t functions = IsMultifunction(configuration_, first) ? kFunctions : 1;
      for (std::uint8_t function = 0; function < functions; ++function) {
        const Location at = {.bus = bus, .device = device, .function = function};
        if (function == 0 || Exists(at)) DoFunction(at, depth);
      }
    }
  }

  const Arrangement& result() const { return result_; }

 private:
  bool Exists(Location at) { return !VENDOR_ID::IsNobodys(configuration_.Of(at).Read<VENDOR_ID>().value); }

  void DoFunction(Location at, unsigned depth) {
    ++result_.functions;
    const FunctionRegisters registers = configuration_.Of(at);
    // A host bridge is how the CPU got here.
    if (registers.Read<CLASS_CODE>().value == CLASS_CODE::kHostBridge) return;
    constexpr std::uint32_t kAnswers =
        COMMAND::MEMORY_SPACE::kMask | COMMAND::IO_SPACE::kMask | COMMAND::BUS_MASTER::kMask;
    SetCommand(registers, CommandOf(registers) & ~kAnswers);
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
    const FunctionRegisters bridge = configuration_.Of(at);
    bridge.Write<IO_WINDOW>(IO_WINDOW::kClosed);
    bridge.Write<PREFETCHABLE_WINDOW>(MEMORY_WINDOW::kClosed);
    if (depth == kDeepest || result_.last_bus == last_bus_) {
      bridge.Write<BUS_NUMBERS>(BUS_NUMBERS::PRIMARY::Of(at.bus));
      bridge.Write<MEMORY_WINDOW>(MEMORY_WINDOW::kClosed);
      return;
    }
    const std::uint8_t behind = ++result_.last_bus;
    SetBusNumbers(at, behind, last_bus_);
    next_ = kernel::RoundUp(next_, kWindowStep);
    const std::uint64_t first = next_;
    DoBus(behind, depth + 1);
    SetBusNumbers(at, behind, result_.last_bus);
    next_ = kernel::RoundUp(next_, kWindowStep);
    const auto step_of = [](std::uint64_t address) { return static_cast<std::uint32_t>(address / kWindowStep); };
    const bool has_memory = next_ > first;
    bridge.Write<MEMORY_WINDOW>(has_memory ? MEMORY_WINDOW::FIRST::Of(step_of(first)) |
                                                 MEMORY_WINDOW::LAST::Of(step_of(next_ - 1))
                                           : MEMORY_WINDOW::kClosed);
    SetCommand(bridge, COMMAND::MEMORY_SPACE::kMask | COMMAND::BUS_MASTER::kMask);
  }

  void SetBusNumbers(Location bridge, std::uint8_t behind, std::uint8_t last) {
    configuration_.Of(bridge).Write<BUS_NUMBERS>(
        BUS_NUMBERS::PRIMARY::Of(bridge.bus) | BUS_NUMBERS::SECONDARY::Of(behind) | BUS_NUMBERS::SUBORDINATE::Of(last));
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
