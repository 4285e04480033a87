// MC146818 real-time clock: the date of every PC since the PC/AT. [MC146818]
#ifndef ENKEL_DRIVERS_RTC_MC146818_MC146818_H_
#define ENKEL_DRIVERS_RTC_MC146818_MC146818_H_

#include <compare>
#include <cstdint>
#include <optional>

namespace drivers::rtc {

// Register numbers.
enum class Mc146818Register : std::uint8_t {
  kSeconds = 0x00,
  kMinutes = 0x02,
  kHours = 0x04,
  kDay = 0x07,
  kMonth = 0x08,
  kYear = 0x09,  // of the century
  kStatusA = 0x0a,
  kStatusB = 0x0b,
  kStatusD = 0x0d,
  kCentury = 0x32,  // where PC firmware keeps it; no register of the chip
};

// The registers as they are.
struct Mc146818Time {
  std::uint8_t seconds = 0, minutes = 0, hours = 0, day = 0, month = 0, year = 0, century = 0, status_b = 0;
  friend constexpr bool operator==(const Mc146818Time&, const Mc146818Time&) = default;
};

// Nanoseconds since 1970-01-01 00:00 UTC; nothing when the registers hold no date from 1970 to 2199. A century register
// that says neither 19, 20 nor 21 is ignored: the year is then one from 1970 to 2069. Pure.
std::optional<std::int64_t> ToUnixNanoseconds(const Mc146818Time& time);

// Reads the date, in UTC. `Bus` has std::uint8_t Read(std::uint8_t index). Nothing when the chip is not there, has lost
// its power, or says nonsense. Once a second the chip is busy for 2 ms: then this blocks that long, else a few reads.
template <typename Bus>
std::optional<std::int64_t> ReadMc146818(Bus& bus) {
  constexpr std::uint8_t kUpdateInProgress = 0x80;  // of status A
  constexpr std::uint8_t kValid = 0x80;             // of status D: the battery was never empty
  // A read takes about a microsecond on a real bus, and a few nanoseconds in an emulator that counts instructions.
  constexpr int kMostReads = 300'000;
  const auto read = [&](Mc146818Register which) { return bus.Read(static_cast<std::uint8_t>(which)); };
  const auto read_all = [&] {
    using enum Mc146818Register;
    return Mc146818Time{read(kSeconds), read(kMinutes), read(kHours),   read(kDay),
                        read(kMonth),   read(kYear),    read(kCentury), read(kStatusB)};
  };

  if (const std::uint8_t status = read(Mc146818Register::kStatusD); (status & kValid) == 0 || status == 0xff) {
    return std::nullopt;
  }
  // The same twice with no update in between is what the clock says.
  for (int i = 0; i < kMostReads; ++i) {
    if ((read(Mc146818Register::kStatusA) & kUpdateInProgress) != 0) continue;
    const Mc146818Time time = read_all();
    if ((read(Mc146818Register::kStatusA) & kUpdateInProgress) != 0) continue;
    if (time == read_all()) return ToUnixNanoseconds(time);
  }
  return std::nullopt;
}

}  // namespace drivers::rtc

#endif  // ENKEL_DRIVERS_RTC_MC146818_MC146818_H_
