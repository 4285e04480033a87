// The counter that time is read from.
#ifndef ENKEL_BOARDS_RPI3_COUNTER_H_
#define ENKEL_BOARDS_RPI3_COUNTER_H_

#include <cstdint>

namespace board {

// The crystal that the firmware feeds it with, where CNTFRQ_EL0 does not say.
inline constexpr std::uint32_t kCounterHertz = 19'200'000;

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_COUNTER_H_
