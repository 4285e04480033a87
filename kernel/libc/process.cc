#include <bits/enkel_machine.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "kernel/boot/board.h"
#include "kernel/boot/exit.h"
#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/memory/memory.h"

namespace kernel::libc {

[[gnu::weak]] extern int descriptor_limit;

}  // namespace kernel::libc

namespace {

using kernel::libc::descriptor_limit;

constexpr pid_t kProcessId = 1;

// Where there is no table of descriptors there is no limit to set.
long LimitDescriptors(const rlimit* wanted, rlimit* current) {
  if (current != nullptr) {
    *current = {.rlim_cur = static_cast<rlim_t>(descriptor_limit), .rlim_max = kernel::libc::kMostDescriptors};
  }
  if (wanted == nullptr) return 0;
  if (wanted->rlim_cur > wanted->rlim_max || wanted->rlim_cur == 0) return -EINVAL;
  if (wanted->rlim_max != kernel::libc::kMostDescriptors) return -EPERM;
  descriptor_limit = static_cast<int>(wanted->rlim_cur);
  return 0;
}

}  // namespace

long sys_exit_group(int code) { kernel::boot::Exit(code & 0xff); }

long sys_getpid() { return kProcessId; }
long sys_getppid() { return 0; }
long sys_getpgid(pid_t process) { return process == 0 || process == kProcessId ? kProcessId : -ESRCH; }
long sys_getsid(pid_t process) { return sys_getpgid(process); }

// There are no users; what there is may do everything.
long sys_getuid() { return 0; }
long sys_geteuid() { return 0; }
long sys_getgid() { return 0; }
long sys_getegid() { return 0; }
long sys_getgroups(int, gid_t*) { return 0; }

long sys_prlimit64(pid_t process, int resource, const rlimit* wanted, rlimit* current) {
  if (process != 0 && process != kProcessId) return -ESRCH;
  if (resource < 0 || resource >= RLIM_NLIMITS) return -EINVAL;
  if (resource == RLIMIT_NOFILE && &descriptor_limit != nullptr) return LimitDescriptors(wanted, current);
  if (current != nullptr) *current = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  if (wanted == nullptr) return 0;
  if (wanted->rlim_cur > wanted->rlim_max) return -EINVAL;
  return wanted->rlim_cur == RLIM_INFINITY ? 0 : -EPERM;
}

long sys_uname(utsname* name) {
  if (name == nullptr) return -EFAULT;
  *name = {.sysname = "Enkel",
           .nodename = "enkel",
           .release = "0",
           .version = "0",
           .machine = ENKEL_MACHINE,
           .domainname = ""};
  return 0;
}

long sys_sysinfo(struct sysinfo* info) {
  if (info == nullptr) return -EFAULT;
  const kernel::memory::Counters memory = kernel::memory::ReadCounters();
  *info = {};
  info->uptime = static_cast<unsigned long>(board::Now().nanoseconds / 1'000'000'000);
  info->totalram = memory.total_bytes;
  info->freeram = memory.free_bytes;
  info->procs = static_cast<unsigned short>(kernel::event::ThreadCount());
  info->mem_unit = 1;
  return 0;
}
