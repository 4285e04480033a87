// The gates through which interrupts enter: vectors 32 to 255 of the interrupt descriptor table.
#ifndef ENKEL_KERNEL_ARCH_X86_64_INTERRUPT_GATES_H_
#define ENKEL_KERNEL_ARCH_X86_64_INTERRUPT_GATES_H_

namespace kernel::arch {

// Opens every gate, so that an interrupt calls EnkelOnInterrupt with its vector; the table is read-only afterwards. To
// be called before the first line is let through. A start without this has the 32 exceptions only, and an image without
// an EnkelOnInterrupt stays so: an interrupt is then a general protection fault that says that there is no gate. Does
// not block; may take a page for a page table. Not interrupt-safe; a second call does nothing.
void OpenInterruptGates();

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_X86_64_INTERRUPT_GATES_H_
