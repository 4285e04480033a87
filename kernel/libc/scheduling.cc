#include <errno.h>
#include <sched.h>

#include <cstddef>

#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"

namespace {

// 0 means the caller, as in all calls of this family.
bool Exists(pid_t thread) { return thread == 0 || kernel::event::FindThread(thread) != nullptr; }

}  // namespace

long sys_sched_yield() {
  kernel::event::Yield();
  return 0;
}

long sys_sched_getaffinity(pid_t thread, std::size_t size, unsigned long* mask) {
  if (!Exists(thread)) return -ESRCH;
  if (size < sizeof *mask || size % sizeof *mask != 0) return -EINVAL;
  if (mask == nullptr) return -EFAULT;
  *mask = 1;  // one CPU
  return sizeof *mask;
}

long sys_sched_setaffinity(pid_t thread, std::size_t size, const unsigned long* mask) {
  if (!Exists(thread)) return -ESRCH;
  if (size < sizeof *mask) return -EINVAL;
  if (mask == nullptr) return -EFAULT;
  return (*mask & 1) != 0 ? 0 : -EINVAL;
}

long sys_sched_get_priority_max(int policy) { return policy == SCHED_OTHER ? 0 : -EINVAL; }
long sys_sched_get_priority_min(int policy) { return policy == SCHED_OTHER ? 0 : -EINVAL; }

long sys_sched_getparam(pid_t thread, sched_param* parameters) {
  if (thread < 0 || parameters == nullptr) return -EINVAL;
  if (!Exists(thread)) return -ESRCH;
  parameters->sched_priority = 0;
  return 0;
}

long sys_sched_getscheduler(pid_t thread) {
  if (thread < 0) return -EINVAL;
  return Exists(thread) ? SCHED_OTHER : -ESRCH;
}

long sys_getcpu(unsigned* cpu, unsigned* node) {
  if (cpu != nullptr) *cpu = 0;
  if (node != nullptr) *node = 0;
  return 0;
}
