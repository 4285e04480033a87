// A filter of system calls that leaves those of this image: whoever takes the program over has no others. [seccomp(2)]
#ifndef ENKEL_BOARDS_LINUX_SANDBOX_H_
#define ENKEL_BOARDS_LINUX_SANDBOX_H_

namespace board {

// From here on any other call, or one with other arguments than call_rules.h says, ends the process by SIGSYS. Without
// effect where the kernel below knows no filters (qemu-user).
void EnterSandbox();

}  // namespace board

#endif  // ENKEL_BOARDS_LINUX_SANDBOX_H_
