#include "drivers/bus/pci/header.h"

#include <bit>
#include <cstdint>

#include "drivers/bus/pci/configuration.h"

namespace drivers::pci {
namespace {

constexpr std::uint8_t kMulti = 0x80;  // of the header type, [PCI] 6.2.1
constexpr std::uint16_t kHeaderTypeByte = 0x0e;

// [PCI] 6.2.5.1
constexpr std::uint32_t kIsPorts = 1;
constexpr std::uint32_t kPortFlags = 0b11;
constexpr std::uint32_t kMemoryFlags = 0b1111;
constexpr std::uint32_t kWidth = 0b110;
constexpr std::uint32_t kIsWide = 0b100;

constexpr std::uint16_t RegisterOf(unsigned index) { return static_cast<std::uint16_t>(kFirstBar + 4 * index); }

constexpr bool IsWide(std::uint32_t low) { return (low & kIsPorts) == 0 && (low & kWidth) == kIsWide; }

// The bits that a register keeps of all ones; it holds what it held afterwards.
std::uint32_t Probe(Configuration& configuration, Location at, std::uint16_t place, std::uint32_t held) {
  configuration.Write(at, place, 0xffff'ffff);
  const std::uint32_t kept = configuration.Read(at, place);
  configuration.Write(at, place, held);
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
  const unsigned type = configuration.Read8(at, kHeaderTypeByte) & ~unsigned{kMulti};
  return type <= 1 ? static_cast<HeaderKind>(type) : HeaderKind::kOther;
}

bool IsMultifunction(Configuration& configuration, Location at) {
  return (configuration.Read8(at, kHeaderTypeByte) & kMulti) != 0;
}

BusNumbers ReadBusNumbers(Configuration& configuration, Location bridge) {
  const std::uint32_t all = configuration.Read(bridge, kBusNumbers);
  return {.primary = static_cast<std::uint8_t>(all),
          .secondary = static_cast<std::uint8_t>(all >> 8),
          .last = static_cast<std::uint8_t>(all >> 16)};
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
  const std::uint16_t command = configuration.Command(at);
  configuration.SetCommand(at, command & ~(kMemorySpace | kPortSpace));
  const std::uint16_t place = RegisterOf(index);
  const std::uint32_t low = configuration.Read(at, place);
  const std::uint32_t kept = Probe(configuration, at, place, low);
  Bar bar;
  if ((low & kIsPorts) != 0) {
    // The upper half need not be there. [PCI] 6.2.5.1
    bar.size = SizeOf((kept | 0xffff'0000) & ~kPortFlags, 0xffff'fffc);
    bar.address = low & ~kPortFlags;
    bar.kind = Bar::Kind::kPorts;
  } else if (!IsWide(low)) {
    bar.size = SizeOf(kept & ~kMemoryFlags, 0xffff'fff0);
    bar.address = low & ~kMemoryFlags;
    bar.kind = Bar::Kind::kMemory;
  } else if (index + 1 < count) {
    const std::uint16_t high_place = RegisterOf(index + 1);
    const std::uint64_t high = configuration.Read(at, high_place);
    const std::uint64_t high_kept = Probe(configuration, at, high_place, static_cast<std::uint32_t>(high));
    bar.size = SizeOf(high_kept << 32 | (kept & ~kMemoryFlags), ~std::uint64_t{kMemoryFlags});
    bar.address = high << 32 | (low & ~kMemoryFlags);
    bar.kind = Bar::Kind::kMemory;
    bar.is_wide = true;
  }
  configuration.SetCommand(at, command);
  return bar.size == 0 || bar.address % bar.size != 0 ? Bar{.is_wide = bar.is_wide} : bar;
}

bool IsUpperHalf(Configuration& configuration, Location at, unsigned index) {
  unsigned first = 0;
  while (first < index) first += IsWide(configuration.Read(at, RegisterOf(first))) ? 2 : 1;
  return first != index;
}

std::uint64_t ReadBarAddress(Configuration& configuration, Location at, unsigned index) {
  const unsigned count = BarCount(configuration, at);
  if (index >= count) return 0;
  const std::uint32_t low = configuration.Read(at, RegisterOf(index));
  if ((low & kIsPorts) != 0) return 0;
  const bool is_wide = IsWide(low) && index + 1 < count;
  const std::uint64_t high = is_wide ? configuration.Read(at, RegisterOf(index + 1)) : 0;
  return high << 32 | (low & ~kMemoryFlags);
}

void WriteBar(Configuration& configuration, Location at, unsigned index, const Bar& bar, std::uint64_t address) {
  configuration.Write(at, RegisterOf(index), static_cast<std::uint32_t>(address));
  if (bar.is_wide) configuration.Write(at, RegisterOf(index + 1), static_cast<std::uint32_t>(address >> 32));
}

}  // namespace drivers::pci
