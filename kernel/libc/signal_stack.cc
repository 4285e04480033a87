#include <errno.h>
#include <signal.h>

#include <cstddef>

#include "kernel/libc/calls.h"

namespace {

constinit stack_t stack = {.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};

}  // namespace

// Remembered only: a handler runs where raise() was called, on the stack of its thread, which has the room.
long sys_sigaltstack(const stack_t* wanted, stack_t* old) {
  const stack_t previous = stack;
  if (wanted != nullptr) {
    if ((wanted->ss_flags & ~SS_DISABLE) != 0) return -EINVAL;
    if (wanted->ss_flags == 0 && wanted->ss_size < MINSIGSTKSZ) return -ENOMEM;
    stack = *wanted;
  }
  if (old != nullptr) *old = previous;
  return 0;
}
