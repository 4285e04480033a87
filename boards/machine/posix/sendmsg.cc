#include <errno.h>
#include <sys/socket.h>

#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/send.h"
#include "boards/machine/posix/socket_file.h"

long sys_sendmsg(int descriptor, const msghdr* message, int flags) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  return message == nullptr ? -EFAULT : machine::posix::SendMessage(*socket, *message, flags);
}
