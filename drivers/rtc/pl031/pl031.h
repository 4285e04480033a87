// ARM PrimeCell Real Time Clock (PL031). [PL031]
#ifndef ENKEL_DRIVERS_RTC_PL031_PL031_H_
#define ENKEL_DRIVERS_RTC_PL031_PL031_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::rtc {

// Data: what the clock counts. [PL031] 3.3.1
struct RTCDR : ReadOnly<0x000> {};

template <typename Registers>
class Pl031On {
 public:
  // `registers`: its block of 4 KiB.
  constexpr explicit Pl031On(Registers registers) : registers_(registers) {}

  // By custom the seconds since 1970-01-01 00:00 UTC, until 2106. Interrupt-safe.
  std::uint32_t Seconds() const { return registers_.template Read<RTCDR>().value; }

 private:
  Registers registers_;
};

using Pl031 = Pl031On<MappedRegisters>;

}  // namespace drivers::rtc

#endif  // ENKEL_DRIVERS_RTC_PL031_PL031_H_
