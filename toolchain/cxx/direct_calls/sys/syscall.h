// For libc++, libc++abi, libunwind and abseil only: their syscall(SYS_futex, ...) becomes a direct call of sys_futex.
//
// A real syscall() reaches every call through a table, which would stand in each image that uses a C++ runtime. These
// libraries use seven calls, with the name written out; here each has its function. A call that is not here does not
// compile, which is how a new version of a library makes itself known.
#ifndef ENKEL_TOOLCHAIN_CXX_DIRECT_CALLS_SYS_SYSCALL_H_
#define ENKEL_TOOLCHAIN_CXX_DIRECT_CALLS_SYS_SYSCALL_H_

#include <errno.h>
#include <unistd.h>  // declares syscall(), which must not meet the macro below

#include_next <sys/syscall.h>

#ifdef __cplusplus

extern "C" {
long sys_futex(long, long, long, long, long, long);
long sys_getcpu(long, long, long);
long sys_gettid();
long sys_mmap(long, long, long, long, long, long);
long sys_munmap(long, long);
long sys_write(long, long, long);
}

inline long __enkel_result(long result) {
  if (static_cast<unsigned long>(result) <= -4096UL) return result;
  errno = static_cast<int>(-result);
  return -1;
}

template <typename Address, typename Timeout = long, typename Second = long>
inline long __enkel_SYS_futex(Address address, int operation, long value, Timeout timeout = {}, Second second = {},
                              long mask = 0) {
  return __enkel_result(sys_futex((long)address, operation, value, (long)timeout, (long)second, mask));
}

template <typename Cpu, typename Node, typename Cache>
inline long __enkel_SYS_getcpu(Cpu cpu, Node node, Cache cache) {
  return __enkel_result(sys_getcpu((long)cpu, (long)node, (long)cache));
}

inline long __enkel_SYS_gettid() { return sys_gettid(); }

template <typename Start, typename Length, typename Descriptor>
inline long __enkel_SYS_mmap(Start start, Length length, long protection, long flags, Descriptor descriptor,
                             long offset) {
  return __enkel_result(sys_mmap((long)start, (long)length, protection, flags, (long)descriptor, offset));
}

inline long __enkel_SYS_munmap(void* start, unsigned long length) {
  return __enkel_result(sys_munmap((long)start, (long)length));
}

// libunwind and abseil use this call to ask "is the word at this address readable?". The safe answer is no.
template <typename... Arguments>
inline long __enkel_SYS_rt_sigprocmask(Arguments...) {
  errno = EFAULT;
  return -1;
}

inline long __enkel_SYS_write(int descriptor, const void* bytes, unsigned long size) {
  return __enkel_result(sys_write(descriptor, (long)bytes, (long)size));
}

#define syscall(name, ...) __enkel_##name(__VA_ARGS__)

#endif  // __cplusplus

#endif  // ENKEL_TOOLCHAIN_CXX_DIRECT_CALLS_SYS_SYSCALL_H_
