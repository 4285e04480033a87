// TCP headers and options. [RFC9293] 3.1, 3.2
#ifndef ENKEL_NET_WIRE_TCP_H_
#define ENKEL_NET_WIRE_TCP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"

namespace net::wire {

inline constexpr std::size_t kTcpSize = 20;           // bytes of a header without options
inline constexpr std::size_t kMostTcpSize = 60;       // with all that fit
inline constexpr std::size_t kTcpChecksumPlace = 16;  // bytes from the header's start

// The control bits, as a set. [RFC9293] 3.1, [RFC3168] 6.1
struct TcpFlags {
  std::uint8_t bits = 0;

  friend constexpr bool operator==(TcpFlags, TcpFlags) = default;
  friend constexpr TcpFlags operator|(TcpFlags a, TcpFlags b) { return {static_cast<std::uint8_t>(a.bits | b.bits)}; }
  constexpr bool Has(TcpFlags all) const { return (bits & all.bits) == all.bits; }
  constexpr bool HasAny(TcpFlags some) const { return (bits & some.bits) != 0; }
};
inline constexpr TcpFlags kFin = {0x01};
inline constexpr TcpFlags kSyn = {0x02};
inline constexpr TcpFlags kRst = {0x04};
inline constexpr TcpFlags kPsh = {0x08};
inline constexpr TcpFlags kAck = {0x10};
inline constexpr TcpFlags kUrg = {0x20};
inline constexpr TcpFlags kEce = {0x40};
inline constexpr TcpFlags kCwr = {0x80};

// Sequence numbers [left, right) that the other end holds. [RFC2018] 3
struct SackBlock {
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  friend constexpr bool operator==(SackBlock, SackBlock) = default;
};
inline constexpr std::size_t kMostSackBlocks = 4;  // three where timestamps take their room

struct TcpTimestamps {
  std::uint32_t value = 0;
  std::uint32_t echo = 0;
  friend constexpr bool operator==(TcpTimestamps, TcpTimestamps) = default;
};

// The options that this stack knows; others are skipped. [RFC9293] 3.2, [RFC7323], [RFC2018]
struct TcpOptions {
  std::optional<std::uint16_t> maximum_segment_size;  // bytes
  std::optional<std::uint8_t> window_scale;           // as it came: may be more than 14
  std::optional<TcpTimestamps> timestamps;
  bool may_sack = false;
  std::uint8_t sack_count = 0;
  std::array<SackBlock, kMostSackBlocks> sacks = {};

  // Never fails: an option that is cut off, or has an impossible length, ends the list; one whose length is wrong for
  // its kind is skipped. At most 40 bytes are looked at. [RFC9293] MUST-6, MUST-7
  static TcpOptions Parse(std::span<const std::byte> bytes);

  // Bytes that Write takes: a multiple of 4, at most 40. CHECKs that the options fit together.
  std::size_t size() const;
  void Write(std::span<std::byte> bytes) const;
};

// What the first kTcpSize bytes of a header say about its size, bytes: 0 to 60, not checked.
constexpr std::size_t HeaderSizeOf(std::span<const std::byte> bytes) {
  return static_cast<std::size_t>(bytes[12] >> 4) * 4;
}

struct Tcp {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t header_size = kTcpSize;  // bytes, options included
  TcpFlags flags;
  std::uint16_t window = 0;  // as it stands, not scaled
  std::uint16_t checksum = 0;
  std::uint16_t urgent_pointer = 0;

  // `segment_size` is what IP delivers; `bytes` begins with all of the header, or with kMostTcpSize bytes. Checks no
  // checksum. Errors: kMalformed (too short, a header beyond the end or below 20 bytes, a port 0).
  static kernel::Result<Tcp> Parse(std::span<const std::byte> bytes, std::size_t segment_size);

  // Writes 20 bytes; header_size counts the options that the caller writes behind.
  void Write(std::span<std::byte> bytes) const;
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_TCP_H_
