// Messages by which hosts tell routers which groups of IPv4 they are in. [RFC1112], [RFC2236] 2, [RFC3376] 4
#ifndef ENKEL_NET_WIRE_IGMP_H_
#define ENKEL_NET_WIRE_IGMP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {

enum class IgmpType : std::uint8_t {
  kQuery = 0x11,
  kReportV1 = 0x12,
  kReportV2 = 0x16,
  kLeave = 0x17,
  kReportV3 = 0x22,
};

inline constexpr std::size_t kIgmpSize = 8;           // bytes of a message of version 1 or 2, and of others' heads
inline constexpr std::size_t kIgmpChecksumPlace = 2;  // bytes from the message's start

// What a router asks. [RFC3376] 4.1
struct IgmpQuery {
  static constexpr std::size_t kVersion3Size = 12;  // bytes, without sources

  std::uint8_t version = 3;      // 1 to 3
  std::uint32_t most_delay = 0;  // milliseconds; version 1 always gives 10 s. [RFC1112] appendix I
  Ipv4Address group = {};        // unspecified: all
  std::uint16_t sources = 0;     // a query for these sources of the group; they follow

  // Errors: kMalformed (no query, a size of no version, sources beyond the end, a group that is none, a wrong
  // checksum).
  static kernel::Result<IgmpQuery> Parse(std::span<const std::byte> message);

  // Without sources, with checksum. Fills size() bytes; delays that cannot be said exactly become shorter.
  void Write(std::span<std::byte> message) const;
  std::size_t size() const { return version == 3 ? kVersion3Size : kIgmpSize; }
};

// A message of version 1 or 2 about one group: a report, or a leave. [RFC2236] 2
struct IgmpMessage {
  IgmpType type = IgmpType::kReportV2;
  Ipv4Address group = {};

  // Errors: kMalformed (too short, another type, a group that is none, a wrong checksum).
  static kernel::Result<IgmpMessage> Parse(std::span<const std::byte> message);
  void Write(std::span<std::byte> message) const;  // kIgmpSize bytes, with checksum
};

// A report of version 3 about one group, without sources. [RFC3376] 4.2
struct IgmpReport {
  static constexpr std::size_t kSize = 16;  // bytes
  enum class Kind : std::uint8_t { kIsInclude = 1, kIsExclude = 2, kToInclude = 3, kToExclude = 4 };

  Kind kind = Kind::kIsExclude;
  Ipv4Address group = {};

  void Write(std::span<std::byte> message) const;  // kSize bytes, with checksum
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_IGMP_H_
