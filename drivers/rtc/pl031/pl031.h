// ARM PrimeCell Real Time Clock (PL031). [PL031]
#ifndef ENKEL_DRIVERS_RTC_PL031_PL031_H_
#define ENKEL_DRIVERS_RTC_PL031_PL031_H_

#include <cstdint>

#include "kernel/base/address.h"

namespace drivers::rtc {

class Pl031 {
 public:
  // `base`: where the 4 KiB register block is mapped, as device memory.
  constexpr explicit Pl031(kernel::VirtualAddress base) : base_(base) {}

  // What the clock counts: by custom the seconds since 1970-01-01 00:00 UTC, until 2106. Interrupt-safe. [PL031] 3.3.1
  std::uint32_t Seconds() const {
    return *reinterpret_cast<const volatile std::uint32_t*>(base_.value);  // RTCDR, the first register
  }

 private:
  kernel::VirtualAddress base_;
};

}  // namespace drivers::rtc

#endif  // ENKEL_DRIVERS_RTC_PL031_PL031_H_
