// The date: the clock of the PC/AT, which a battery keeps.
#include <cstdint>
#include <optional>

#include "boards/pc/port_registers.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/rtc/mc146818/mc146818.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// The two ports that lead to the chip.
struct Index : drivers::WriteOnly<0x70, std::uint8_t> {};  // bit 7 holds back non-maskable interrupts: it stays clear
struct Data : drivers::ReadOnly<0x71, std::uint8_t> {};

class Cmos : public drivers::TypedRegisters {
  friend class drivers::TypedRegisters;
  template <typename Word>
  Word Load(std::uint32_t number) const {
    constexpr PortRegisters kPorts;
    kPorts.Write<Index>(static_cast<std::uint8_t>(number));
    return kPorts.Read<Data>().value;
  }
};

}  // namespace

std::optional<std::int64_t> ReadWallClock() { return drivers::rtc::ReadMc146818(Cmos()); }

}  // namespace board
