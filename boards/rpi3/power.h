// The watchdog's reset, the only way out of a running image.
#ifndef ENKEL_BOARDS_RPI3_POWER_H_
#define ENKEL_BOARDS_RPI3_POWER_H_

#include <cstdint>

namespace board {

// What the firmware boots after a reset: a number in the even bits 0 to 10 of RSTS.
enum class Partition : std::uint32_t {
  kFirstBootable = 0,
  kNone = 0x555,  // 63, of which there is none: the firmware halts
};

// Resets the machine when what the console holds has been sent. Interrupt-safe.
[[noreturn]] void RestartInto(Partition partition);

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_POWER_H_
