#include "boards/machine/posix/receive.h"

#include <errno.h>
#include <limits.h>
#include <sys/socket.h>

#include <cstddef>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/control.h"
#include "boards/machine/posix/retry.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/parts.h"

namespace machine::posix {

long ReceiveInto(SocketFile& socket, kernel::libc::Buffers& buffers, int flags, Received& received) {
  const bool wants_all = (flags & MSG_WAITALL) != 0 && (flags & (MSG_PEEK | MSG_DONTWAIT)) == 0 &&
                         socket.type() == SOCK_STREAM && !socket.IsNonBlocking();
  long total = 0;
  do {
    const long result =
        Retry(socket, flags, socket.ReadDeadline(), [&] { return socket.Receive(buffers, flags, received); });
    if (result <= 0) return total == 0 ? result : total;
    total += result;
  } while (wants_all && buffers.size() != 0);
  return total;
}

long ReceiveMessage(SocketFile& socket, msghdr& message, int flags) {
  if (message.msg_iovlen > IOV_MAX) return -EMSGSIZE;
  const long checked = kernel::libc::CheckParts(message.msg_iov, static_cast<int>(message.msg_iovlen));
  if (checked < 0) return checked;
  kernel::libc::Buffers buffers(message.msg_iov, static_cast<std::size_t>(checked));
  Received received;
  const long result = ReceiveInto(socket, buffers, flags, received);
  if (result < 0) return result;
  message.msg_flags = received.whole_size > static_cast<std::size_t>(checked) ? MSG_TRUNC : 0;
  if (!WriteControl(received.origin, socket.family(), message)) message.msg_flags |= MSG_CTRUNC;
  if (message.msg_name == nullptr) return result;
  if (!received.source) {
    message.msg_namelen = 0;
    return result;
  }
  const long error =
      WriteAddress(*received.source, socket.family(), static_cast<sockaddr*>(message.msg_name), &message.msg_namelen);
  return error != 0 ? error : result;
}

}  // namespace machine::posix
