// MC146818 real-time clock: the date of every PC since the PC/AT. [MC146818]
#ifndef ENKEL_DRIVERS_RTC_MC146818_MC146818_H_
#define ENKEL_DRIVERS_RTC_MC146818_MC146818_H_

#include <compare>
#include <cstdint>
#include <optional>

#include "drivers/bus/registers/registers.h"
#include "drivers/rtc/mc146818/registers.h"

namespace drivers::rtc {

// The registers as they are.
struct Mc146818Time {
  std::uint8_t seconds = 0, minutes = 0, hours = 0, day = 0, month = 0, year = 0, century = 0, status_b = 0;
  friend constexpr bool operator==(const Mc146818Time&, const Mc146818Time&) = default;
};

// Nanoseconds since 1970-01-01 00:00 UTC; nothing when the registers hold no date from 1970 to 2199. A century register
// that says neither 19, 20 nor 21 is ignored: the year is then one from 1970 to 2069. Pure.
std::optional<std::int64_t> ToUnixNanoseconds(const Mc146818Time& time);

// Reads the date, in UTC. Nothing when the chip is not there, has lost its power, or says nonsense. Once a second the
// chip is busy for 2 ms: then this blocks that long, else a few reads.
template <typename Registers>
std::optional<std::int64_t> ReadMc146818(const Registers& chip) {
  using namespace mc146818;  // NOLINT(google-build-using-namespace): the registers' names
  // A read takes about a microsecond on a real bus, and a few nanoseconds in an emulator that counts instructions.
  constexpr int kMostReads = 300'000;
  const auto read_all = [&] {
    return Mc146818Time{.seconds = chip.template Read<SECONDS>().value,
                        .minutes = chip.template Read<MINUTES>().value,
                        .hours = chip.template Read<HOURS>().value,
                        .day = chip.template Read<DATE_OF_MONTH>().value,
                        .month = chip.template Read<MONTH>().value,
                        .year = chip.template Read<YEAR>().value,
                        .century = chip.template Read<CENTURY>().value,
                        .status_b = chip.template Read<REGISTER_B>().value};
  };
  const auto is_busy = [&] { return REGISTER_A::UIP::IsIn(chip.template Read<REGISTER_A>().value); };

  const std::uint8_t power = chip.template Read<REGISTER_D>().value;
  if (!REGISTER_D::VRT::IsIn(power) || power == 0xff) return std::nullopt;
  // The same twice with no update in between is what the clock says.
  for (int i = 0; i < kMostReads; ++i) {
    if (is_busy()) continue;
    const Mc146818Time time = read_all();
    if (is_busy()) continue;
    if (time == read_all()) return ToUnixNanoseconds(time);
  }
  return std::nullopt;
}

}  // namespace drivers::rtc

#endif  // ENKEL_DRIVERS_RTC_MC146818_MC146818_H_
