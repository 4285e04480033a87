// Domain names: labels, each with its length before it, as they stand in a DNS message. [RFC1035] 3.1, 4.1.4
#ifndef ENKEL_NET_WIRE_DNS_NAME_H_
#define ENKEL_NET_WIRE_DNS_NAME_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {

inline constexpr std::size_t kMostNameBytes = 255;  // with all lengths and the root's 0. [RFC1035] 2.3.4
inline constexpr std::size_t kMostLabelBytes = 63;
inline constexpr std::size_t kMostNameText = 254;  // characters, and none for an end

// A whole name. Compares as DNS does, without regard to the case of letters.
class DnsName {
 public:
  constexpr DnsName() = default;  // the root

  // "www.example.org", with or without a dot at its end. Errors: kInvalidArgument (an empty label, a label above 63 or
  // a name above 255 bytes; characters other than letters, digits, - and _).
  static kernel::Result<DnsName> FromText(std::string_view text);

  // The name under which an address's own name is: "2.0.0.10.in-addr.arpa". [RFC1035] 3.5, [RFC3596] 2.5
  static DnsName ForAddress(const IpAddress& address);

  // The name at `place` of a message, which moves behind it. Pointers are followed strictly backwards only, and a name
  // ends within its 255 bytes. Errors: kMalformed (RFC 9267's list: reserved label types, pointers into the header,
  // forwards or to themselves, no end, too long).
  static kernel::Result<DnsName> Parse(std::span<const std::byte> message, std::size_t& place);

  // As in a message, without pointers.
  std::span<const std::byte> bytes() const { return std::span(bytes_).first(size_); }

  bool IsRoot() const { return size_ == 1; }
  // Whether the name is `parent` or below it.
  bool IsIn(const DnsName& parent) const;

  // Writes the name without a dot at its end; returns how many characters. Errors: kMalformed (a character that
  // FromText does not take: such a name comes from the network, and nobody is to trip over it), kTooLong (the text).
  kernel::Result<std::size_t> WriteText(std::span<char> text) const;

  // Gives each letter the case that the bits of `bits` choose, for a query that is hard to forge an answer to.
  void ShuffleCase(std::uint64_t bits);
  // Whether the case is the same, too.
  bool IsSameBytes(const DnsName& other) const;

  friend bool operator==(const DnsName& a, const DnsName& b);

 private:
  bool AddLabel(std::span<const std::byte> label);

  std::array<std::byte, kMostNameBytes> bytes_ = {};
  std::uint8_t size_ = 1;  // bytes, with the root's
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_DNS_NAME_H_
