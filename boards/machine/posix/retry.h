// Waiting in a call of a socket, as its flags and its options say.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_RETRY_H_
#define ENKEL_BOARDS_MACHINE_POSIX_RETRY_H_

#include <errno.h>
#include <sys/socket.h>

#include "boards/machine/posix/socket_file.h"
#include "kernel/base/time.h"
#include "kernel/libc/descriptor/transfer.h"

namespace machine::posix {

// Calls `attempt()` until it returns anything but -EAGAIN. At once -EAGAIN where the socket or MSG_DONTWAIT says so, or
// at `deadline`. May block.
template <typename Attempt>
long Retry(SocketFile& socket, int flags, kernel::Instant deadline, Attempt attempt) {
  if ((flags & MSG_DONTWAIT) != 0) return attempt();
  return kernel::libc::RetryUntilReady(socket, attempt, deadline);
}

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_RETRY_H_
