// The system calls that this kernel has: what musl calls by name (toolchain/libc/overlay). A call that is not here is a
// stub that says its name once and returns -ENOSYS.
//
// All follow Linux: arguments as in the manual page of section 2, the result or a negative errno. A pointer that is
// null where the call needs memory gives -EFAULT; any other bad pointer is the program's bug and ends in an exception.
// No call is interrupt-safe. "May block" means that other threads run meanwhile.
//
// The types are Linux' own as musl declares them; a call reads only the arguments that its operation has.
#ifndef ENKEL_KERNEL_LIBC_CALLS_H_
#define ENKEL_KERNEL_LIBC_CALLS_H_

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>

#include <cstddef>
#include <cstdint>

extern "C" {

// Descriptors. A program that makes none has the console as 0, 1 and 2 (stream.cc, stream_state.cc); one that does has
// a table of files (descriptor/table.h).
long sys_close(int descriptor);
long sys_lseek(int descriptor, off_t offset, int origin);
long sys_write(int descriptor, const void* bytes, std::size_t size);    // may block
long sys_writev(int descriptor, const struct iovec* parts, int count);  // may block
long sys_read(int descriptor, void* bytes, std::size_t size);           // read.cc; may block
long sys_readv(int descriptor, const struct iovec* parts, int count);   // may block
long sys_dup(int descriptor);                                           // descriptor.cc
long sys_dup3(int descriptor, int wanted, int flags);
long sys_fcntl(int descriptor, int command, long argument);             // F_DUPFD, flags, locks that nobody holds
long sys_fstat(int descriptor, struct kstat* status);                   // status.cc
long sys_ftruncate(int descriptor, off_t size);                         // truncate.cc
long sys_ioctl(int descriptor, unsigned long request, void* argument);  // control.cc

// Waiting for descriptors (pipe.cc, event_counter.cc, timer.cc, poll.cc, epoll.cc). A signal mask is not looked at: no
// signal comes while a thread waits.
long sys_epoll_create1(int flags);
long sys_epoll_ctl(int descriptor, int operation, int watched, const struct epoll_event* event);
long sys_epoll_pwait(int descriptor, struct epoll_event* events, int count, int timeout, const sigset_t* mask,
                     std::size_t mask_size);  // may block
long sys_eventfd2(unsigned value, int flags);
long sys_pipe2(int* descriptors, int flags);
long sys_ppoll(struct pollfd* files, nfds_t count, const struct timespec* timeout, const sigset_t* mask,
               std::size_t mask_size);  // may block
long sys_pselect6(int count, fd_set* reads, fd_set* writes, fd_set* exceptions, const struct timespec* timeout,
                  const void* mask);  // may block
long sys_timerfd_create(int clock, int flags);
long sys_timerfd_gettime(int descriptor, struct itimerspec* setting);
long sys_timerfd_settime(int descriptor, int flags, const struct itimerspec* wanted, struct itimerspec* old);

// The file tree (open.cc, directory.cc, names.cc, attributes.cc, positioned.cc, mode.cc): /dev, /tmp, and the files of
// the image. Nobody is refused for want of permission; what is part of the image cannot be changed: -EROFS.
long sys_openat(int folder, const char* path, int flags, mode_t mode);
long sys_chdir(const char* path);
long sys_faccessat(int folder, const char* path, int mode);
long sys_faccessat2(int folder, const char* path, int mode, int flags);
long sys_fchdir(int descriptor);
long sys_fchmod(int descriptor, mode_t mode);
long sys_fchmodat(int folder, const char* path, mode_t mode);
long sys_fdatasync(int descriptor);
long sys_fstatfs(int descriptor, struct statfs* status);
long sys_fsync(int descriptor);
long sys_getcwd(char* path, std::size_t size);
long sys_getdents64(int descriptor, void* entries, std::size_t size);
long sys_mkdirat(int folder, const char* path, mode_t mode);
long sys_newfstatat(int folder, const char* path, struct kstat* status, int flags);
long sys_pread64(int descriptor, void* bytes, std::size_t size, off_t offset);
long sys_preadv(int descriptor, const struct iovec* parts, int count, off_t offset, long);
long sys_pwrite64(int descriptor, const void* bytes, std::size_t size, off_t offset);
long sys_pwritev(int descriptor, const struct iovec* parts, int count, off_t offset, long);
long sys_readlinkat(int folder, const char* path, char* target, std::size_t size);
long sys_renameat(int from_folder, const char* from_path, int to_folder, const char* to_path);
long sys_renameat2(int from_folder, const char* from_path, int to_folder, const char* to_path, unsigned flags);
long sys_sendfile(int to, int from, off_t* offset, std::size_t size);  // may block
long sys_statfs(const char* path, struct statfs* status);
long sys_symlinkat(const char* target, int folder, const char* path);
long sys_sync();
long sys_truncate(const char* path, off_t size);
long sys_umask(mode_t mask);
long sys_unlinkat(int folder, const char* path, int flags);
long sys_utimensat(int folder, const char* path, const struct timespec* times, int flags);

// The one process (process.cc).
[[noreturn]] long sys_exit_group(int code);
long sys_getegid();
long sys_geteuid();
long sys_getgid();
long sys_getgroups(int size, gid_t* groups);  // none
long sys_getpgid(pid_t process);              // 1
long sys_getrusage(int who, struct rusage* usage);
long sys_getsid(pid_t process);  // 1
long sys_times(struct tms* used);
long sys_getpid();   // 1
long sys_getppid();  // 0
long sys_getuid();
long sys_prlimit64(pid_t process, int resource, const struct rlimit* wanted, struct rlimit* current);  // no limits
long sys_sysinfo(struct sysinfo* info);
long sys_uname(struct utsname* name);

// Threads (thread_id.cc, thread_pointer.cc, thread.cc, scheduling.cc).
[[noreturn]] long sys_exit(int code);  // the last thread ends the process
long sys_getcpu(unsigned* cpu, unsigned* node);
long sys_gettid();
long sys_sched_getaffinity(pid_t thread, std::size_t size, unsigned long* mask);
long sys_sched_get_priority_max(int policy);
long sys_sched_get_priority_min(int policy);
long sys_sched_getparam(pid_t thread, struct sched_param* parameters);
long sys_sched_getscheduler(pid_t thread);
long sys_sched_setaffinity(pid_t thread, std::size_t size, const unsigned long* mask);
long sys_sched_yield();  // may block
long sys_set_tid_address(int* clear_at_exit);

// Waiting for a word (futex.cc): WAIT, WAKE, WAIT_BITSET, WAKE_BITSET, REQUEUE, CMP_REQUEUE; -ENOSYS for others.
// May block. `value2` is a number for the requeues, else a pointer to struct timespec.
long sys_futex(std::uint32_t* word, int operation, std::uint32_t value, std::uintptr_t value2, std::uint32_t* word2,
               std::uint32_t value3);

// Time (clock.cc, clock_settime.cc, sleep.cc). CLOCK_REALTIME is the board's date, or counts from 1970 where it has
// none, until it is set. The CPU-time clocks say how long any thread of the program ran.
long sys_clock_getres(clockid_t clock, struct timespec* resolution);
long sys_clock_gettime(clockid_t clock, struct timespec* time);
long sys_clock_settime(clockid_t clock, const struct timespec* time);
long sys_clock_nanosleep(clockid_t clock, int flags, const struct timespec* time, struct timespec* rest);  // may block
long sys_nanosleep(const struct timespec* time, struct timespec* rest);                                    // may block

// Memory (memory.cc): anonymous only, never executable.
long sys_brk(void* end);  // 0: no heap of this kind
long sys_madvise(void* first, std::size_t size, int advice);
long sys_mmap(void* wanted, std::size_t size, int protection, int flags, int descriptor, off_t offset);
long sys_mprotect(void* first, std::size_t size, int protection);
long sys_mremap(void* first, std::size_t old_size, std::size_t new_size, int flags);
long sys_munmap(void* first, std::size_t size);

// Random numbers (random.cc): never before 256 bits of entropy are there; may block, and panics when no source
// delivers.
long sys_getrandom(void* bytes, std::size_t size, unsigned flags);  // -EAGAIN: GRND_NONBLOCK, and none yet

// Signals (signal.cc, signal_stack.cc): none ever comes from outside. raise() runs the handler before it returns;
// without one the default action is taken. A thread can block its own. Of signals for another thread only musl's own
// for thread cancellation works: it ends a wait with -EINTR. A set is 64 bits.
long sys_kill(pid_t process, int signal);
long sys_rt_sigaction(int signal, const struct k_sigaction* action, struct k_sigaction* old, std::size_t mask_size);
long sys_rt_sigpending(std::uint64_t* set, std::size_t mask_size);
long sys_rt_sigprocmask(int how, const std::uint64_t* set, std::uint64_t* old, std::size_t mask_size);
long sys_sigaltstack(const stack_t* wanted, stack_t* old);
long sys_tgkill(pid_t process, pid_t thread, int signal);
long sys_tkill(pid_t thread, int signal);

// Not numbers of Linux but what the overlay needs instead.
void __enkel_before_abort();  // runs the handler of SIGABRT
int __enkel_clone(int (*entry)(void*), void* stack, int flags, void* argument, int* parent_tid, void* tls,
                  int* clear_tid);
long __enkel_first_tls(void* wanted, std::size_t size, int protection, int flags, int descriptor, off_t offset);
[[noreturn]] void __enkel_heap_corrupted(const char* what);  // heap.cc
void __enkel_set_thread_pointer(void* value);                // x86_64
[[noreturn]] void __enkel_unmapself(void* base, std::size_t size);
long enkel_nosys(char* name);  // clears name[0] when it has said it

}  // extern "C"

#endif  // ENKEL_KERNEL_LIBC_CALLS_H_
