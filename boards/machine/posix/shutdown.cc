#include <errno.h>
#include <sys/socket.h>

#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/socket_file.h"

long sys_shutdown(int descriptor, int how) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  return how < SHUT_RD || how > SHUT_RDWR ? -EINVAL : socket->ShutDown(how);
}
