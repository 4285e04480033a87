// DHCP messages for IPv4 on Ethernet, as a client needs them. [RFC2131] 2, [RFC2132], [RFC3396]
#ifndef ENKEL_NET_WIRE_DHCP_H_
#define ENKEL_NET_WIRE_DHCP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {

inline constexpr std::uint16_t kDhcpServerPort = 67;
inline constexpr std::uint16_t kDhcpClientPort = 68;

// Bytes of the largest message that every host takes, which is what we send and ask for. [RFC2131] 2
inline constexpr std::size_t kLargestDhcp = 576 - 20 - 8;

// Up to four addresses, in the order of preference; what a message has beyond them is not kept.
struct DhcpAddresses {
  std::array<Ipv4Address, 4> addresses = {};
  std::uint8_t count = 0;

  std::span<const Ipv4Address> view() const { return std::span(addresses).first(count); }
  friend constexpr bool operator==(const DhcpAddresses&, const DhcpAddresses&) = default;
};

// Absent options are empty. What an option says is not judged here but for its form: an address may be absurd.
struct Dhcp {
  enum class Operation : std::uint8_t { kRequest = 1, kReply = 2 };
  // [RFC2132] 9.6
  enum class Type : std::uint8_t {
    kDiscover = 1,
    kOffer = 2,
    kRequest = 3,
    kDecline = 4,
    kAck = 5,
    kNak = 6,
    kRelease = 7,
    kInform = 8,
  };

  Operation operation = Operation::kRequest;
  Type type = Type::kDiscover;
  std::uint32_t xid = 0;
  std::uint16_t seconds = 0;     // since the client began
  bool wants_broadcast = false;  // the client cannot receive to an address that it does not have yet
  Ipv4Address client = {};       // ciaddr: that it has
  Ipv4Address your = {};         // yiaddr: that it gets
  Ipv4Address relay = {};        // giaddr
  MacAddress hardware = {};      // chaddr

  std::optional<Ipv4Address> requested = {};            // option 50
  std::optional<Ipv4Address> server = {};               // 54: the server's identifier
  std::optional<std::uint32_t> lease_seconds = {};      // 51; 0xffffffff: for ever
  std::optional<std::uint32_t> renewal_seconds = {};    // 58: T1
  std::optional<std::uint32_t> rebinding_seconds = {};  // 59: T2
  std::optional<std::uint8_t> prefix_length = {};       // 1: the subnet mask's ones
  std::optional<std::uint16_t> mtu = {};                // 26: bytes, at least 68
  DhcpAddresses routers = {};                           // 3
  DhcpAddresses name_servers = {};                      // 6
  bool wants_parameters = false;                        // sent, not read: 55 with the options above, and 57

  // Errors: kMalformed (too short, an option beyond the end or of the wrong length, a mask with gaps, no or an unknown
  // type), kUnsupported (no magic cookie, not Ethernet).
  static kernel::Result<Dhcp> Parse(std::span<const std::byte> bytes);

  // `bytes` has kLargestDhcp of them. Returns how many the message has: at least 300, which old relays want.
  // [RFC1542] 2.1
  std::size_t Write(std::span<std::byte> bytes) const;

  friend constexpr bool operator==(const Dhcp&, const Dhcp&) = default;
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_DHCP_H_
