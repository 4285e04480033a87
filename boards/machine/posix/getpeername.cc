#include <errno.h>
#include <sys/socket.h>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/socket_file.h"

long sys_getpeername(int descriptor, sockaddr* address, socklen_t* size) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  const auto remote = socket->remote();
  if (!remote) return -ENOTCONN;
  if (address == nullptr) return -EFAULT;
  return machine::posix::WriteAddress(*remote, socket->family(), address, size);
}
