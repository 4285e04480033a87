#include <cstdint>
#include <optional>

#include "boards/virt/addresses.h"
#include "drivers/rtc/pl031/pl031.h"
#include "kernel/boot/board.h"

namespace board {

std::optional<std::int64_t> ReadWallClock() {
  constexpr std::int64_t kNanosecondsASecond = 1'000'000'000;
  constexpr std::uint32_t kStartOf2020 = 1'577'836'800;  // older than this image
  const std::uint32_t seconds = drivers::rtc::Pl031(kPl031).Seconds();
  if (seconds < kStartOf2020) return std::nullopt;
  return seconds * kNanosecondsASecond;
}

}  // namespace board
