#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/socket_file.h"

long sys_listen(int descriptor, int backlog) {
  const machine::posix::SocketReference socket(descriptor);
  return socket.error() != 0 ? socket.error() : socket->Listen(backlog);
}
