#include <errno.h>
#include <sys/socket.h>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/retry.h"
#include "boards/machine/posix/socket_file.h"
#include "net/wire/address.h"

long sys_connect(int descriptor, const sockaddr* address, socklen_t size) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  if (address != nullptr && size >= sizeof(sa_family_t) && address->sa_family == AF_UNSPEC) return socket->Disconnect();
  net::Endpoint remote;
  const long error = machine::posix::ReadAddress(address, size, socket->family(), remote);
  if (error != 0) return error;
  const long begun = socket->Connect(remote, /*is_first=*/true);
  if (begun != -EINPROGRESS || socket->IsNonBlocking()) return begun;
  const long result = machine::posix::Retry(*socket, 0, socket->WriteDeadline(), [&] {
    const long state = socket->Connect(remote, /*is_first=*/false);
    return state == -EINPROGRESS ? -EAGAIN : state;
  });
  return result == -EAGAIN ? -EINPROGRESS : result;  // SO_SNDTIMEO came first, and it goes on
}
