// Control messages: what recvmsg tells of a datagram besides its sender, and where sendmsg's comes from. [cmsg(3)],
// [ip(7)], [ipv6(7)], [RFC3542] 6
#ifndef ENKEL_BOARDS_MACHINE_POSIX_CONTROL_H_
#define ENKEL_BOARDS_MACHINE_POSIX_CONTROL_H_

#include <sys/socket.h>

#include "boards/machine/posix/address.h"
#include "boards/machine/posix/socket_file.h"
#include "net/wire/address.h"

namespace machine::posix {

// Writes IP_PKTINFO, IP_TTL, IP_TOS or their counterparts of IPv6, as far as there is room; false: there was too
// little.
bool WriteControl(const Origin& origin, Family family, msghdr& message);

// Reads the source address of IP_PKTINFO or IPV6_PKTINFO; its interface is not looked at, since the routes say by which
// one a packet goes. 0, or -EINVAL (malformed, or another control message).
long ReadControl(const msghdr& message, Family family, net::IpAddress& source);

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_CONTROL_H_
