// The counter that time is read from.
#ifndef ENKEL_BOARDS_VIRT_COUNTER_H_
#define ENKEL_BOARDS_VIRT_COUNTER_H_

#include <cstdint>

namespace board {

// What QEMU has, where CNTFRQ_EL0 does not say.
inline constexpr std::uint32_t kCounterHertz = 62'500'000;

}  // namespace board

#endif  // ENKEL_BOARDS_VIRT_COUNTER_H_
