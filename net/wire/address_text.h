// Addresses as people write them. [RFC4291] 2.2, [RFC5952]
#ifndef ENKEL_NET_WIRE_ADDRESS_TEXT_H_
#define ENKEL_NET_WIRE_ADDRESS_TEXT_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {

// Characters of the longest: "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".
inline constexpr std::size_t kMostAddressText = 45;

// "192.0.2.1", or "2001:db8::1" in any of its forms, without a zone. Four decimal numbers without leading zeros and
// nothing else is an IPv4 address. Errors: kInvalidArgument.
kernel::Result<IpAddress> ParseAddress(std::string_view text);

// Writes the one form of RFC 5952; `text` has kMostAddressText characters. Returns how many were written.
std::size_t WriteAddress(const IpAddress& address, std::span<char> text);

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_ADDRESS_TEXT_H_
