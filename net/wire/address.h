// Addresses, as values that compare and hash; their bytes stand in the order of the wire.
#ifndef ENKEL_NET_WIRE_ADDRESS_H_
#define ENKEL_NET_WIRE_ADDRESS_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "net/wire/endian.h"

namespace net {

// Whether two arrays are equal, in a few instructions: a comparison byte by byte is what each packet would pay for.
template <std::size_t kSize>
constexpr bool AreEqual(const std::array<std::byte, kSize>& a, const std::array<std::byte, kSize>& b) {
  if consteval {
    return a == b;
  } else {
    return __builtin_memcmp(a.data(), b.data(), kSize) == 0;
  }
}

// A 48-bit MAC address. [IEEE802] 8
struct MacAddress {
  std::array<std::byte, 6> bytes = {};

  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
  friend constexpr bool operator==(const MacAddress& a, const MacAddress& b) { return AreEqual(a.bytes, b.bytes); }
  constexpr bool IsGroup() const { return (bytes[0] & std::byte{1}) != std::byte{0}; }  // multicast or broadcast
  constexpr bool IsZero() const { return *this == MacAddress{}; }
};

inline constexpr MacAddress kBroadcastMac = {
    {std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0xff}}};

// [RFC791] 2.3; as one number, 127.0.0.1 is 0x7f000001.
struct Ipv4Address {
  std::uint32_t value = 0;

  static constexpr Ipv4Address Of(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return {std::uint32_t{a} << 24 | std::uint32_t{b} << 16 | std::uint32_t{c} << 8 | d};
  }
  static constexpr Ipv4Address Load(const std::byte* bytes) { return {wire::LoadBig<std::uint32_t>(bytes)}; }
  constexpr void Store(std::byte* bytes) const { wire::StoreBig(bytes, value); }

  friend constexpr auto operator<=>(Ipv4Address, Ipv4Address) = default;
  constexpr bool IsUnspecified() const { return value == 0; }
  constexpr bool IsBroadcast() const { return value == 0xffff'ffff; }
  constexpr bool IsLoopback() const { return value >> 24 == 127; }
  constexpr bool IsMulticast() const { return value >> 28 == 0xe; }
  constexpr bool IsLinkLocal() const { return value >> 16 == 0xa9fe; }  // [RFC3927] 2.1
  // Classes that no host has: 0/8 ("this network"), 127/8, 224/4 and 240/4. [RFC1122] 3.2.1.3
  constexpr bool IsHost() const { return value >> 24 != 0 && !IsLoopback() && value >> 28 < 0xe; }
};

// [RFC4291]
struct Ipv6Address {
  std::array<std::byte, 16> bytes = {};

  // Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 1)
  static constexpr Ipv6Address Of(std::uint16_t a, std::uint16_t b, std::uint16_t c, std::uint16_t d, std::uint16_t e,
                                  std::uint16_t f, std::uint16_t g, std::uint16_t h) {
    Ipv6Address address;
    const std::array<std::uint16_t, 8> groups = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < groups.size(); ++i) wire::StoreBig(&address.bytes[2 * i], groups[i]);
    return address;
  }
  static constexpr Ipv6Address Load(const std::byte* from) {
    Ipv6Address address;
    wire::StoreBig(&address.bytes[0], wire::LoadBig<std::uint64_t>(from));
    wire::StoreBig(&address.bytes[8], wire::LoadBig<std::uint64_t>(from + 8));
    return address;
  }
  constexpr void Store(std::byte* to) const {
    wire::StoreBig(to, high());
    wire::StoreBig(to + 8, low());
  }

  constexpr std::uint64_t high() const { return wire::LoadBig<std::uint64_t>(bytes.data()); }
  constexpr std::uint64_t low() const { return wire::LoadBig<std::uint64_t>(bytes.data() + 8); }

  friend constexpr auto operator<=>(const Ipv6Address&, const Ipv6Address&) = default;
  friend constexpr bool operator==(const Ipv6Address& a, const Ipv6Address& b) { return AreEqual(a.bytes, b.bytes); }
  constexpr bool IsUnspecified() const { return high() == 0 && low() == 0; }
  constexpr bool IsLoopback() const { return high() == 0 && low() == 1; }
  constexpr bool IsMulticast() const { return bytes[0] == std::byte{0xff}; }
  constexpr bool IsLinkLocal() const { return high() >> 54 == 0x3fa; }  // fe80::/10
  constexpr bool IsMappedIpv4() const { return high() == 0 && low() >> 32 == 0xffff; }
};

// ff02::1, ff02::2 [RFC4291] 2.7.1
inline constexpr Ipv6Address kAllNodes = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 1);
inline constexpr Ipv6Address kAllRouters = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 0, 0, 2);

// ff02::1:ffXX:XXXX with the last 24 bits of `address`. [RFC4291] 2.7.1
constexpr Ipv6Address SolicitedNode(const Ipv6Address& address) {
  Ipv6Address group = Ipv6Address::Of(0xff02, 0, 0, 0, 0, 1, 0xff00, 0);
  for (std::size_t i = 13; i < 16; ++i) group.bytes[i] = address.bytes[i];
  return group;
}

// Where frames for a group go. [RFC1112] 6.4, [RFC2464] 7
constexpr MacAddress MacOfGroup(Ipv4Address group) {
  return {{std::byte{0x01}, std::byte{0x00}, std::byte{0x5e}, static_cast<std::byte>(group.value >> 16 & 0x7f),
           static_cast<std::byte>(group.value >> 8), static_cast<std::byte>(group.value)}};
}
constexpr MacAddress MacOfGroup(const Ipv6Address& group) {
  return {{std::byte{0x33}, std::byte{0x33}, group.bytes[12], group.bytes[13], group.bytes[14], group.bytes[15]}};
}

// An address of either kind, IPv4 in its IPv4-mapped form: one key for tables that hold both. [RFC4291] 2.5.5.2
class IpAddress {
 public:
  constexpr IpAddress() = default;            // unspecified, of no kind: ::
  constexpr IpAddress(Ipv4Address address) {  // NOLINT(google-explicit-constructor): every IPv4 address is one
    wire::StoreBig(&bytes_.bytes[8], std::uint64_t{0xffff'0000'0000} | address.value);
  }
  constexpr IpAddress(const Ipv6Address& address) : bytes_(address) {}  // NOLINT(google-explicit-constructor)

  constexpr bool IsIpv4() const { return bytes_.IsMappedIpv4(); }
  constexpr Ipv4Address ipv4() const { return Ipv4Address::Load(&bytes_.bytes[12]); }  // of an IPv4 address
  constexpr const Ipv6Address& ipv6() const { return bytes_; }                         // of either, IPv4 as mapped

  constexpr bool IsUnspecified() const { return IsIpv4() ? ipv4().IsUnspecified() : bytes_.IsUnspecified(); }
  constexpr bool IsMulticast() const { return IsIpv4() ? ipv4().IsMulticast() : bytes_.IsMulticast(); }
  constexpr bool IsLoopback() const { return IsIpv4() ? ipv4().IsLoopback() : bytes_.IsLoopback(); }

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Ipv6Address bytes_;
};

// An address and a port: one end of a flow.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace net

#endif  // ENKEL_NET_WIRE_ADDRESS_H_
