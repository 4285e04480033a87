// Messages of neighbour discovery and their options. [RFC4861] 4
//
// A message is given and written from its ICMPv6 header on; that header's type, code and checksum, and what the IPv6
// header has to say (a hop limit of 255, addresses), are the caller's to look at. An option of size 0, or one that ends
// behind the message, makes the whole message malformed; unknown options are passed over.
#ifndef ENKEL_NET_WIRE_NDP_H_
#define ENKEL_NET_WIRE_NDP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {

// A prefix of a link. [RFC4861] 4.6.2
struct PrefixInformation {
  std::uint8_t prefix_size = 0;  // bits, at most 128
  bool is_on_link = false;
  bool is_for_addresses = false;  // "autonomous": hosts may make addresses of it
  std::uint32_t valid = 0;        // seconds; all ones: for ever
  std::uint32_t preferred = 0;    // seconds, as it was said: may be above `valid`
  Ipv6Address prefix;             // bits behind the prefix are 0
};

// Servers of DNS. [RFC8106] 5.1
struct DnsServers {
  static constexpr std::size_t kMost = 3;  // those beyond are passed over

  std::uint32_t lifetime = 0;  // seconds; all ones: for ever
  std::array<Ipv6Address, kMost> servers;
  std::size_t count = 0;
};

// All options of a message. Of an option that should stand once, the first counts; prefixes and DNS servers beyond
// those that there is room for are passed over.
struct NdpOptions {
  static constexpr std::size_t kMostPrefixes = 8;
  static constexpr std::size_t kMostDns = 2;

  std::optional<MacAddress> source_mac;
  std::optional<MacAddress> target_mac;
  std::optional<std::uint32_t> mtu;
  std::optional<std::uint64_t> nonce;  // 48 bits; others than of 6 bytes are passed over. [RFC3971] 5.3.2
  std::array<PrefixInformation, kMostPrefixes> prefixes;
  std::size_t prefix_count = 0;
  std::array<DnsServers, kMostDns> dns;
  std::size_t dns_count = 0;

  // Errors: kMalformed (see above).
  static kernel::Result<NdpOptions> Parse(std::span<const std::byte> bytes);

  // Writes them; returns how many bytes that took. `bytes` has size() of them.
  std::size_t Write(std::span<std::byte> bytes) const;
  std::size_t size() const;  // bytes
};

// Each Parse may fail with kMalformed: too short, an address where none of its kind may stand, bad options. Each Write
// fills size() bytes but the ICMPv6 header's first four.
struct RouterSolicitation {
  static constexpr std::size_t kSize = 8;  // bytes, without options, as below
  NdpOptions options = {};

  static kernel::Result<RouterSolicitation> Parse(std::span<const std::byte> message);
  void Write(std::span<std::byte> message) const;
  std::size_t size() const { return kSize + options.size(); }
};

struct RouterAdvertisement {
  static constexpr std::size_t kSize = 16;
  enum class Preference : std::uint8_t { kLow, kMedium, kHigh };  // [RFC4191] 2.2

  std::uint8_t hop_limit = 0;    // 0: not said
  bool has_managed = false;      // addresses by DHCPv6
  bool has_other = false;        // other things by DHCPv6
  std::uint16_t lifetime = 0;    // seconds, as a default router; 0: it is none
  std::uint32_t reachable = 0;   // milliseconds; 0: not said
  std::uint32_t retransmit = 0;  // milliseconds; 0: not said
  Preference preference = Preference::kMedium;
  NdpOptions options = {};

  static kernel::Result<RouterAdvertisement> Parse(std::span<const std::byte> message);
  void Write(std::span<std::byte> message) const;
  std::size_t size() const { return kSize + options.size(); }
};

struct NeighborSolicitation {
  static constexpr std::size_t kSize = 24;
  Ipv6Address target = {};  // no group
  NdpOptions options = {};

  static kernel::Result<NeighborSolicitation> Parse(std::span<const std::byte> message);
  void Write(std::span<std::byte> message) const;
  std::size_t size() const { return kSize + options.size(); }
};

struct NeighborAdvertisement {
  static constexpr std::size_t kSize = 24;
  bool is_router = false;
  bool is_solicited = false;
  bool overrides = false;
  Ipv6Address target = {};  // no group
  NdpOptions options = {};

  static kernel::Result<NeighborAdvertisement> Parse(std::span<const std::byte> message);
  void Write(std::span<std::byte> message) const;
  std::size_t size() const { return kSize + options.size(); }
};

struct Redirect {
  static constexpr std::size_t kSize = 40;
  Ipv6Address target = {};       // the better first hop: a router's link-local address, or the destination
  Ipv6Address destination = {};  // no group
  NdpOptions options = {};

  static kernel::Result<Redirect> Parse(std::span<const std::byte> message);
  void Write(std::span<std::byte> message) const;
  std::size_t size() const { return kSize + options.size(); }
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_NDP_H_
