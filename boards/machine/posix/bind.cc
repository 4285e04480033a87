#include <sys/socket.h>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/socket_file.h"
#include "net/wire/address.h"

long sys_bind(int descriptor, const sockaddr* address, socklen_t size) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  net::Endpoint local;
  const long error = machine::posix::ReadAddress(address, size, socket->family(), local);
  return error != 0 ? error : socket->Bind(local);
}
