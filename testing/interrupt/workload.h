// A program that uses everything in the kernel that masks interrupts, or runs while they are masked. Whoever adds such
// a thing adds its use here.
#ifndef ENKEL_TESTING_INTERRUPT_WORKLOAD_H_
#define ENKEL_TESTING_INTERRUPT_WORKLOAD_H_

namespace testing_interrupt {

// All of it but timers, once, to its end.
void RunWorkload();

// As many real-time timers as there can be beside one of the caller's, all at the same moment and then all apart.
void RunTimerWorkload();

}  // namespace testing_interrupt

#endif  // ENKEL_TESTING_INTERRUPT_WORKLOAD_H_
