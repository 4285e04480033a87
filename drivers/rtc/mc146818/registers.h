// Registers of the MC146818 by their numbers, in their order. [MC146818] "Address map"
#ifndef ENKEL_DRIVERS_RTC_MC146818_REGISTERS_H_
#define ENKEL_DRIVERS_RTC_MC146818_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::rtc::mc146818 {
// NOLINTBEGIN(readability-identifier-naming): the names are the datasheet's.

// The date can be set; this driver never does.
struct SECONDS : ReadOnly<0x00, std::uint8_t> {};
struct MINUTES : ReadOnly<0x02, std::uint8_t> {};
struct HOURS : ReadOnly<0x04, std::uint8_t> {
  using AFTERNOON = Bits<7>;  // in the twelve-hour form
};
struct DATE_OF_MONTH : ReadOnly<0x07, std::uint8_t> {};
struct MONTH : ReadOnly<0x08, std::uint8_t> {};
struct YEAR : ReadOnly<0x09, std::uint8_t> {};  // of the century
struct REGISTER_A : ReadOnly<0x0a, std::uint8_t> {
  using UIP = Bits<7>;  // an update is in progress, or will be soon
};
struct REGISTER_B : ReadOnly<0x0b, std::uint8_t> {
  using HOURS_24 = Bits<1>;
  using DM = Bits<2>;  // binary, not decimal digits
};
struct REGISTER_D : ReadOnly<0x0d, std::uint8_t> {
  using VRT = Bits<7>;  // the battery was never empty
};
// Where PC firmware keeps it; no register of the chip.
struct CENTURY : ReadOnly<0x32, std::uint8_t> {};

static_assert(
    AreInOrder<SECONDS, MINUTES, HOURS, DATE_OF_MONTH, MONTH, YEAR, REGISTER_A, REGISTER_B, REGISTER_D, CENTURY>());

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::rtc::mc146818

#endif  // ENKEL_DRIVERS_RTC_MC146818_REGISTERS_H_
