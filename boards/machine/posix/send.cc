#include "boards/machine/posix/send.h"

#include <errno.h>
#include <limits.h>
#include <sys/socket.h>

#include <cstddef>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/control.h"
#include "boards/machine/posix/retry.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/transfer.h"
#include "kernel/libc/parts.h"
#include "net/wire/address.h"

namespace machine::posix {

long SendAll(SocketFile& socket, kernel::libc::Buffers& buffers, int flags, const sockaddr* address,
             socklen_t address_size, const net::IpAddress& source) {
  net::Endpoint destination;
  const bool has_destination = address != nullptr && socket.type() == SOCK_DGRAM;
  if (has_destination) {
    const long error = ReadAddress(address, address_size, socket.family(), destination);
    if (error != 0) return error;
  }
  const Way way = {.destination = has_destination ? &destination : nullptr, .source = source};
  const bool waits = (flags & MSG_DONTWAIT) == 0 && !socket.IsNonBlocking();
  long sent = 0;
  do {
    const long result = Retry(socket, flags, socket.WriteDeadline(), [&] { return socket.Send(buffers, way, flags); });
    if (result == -EPIPE && socket.type() == SOCK_STREAM && (flags & MSG_NOSIGNAL) == 0 &&
        &kernel::libc::SignalBrokenPipe != nullptr) {
      kernel::libc::SignalBrokenPipe();
    }
    if (result < 0) return sent == 0 ? result : sent;
    sent += result;
  } while (buffers.size() != 0 && waits);
  return sent;
}

long SendMessage(SocketFile& socket, const msghdr& message, int flags) {
  net::IpAddress source;
  if (const long error = ReadControl(message, socket.family(), source); error != 0) return error;
  if (message.msg_iovlen > IOV_MAX) return -EMSGSIZE;
  const long checked = kernel::libc::CheckParts(message.msg_iov, static_cast<int>(message.msg_iovlen));
  if (checked < 0) return checked;
  kernel::libc::Buffers buffers(message.msg_iov, static_cast<std::size_t>(checked));
  return SendAll(socket, buffers, flags, static_cast<const sockaddr*>(message.msg_name), message.msg_namelen, source);
}

}  // namespace machine::posix
