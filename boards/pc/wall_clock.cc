// The date: the clock of the PC/AT, which a battery keeps.
#include <cstdint>
#include <optional>

#include "drivers/rtc/mc146818/mc146818.h"
#include "kernel/arch/x86_64/port_io.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// Bit 7 of the index port holds back non-maskable interrupts: it stays clear.
struct Cmos {
  std::uint8_t Read(std::uint8_t index) {
    constexpr std::uint16_t kIndex = 0x70;
    constexpr std::uint16_t kData = 0x71;
    kernel::arch::WritePort8(kIndex, index);
    return kernel::arch::ReadPort8(kData);
  }
};

}  // namespace

std::optional<std::int64_t> ReadWallClock() {
  Cmos cmos;
  return drivers::rtc::ReadMc146818(cmos);
}

}  // namespace board
