#include <sys/socket.h>

#include <cstddef>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/receive.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/parts.h"

long sys_recvfrom(int descriptor, void* bytes, std::size_t size, int flags, sockaddr* address,
                  socklen_t* address_size) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  const long checked = kernel::libc::CheckMemory(bytes, size);
  if (checked < 0) return checked;
  kernel::libc::Buffers buffers(bytes, static_cast<std::size_t>(checked));
  machine::posix::Received received;
  const long result = machine::posix::ReceiveInto(*socket, buffers, flags, received);
  if (result < 0 || address == nullptr) return result;
  if (!received.source) {
    if (address_size != nullptr) *address_size = 0;
    return result;
  }
  const long error = machine::posix::WriteAddress(*received.source, socket->family(), address, address_size);
  return error != 0 ? error : result;
}
