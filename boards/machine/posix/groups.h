// The options of setsockopt that join and leave groups, and that say by which interface packets to groups go.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_GROUPS_H_
#define ENKEL_BOARDS_MACHINE_POSIX_GROUPS_H_

#include <cstddef>
#include <optional>
#include <span>

#include "boards/machine/posix/datagram.h"

namespace machine::posix {

// IP_ADD_MEMBERSHIP, IPV6_JOIN_GROUP, MCAST_JOIN_GROUP and their opposites, IP_MULTICAST_IF, IPV6_MULTICAST_IF.
// Nothing: it is none of those. 0, or -EINVAL (no group, too short), -ENODEV (no such interface), -EADDRINUSE (the
// socket is in it), -EADDRNOTAVAIL (it is not), -ENOBUFS. [ip(7)], [ipv6(7)], [RFC3493] 5.2, [RFC3678] 5.1
std::optional<long> SetGroupOption(Datagram& socket, int level, int name, std::span<const std::byte> value);

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_GROUPS_H_
