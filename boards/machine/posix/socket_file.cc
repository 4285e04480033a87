#include "boards/machine/posix/socket_file.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "boards/machine/network.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "net/wire/address.h"

namespace machine::posix {
namespace {

kernel::Instant After(kernel::Duration timeout) {
  return timeout == kernel::Duration() ? kernel::kNever : board::Now() + timeout;
}

}  // namespace

long SocketFile::Accept(kernel::libc::FileReference&, int) { return -EOPNOTSUPP; }

long SocketFile::Read(kernel::libc::Buffers& buffers) {
  Network::Get().Refresh();
  Received received;
  return Receive(buffers, 0, received);
}

long SocketFile::Write(kernel::libc::Buffers& buffers) {
  Network::Get().Refresh();
  return Send(buffers, {}, 0);
}

long SocketFile::Describe(kernel::libc::FileStatus& status) {
  status.mode = S_IFSOCK | S_IRWXU | S_IRWXG | S_IRWXO;
  return 0;
}

kernel::Instant SocketFile::ReadDeadline() { return After(common_.receive_timeout); }
kernel::Instant SocketFile::WriteDeadline() { return After(common_.send_timeout); }

bool IsUsable(const net::IpAddress& address, Family family, bool is_ipv6_only) {
  if (family == AF_INET) return address.IsIpv4();
  return !is_ipv6_only || !address.IsIpv4();
}

}  // namespace machine::posix
