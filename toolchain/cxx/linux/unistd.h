// abseil includes this for the numbers of system calls.
#ifndef ENKEL_TOOLCHAIN_CXX_LINUX_UNISTD_H_
#define ENKEL_TOOLCHAIN_CXX_LINUX_UNISTD_H_

#include <sys/syscall.h>

#endif  // ENKEL_TOOLCHAIN_CXX_LINUX_UNISTD_H_
