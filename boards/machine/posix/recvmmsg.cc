#include <errno.h>
#include <limits.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>

#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/receive.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/libc/timespec.h"

// As on Linux, the time is looked at after each message only.
long sys_recvmmsg(int descriptor, mmsghdr* messages, unsigned count, unsigned flags, timespec* timeout) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  if (messages == nullptr && count != 0) return -EFAULT;
  kernel::Instant deadline = kernel::kNever;
  if (timeout != nullptr) {
    if (!kernel::libc::IsValid(*timeout)) return -EINVAL;
    deadline = kernel::libc::Later(board::Now(), kernel::libc::ToDuration(*timeout));
  }
  int call_flags = static_cast<int>(flags & ~static_cast<unsigned>(MSG_WAITFORONE));
  count = std::min<unsigned>(count, IOV_MAX);
  for (unsigned i = 0; i < count; ++i) {
    const long received = machine::posix::ReceiveMessage(*socket, messages[i].msg_hdr, call_flags);
    if (received < 0) return i == 0 ? received : i;
    messages[i].msg_len = static_cast<unsigned>(received);
    if ((flags & MSG_WAITFORONE) != 0) call_flags |= MSG_DONTWAIT;
    if (board::Now() >= deadline) return i + 1;
  }
  return count;
}
