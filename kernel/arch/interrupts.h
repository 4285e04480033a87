// Interrupts as a CPU sees them: one mask, one way to sleep, one way in.
//
// On the hosted CPU there is no mask: an "interrupt" is delivered only inside WaitForInterrupt and PollInterrupts, so
// that a program can never tell the difference but by time.
#ifndef ENKEL_KERNEL_ARCH_INTERRUPTS_H_
#define ENKEL_KERNEL_ARCH_INTERRUPTS_H_

#include <cstdint>

namespace kernel::arch {

// Whether interrupts are held back now. Everything here is interrupt-safe, and a compiler barrier.
bool InterruptsAreMasked();

// Interrupts are masked from the first instruction of an image on; whoever first enables a line unmasks them.
void MaskInterrupts();
void UnmaskInterrupts();

// Called with interrupts masked: sleeps until one is pending, lets it in, and returns with interrupts masked again. An
// interrupt that became pending after the caller masked them ends the sleep at once: check, then sleep, is one step.
// May return for no reason.
void WaitForInterrupt();

// Called now and then by a loop that has no time to sleep, interrupts not masked: lets in what the operating system
// below has for this process. Does nothing on a CPU whose interrupts come by themselves.
void PollInterrupts();

// Implemented by kernel/interrupt; the CPU's entry code refers to it weakly, so that an image without interrupts has
// none of it. Runs on the interrupt stack, interrupts masked. `entry` is what the CPU knows about the source: the
// vector (x86_64), the line (hosted), else 0.
extern "C" void EnkelOnInterrupt(std::uint32_t entry);

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_INTERRUPTS_H_
