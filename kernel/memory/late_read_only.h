// The pages of kernel/base/late_read_only.h: who closes them, and when.
#ifndef ENKEL_KERNEL_MEMORY_LATE_READ_ONLY_H_
#define ENKEL_KERNEL_MEMORY_LATE_READ_ONLY_H_

namespace kernel::memory {

// From now on the section is read-only but while a LateReadOnlyWriter lives. Called once, by kernel/boot, when the C
// library has its canary and before any of the program's code runs. Does nothing in a process on Linux.
void SealLateReadOnly();

}  // namespace kernel::memory

#endif  // ENKEL_KERNEL_MEMORY_LATE_READ_ONLY_H_
