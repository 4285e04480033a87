// Which permissions new files do not get.
#ifndef ENKEL_KERNEL_LIBC_MODE_H_
#define ENKEL_KERNEL_LIBC_MODE_H_

#include <sys/types.h>

namespace kernel::libc {

// Set by umask().
extern constinit mode_t mode_mask;

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_MODE_H_
