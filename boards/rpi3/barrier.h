// The order of accesses to different peripherals.
#ifndef ENKEL_BOARDS_RPI3_BARRIER_H_
#define ENKEL_BOARDS_RPI3_BARRIER_H_

namespace board {

// Between the last access to one peripheral and the first to another: the system bus may otherwise deliver their data
// in the wrong order. Interrupt-safe. [BCM2835] 1.3
inline void SwitchPeripheral() { asm volatile("dsb sy" ::: "memory"); }

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_BARRIER_H_
