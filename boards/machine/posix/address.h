// What a program and the stack tell each other: addresses, and why something failed.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_ADDRESS_H_
#define ENKEL_BOARDS_MACHINE_POSIX_ADDRESS_H_

#include <sys/socket.h>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace machine::posix {

// Which addresses a socket's program sees: AF_INET or AF_INET6.
using Family = sa_family_t;

// Reads a program's address into `endpoint`; an IPv4 address of an AF_INET6 socket stands in its mapped form, and the
// unspecified one of AF_INET6 for both versions. 0, or -EINVAL (too short), -EAFNOSUPPORT (another family), -EFAULT.
long ReadAddress(const sockaddr* address, socklen_t size, Family family, net::Endpoint& endpoint);

// Writes `endpoint` as far as there is room, and its whole size. 0, or -EFAULT, -EINVAL; nothing where `address` is
// null.
long WriteAddress(const net::Endpoint& endpoint, Family family, sockaddr* address, socklen_t* size);

// The negative errno that Linux gives.
long ErrorNumber(kernel::Error error);

template <typename T>
long ErrorNumber(const kernel::Result<T>& result) {
  return result ? 0 : ErrorNumber(result.error());
}

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_ADDRESS_H_
