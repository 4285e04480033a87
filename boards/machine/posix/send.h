// What sendto, sendmsg and sendmmsg have in common.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_SEND_H_
#define ENKEL_BOARDS_MACHINE_POSIX_SEND_H_

#include <sys/socket.h>

#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"
#include "net/wire/address.h"

namespace machine::posix {

// Sends all of `buffers`, or as much as goes now where the call must not wait; raises SIGPIPE unless MSG_NOSIGNAL. May
// block.
long SendAll(SocketFile& socket, kernel::libc::Buffers& buffers, int flags, const sockaddr* address,
             socklen_t address_size, const net::IpAddress& source = {});

// sendmsg. May block.
long SendMessage(SocketFile& socket, const msghdr& message, int flags);

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_SEND_H_
