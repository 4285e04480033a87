// The stub of a system call that the kernel does not have: says its name once and returns -ENOSYS. One object a call,
// in an archive that the linker sees after the kernel, so that a stub is taken only where the kernel has no such
// symbol.
#ifndef ENKEL_TOOLCHAIN_LIBC_SYSCALL_NOSYS_H_
#define ENKEL_TOOLCHAIN_LIBC_SYSCALL_NOSYS_H_

// kernel/libc/nosys.cc. Clears name[0] when it has said the name.
long enkel_nosys(char* name);

#define ENKEL_NOSYS(name)           \
  long sys_##name(void);            \
  long sys_##name(void) {           \
    static char spelling[] = #name; \
    return enkel_nosys(spelling);   \
  }

#endif  // ENKEL_TOOLCHAIN_LIBC_SYSCALL_NOSYS_H_
