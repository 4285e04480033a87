// What interrupts the processor again and again while the interrupt controller has nothing to claim.
#ifndef ENKEL_TESTING_INTERRUPT_SPURIOUS_SOURCE_H_
#define ENKEL_TESTING_INTERRUPT_SPURIOUS_SOURCE_H_

namespace testing_interrupt {

// Once, before the others. Not interrupt-safe.
void PrepareSpuriousInterrupts();

// Interrupt-safe.
void StartSpuriousInterrupts();
void StopSpuriousInterrupts();

}  // namespace testing_interrupt

#endif  // ENKEL_TESTING_INTERRUPT_SPURIOUS_SOURCE_H_
