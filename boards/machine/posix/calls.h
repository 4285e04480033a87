// The system calls of sockets, as kernel/libc/calls.h has the others: arguments as in the manual page of section 2, the
// result or a negative errno. A program that makes no socket has none of them.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_CALLS_H_
#define ENKEL_BOARDS_MACHINE_POSIX_CALLS_H_

#include <sys/socket.h>
#include <time.h>

#include <cstddef>

extern "C" {

long sys_socket(int family, int type, int protocol);  // AF_INET and AF_INET6, SOCK_STREAM and SOCK_DGRAM
long sys_bind(int descriptor, const sockaddr* address, socklen_t size);
long sys_listen(int descriptor, int backlog);
long sys_accept(int descriptor, sockaddr* address, socklen_t* size);              // may block
long sys_accept4(int descriptor, sockaddr* address, socklen_t* size, int flags);  // may block
long sys_connect(int descriptor, const sockaddr* address, socklen_t size);        // may block
long sys_shutdown(int descriptor, int how);
long sys_getsockname(int descriptor, sockaddr* address, socklen_t* size);
long sys_getpeername(int descriptor, sockaddr* address, socklen_t* size);
long sys_getsockopt(int descriptor, int level, int name, void* value, socklen_t* size);
long sys_setsockopt(int descriptor, int level, int name, const void* value, socklen_t size);

// All may block. Control messages: control.h.
long sys_sendto(int descriptor, const void* bytes, std::size_t size, int flags, const sockaddr* address,
                socklen_t address_size);
long sys_sendmsg(int descriptor, const msghdr* message, int flags);
long sys_sendmmsg(int descriptor, mmsghdr* messages, unsigned count, unsigned flags);
long sys_recvfrom(int descriptor, void* bytes, std::size_t size, int flags, sockaddr* address, socklen_t* address_size);
long sys_recvmsg(int descriptor, msghdr* message, int flags);
long sys_recvmmsg(int descriptor, mmsghdr* messages, unsigned count, unsigned flags, timespec* timeout);

// Not a number of Linux but what the overlay of musl needs: answers queries of DNS. May block.
void __enkel_resolve(int count, const unsigned char* const* queries, const int* sizes, unsigned char* const* answers,
                     int* answer_sizes, int room);

}  // extern "C"

#endif  // ENKEL_BOARDS_MACHINE_POSIX_CALLS_H_
