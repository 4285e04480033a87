#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/datagram.h"
#include "boards/machine/posix/socket_file.h"
#include "boards/machine/posix/stream.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"

static_assert(SOCK_NONBLOCK == O_NONBLOCK && SOCK_CLOEXEC == O_CLOEXEC);

long sys_socket(int family, int type, int protocol) {
  const int flags = type & (SOCK_NONBLOCK | SOCK_CLOEXEC);
  type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (family != AF_INET && family != AF_INET6) return -EAFNOSUPPORT;
  machine::posix::SocketFile* file = nullptr;
  const auto family_number = static_cast<machine::posix::Family>(family);
  if (type == SOCK_STREAM) {
    if (protocol != 0 && protocol != IPPROTO_TCP) return -EPROTONOSUPPORT;
    file = machine::posix::Stream::Make(family_number, flags & O_NONBLOCK);
  } else if (type == SOCK_DGRAM) {
    if (protocol != 0 && protocol != IPPROTO_UDP) return -EPROTONOSUPPORT;
    file = machine::posix::Datagram::Make(family_number, flags & O_NONBLOCK);
  } else {
    return type == SOCK_RAW ? -EPERM : -ESOCKTNOSUPPORT;
  }
  if (file == nullptr) return -ENOMEM;
  const kernel::libc::FileReference reference(*file);
  return kernel::libc::Install(reference, (flags & SOCK_CLOEXEC) != 0);
}
