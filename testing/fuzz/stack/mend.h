// Makes the checksums of a frame right, so that a changed byte is not only a wrong sum.
#ifndef ENKEL_TESTING_FUZZ_STACK_MEND_H_
#define ENKEL_TESTING_FUZZ_STACK_MEND_H_

#include <cstddef>
#include <span>

namespace fuzz {

// Those of IPv4's header and of a whole TCP, UDP, ICMP, ICMPv6 or IGMP message behind it, or behind IPv6 and its
// extension headers. Whatever cannot be followed stays as it is.
void MendChecksums(std::span<std::byte> frame);

}  // namespace fuzz

#endif  // ENKEL_TESTING_FUZZ_STACK_MEND_H_
