// The watchdog's reset, the only way out of a running image.
#ifndef ENKEL_BOARDS_RPI3_POWER_H_
#define ENKEL_BOARDS_RPI3_POWER_H_

#include <cstdint>

namespace board {

// Resets the machine when what the console holds has been sent, and has the firmware boot a partition: its BitsOf.
// Interrupt-safe.
[[noreturn]] void RestartInto(std::uint32_t partition);

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_POWER_H_
