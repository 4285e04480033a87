#include "kernel/libc/mode.h"

#include <sys/types.h>

#include <utility>

#include "kernel/libc/calls.h"

namespace kernel::libc {

constinit mode_t mode_mask = 022;

}  // namespace kernel::libc

long sys_umask(mode_t mask) { return std::exchange(kernel::libc::mode_mask, mask & 0777); }
