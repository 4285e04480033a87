#include <sys/socket.h>

#include <cstddef>

#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/send.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/parts.h"

long sys_sendto(int descriptor, const void* bytes, std::size_t size, int flags, const sockaddr* address,
                socklen_t address_size) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  const long checked = kernel::libc::CheckMemory(bytes, size);
  if (checked < 0) return checked;
  kernel::libc::Buffers buffers(const_cast<void*>(bytes), static_cast<std::size_t>(checked));
  return machine::posix::SendAll(*socket, buffers, flags, address, address_size);
}
