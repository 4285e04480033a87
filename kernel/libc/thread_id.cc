#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"

// Apart from thread.cc: every program sets its first thread's address, few make another thread.

long sys_gettid() { return kernel::event::Current().id(); }

long sys_set_tid_address(int* clear_at_exit) {
  kernel::event::Thread& self = kernel::event::Current();
  self.clear_at_exit = clear_at_exit;
  return self.id();
}
