#include <errno.h>
#include <limits.h>
#include <sys/socket.h>

#include <algorithm>

#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/send.h"
#include "boards/machine/posix/socket_file.h"

long sys_sendmmsg(int descriptor, mmsghdr* messages, unsigned count, unsigned flags) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  if (messages == nullptr && count != 0) return -EFAULT;
  count = std::min<unsigned>(count, IOV_MAX);
  for (unsigned i = 0; i < count; ++i) {
    const long sent = machine::posix::SendMessage(*socket, messages[i].msg_hdr, static_cast<int>(flags));
    if (sent < 0) return i == 0 ? sent : i;
    messages[i].msg_len = static_cast<unsigned>(sent);
  }
  return count;
}
