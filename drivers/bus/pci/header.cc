#include "drivers/bus/pci/header.h"

#include <bit>
#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/registers.h"

namespace drivers::pci {
namespace {

constexpr std::uint32_t kPortFlags = BASE_ADDRESS::kPortFlags;
constexpr std::uint32_t kMemoryFlags = BASE_ADDRESS::kMemoryFlags;

constexpr std::uint32_t PlaceOf(unsigned index) { return sizeof(std::uint32_t) * index; }

constexpr bool IsPorts(std::uint32_t low) { return BASE_ADDRESS::IO_SPACE::IsIn(low); }
constexpr bool IsWide(std::uint32_t low) {
  constexpr std::uint32_t kWide = 2;
  return !IsPorts(low) && BASE_ADDRESS::TYPE::Get(low) == kWide;
}

// The bits that a register keeps of all ones; it holds what it held afterwards.
std::uint32_t Probe(const FunctionRegisters& function, std::uint32_t place, std::uint32_t held) {
  function.Write<BASE_ADDRESS>(0xffff'ffff, place);
  const std::uint32_t kept = function.Read<BASE_ADDRESS>(place).value;
  function.Write<BASE_ADDRESS>(held, place);
  return kept;
}

// The size that a mask of address bits stands for; 0: for none.
std::uint64_t SizeOf(std::uint64_t mask, std::uint64_t most) {
  if (mask == 0) return 0;
  const std::uint64_t size = std::uint64_t{1} << std::countr_zero(mask);
  return mask == (most & ~(size - 1)) ? size : 0;
}

}  // namespace

HeaderKind KindOf(Configuration& configuration, Location at) {
  const unsigned type = HEADER_TYPE::LAYOUT::Get(configuration.Of(at).Read<HEADER_TYPE>().value);
  return type <= 1 ? static_cast<HeaderKind>(type) : HeaderKind::kOther;
}

bool IsMultifunction(Configuration& configuration, Location at) {
  return HEADER_TYPE::MULTIFUNCTION::IsIn(configuration.Of(at).Read<HEADER_TYPE>().value);
}

BusNumbers ReadBusNumbers(Configuration& configuration, Location bridge) {
  const std::uint32_t all = configuration.Of(bridge).Read<BUS_NUMBERS>().value;
  return {.primary = static_cast<std::uint8_t>(BUS_NUMBERS::PRIMARY::Get(all)),
          .secondary = static_cast<std::uint8_t>(BUS_NUMBERS::SECONDARY::Get(all)),
          .last = static_cast<std::uint8_t>(BUS_NUMBERS::SUBORDINATE::Get(all))};
}

unsigned BarCount(Configuration& configuration, Location at) {
  switch (KindOf(configuration, at)) {
    case HeaderKind::kFunction:
      return 6;
    case HeaderKind::kBridge:
      return 2;
    case HeaderKind::kOther:
      return 0;
  }
  return 0;
}

Bar ReadBar(Configuration& configuration, Location at, unsigned index) {
  const unsigned count = BarCount(configuration, at);
  if (index >= count) return {};
  const FunctionRegisters function = configuration.Of(at);
  const std::uint32_t command = CommandOf(function);
  SetCommand(function, command & ~(COMMAND::MEMORY_SPACE::kMask | COMMAND::IO_SPACE::kMask));
  const std::uint32_t place = PlaceOf(index);
  const std::uint32_t low = function.Read<BASE_ADDRESS>(place).value;
  const std::uint32_t kept = Probe(function, place, low);
  Bar bar;
  if (IsPorts(low)) {
    // The upper half need not be there. [PCI] 6.2.5.1
    bar.size = SizeOf((kept | 0xffff'0000) & ~kPortFlags, 0xffff'fffc);
    bar.address = low & ~kPortFlags;
    bar.kind = Bar::Kind::kPorts;
  } else if (!IsWide(low)) {
    bar.size = SizeOf(kept & ~kMemoryFlags, 0xffff'fff0);
    bar.address = low & ~kMemoryFlags;
    bar.kind = Bar::Kind::kMemory;
  } else if (index + 1 < count) {
    const std::uint32_t high_place = PlaceOf(index + 1);
    const std::uint64_t high = function.Read<BASE_ADDRESS>(high_place).value;
    const std::uint64_t high_kept = Probe(function, high_place, static_cast<std::uint32_t>(high));
    bar.size = SizeOf(high_kept << 32 | (kept & ~kMemoryFlags), ~std::uint64_t{kMemoryFlags});
    bar.address = high << 32 | (low & ~kMemoryFlags);
    bar.kind = Bar::Kind::kMemory;
    bar.is_wide = true;
  }
  SetCommand(function, command);
  return bar.size == 0 || bar.address % bar.size != 0 ? Bar{.is_wide = bar.is_wide} : bar;
}

bool IsUpperHalf(Configuration& configuration, Location at, unsigned index) {
  unsigned first = 0;
  const FunctionRegisters function = configuration.Of(at);
  while (first < index) first += IsWide(function.Read<BASE_ADDRESS>(PlaceOf(first)).value) ? 2 : 1;
  return first != index;
}

std::uint64_t ReadBarAddress(Configuration& configuration, Location at, unsigned index) {
  const unsigned count = BarCount(configuration, at);
  if (index >= count) return 0;
  const FunctionRegisters function = configuration.Of(at);
  const std::uint32_t low = function.Read<BASE_ADDRESS>(PlaceOf(index)).value;
  if (IsPorts(low)) return 0;
  const bool is_wide = IsWide(low) && index + 1 < count;
  const std::uint64_t high = is_wide ? function.Read<BASE_ADDRESS>(PlaceOf(index + 1)).value : 0;
  return high << 32 | (low & ~kMemoryFlags);
}

void WriteBar(Configuration& configuration, Location at, unsigned index, const Bar& bar, std::uint64_t address) {
  const FunctionRegisters function = configuration.Of(at);
  function.Write<BASE_ADDRESS>(static_cast<std::uint32_t>(address), PlaceOf(index));
  if (bar.is_wide) function.Write<BASE_ADDRESS>(static_cast<std::uint32_t>(address >> 32), PlaceOf(index + 1));
}

}  // namespace drivers::pci
