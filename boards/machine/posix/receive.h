// What recvfrom, recvmsg and recvmmsg have in common.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_RECEIVE_H_
#define ENKEL_BOARDS_MACHINE_POSIX_RECEIVE_H_

#include <sys/socket.h>

#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"

namespace machine::posix {

// Receives at least a byte or a datagram; with MSG_WAITALL, all of a stream that has room. May block.
long ReceiveInto(SocketFile& socket, kernel::libc::Buffers& buffers, int flags, Received& received);

// recvmsg. May block.
long ReceiveMessage(SocketFile& socket, msghdr& message, int flags);

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_RECEIVE_H_
