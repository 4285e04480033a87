#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/retry.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"

using machine::posix::SocketFile;

long sys_accept(int descriptor, sockaddr* address, socklen_t* size) {
  return sys_accept4(descriptor, address, size, 0);
}

long sys_accept4(int descriptor, sockaddr* address, socklen_t* size, int flags) {
  if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != 0) return -EINVAL;
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  kernel::libc::FileReference accepted;
  const long error = machine::posix::Retry(*socket, 0, socket->ReadDeadline(),
                                           [&] { return socket->Accept(accepted, flags & SOCK_NONBLOCK); });
  if (error != 0) return error;
  if (address != nullptr) {
    const auto remote = static_cast<SocketFile&>(*accepted).remote();
    const long written =
        machine::posix::WriteAddress(remote.value_or(net::Endpoint()), socket->family(), address, size);
    if (written != 0) return written;
  }
  return kernel::libc::Install(accepted, (flags & SOCK_CLOEXEC) != 0);
}
