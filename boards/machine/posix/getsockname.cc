#include <errno.h>
#include <sys/socket.h>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/socket_file.h"

long sys_getsockname(int descriptor, sockaddr* address, socklen_t* size) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  if (address == nullptr) return -EFAULT;
  return machine::posix::WriteAddress(socket->local(), socket->family(), address, size);
}
