// Messages of multicast listener discovery, versions 1 and 2. [RFC3810] 5, [RFC2710] 3
//
// A message is given and written from its ICMPv6 header on; type and checksum are the caller's to look at.
#ifndef ENKEL_NET_WIRE_MLD_H_
#define ENKEL_NET_WIRE_MLD_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {

// [RFC3810] 5.1
struct ListenerQuery {
  static constexpr std::size_t kSize = 28;          // bytes, without sources
  static constexpr std::size_t kVersion1Size = 24;  // bytes

  std::uint32_t most_delay = 0;  // milliseconds
  Ipv6Address group = {};        // unspecified: a general query
  bool is_version_1 = false;
  std::uint16_t sources = 0;  // a query for these sources of the group; they follow

  // Errors: kMalformed (a size of neither version, sources beyond the end, a group that is none).
  static kernel::Result<ListenerQuery> Parse(std::span<const std::byte> message);

  // Without sources. Fills size() bytes but the ICMPv6 header's first four; delays that cannot be said exactly become
  // shorter.
  void Write(std::span<std::byte> message) const;
  std::size_t size() const { return is_version_1 ? kVersion1Size : kSize; }
};

// A group in a report, without sources. [RFC3810] 5.2.12
struct ListenerRecord {
  static constexpr std::size_t kSize = 20;  // bytes
  enum class Kind : std::uint8_t { kIsInclude = 1, kIsExclude = 2, kToInclude = 3, kToExclude = 4 };

  Kind kind = Kind::kIsExclude;
  Ipv6Address group = {};

  void Write(std::span<std::byte> bytes) const;
};

inline constexpr std::size_t kListenerReportHead = 8;  // bytes before the records of a version 2 report

// What stands in the head of a version 2 report behind the checksum: how many records follow.
constexpr std::uint32_t ListenerReportBody(std::uint16_t records) { return records; }

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_MLD_H_
