// TCP headers and options. [RFC9293] 3.1, 3.2
#ifndef ENKEL_NET_WIRE_TCP_H_
#define ENKEL_NET_WIRE_TCP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/endian.h"

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
constexpr std::size_t HeaderSizeOf(const std::byte* header) { return static_cast<std::size_t>(header[12] >> 4) * 4; }

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

// Places, bytes from the start.
namespace tcp_place {
inline constexpr std::size_t kSequence = 4;
inline constexpr std::size_t kAcknowledgment = 8;
inline constexpr std::size_t kDataOffset = 12;
inline constexpr std::size_t kFlagBits = 13;
inline constexpr std::size_t kWindow = 14;
inline constexpr std::size_t kUrgentPointer = 18;
}  // namespace tcp_place

inline kernel::Result<Tcp> Tcp::Parse(std::span<const std::byte> bytes, std::size_t segment_size) {
  if (bytes.size() < kTcpSize || segment_size < kTcpSize) return kernel::Fail(kernel::Error::kMalformed);
  const std::byte* const at = bytes.data();
  const Tcp header = {.source_port = LoadBig<std::uint16_t>(at),
                      .destination_port = LoadBig<std::uint16_t>(at + 2),
                      .sequence = LoadBig<std::uint32_t>(at + tcp_place::kSequence),
                      .acknowledgment = LoadBig<std::uint32_t>(at + tcp_place::kAcknowledgment),
                      .header_size = static_cast<std::uint8_t>(HeaderSizeOf(at)),
                      .flags = {static_cast<std::uint8_t>(at[tcp_place::kFlagBits])},
                      .window = LoadBig<std::uint16_t>(at + tcp_place::kWindow),
                      .checksum = LoadBig<std::uint16_t>(at + kTcpChecksumPlace),
                      .urgent_pointer = LoadBig<std::uint16_t>(at + tcp_place::kUrgentPointer)};
  if (header.header_size < kTcpSize || header.header_size > segment_size || header.header_size > bytes.size() ||
      header.source_port == 0 || header.destination_port == 0) {
    return kernel::Fail(kernel::Error::kMalformed);
  }
  return header;
}

inline void Tcp::Write(std::span<std::byte> bytes) const {
  std::byte* const to = bytes.first(kTcpSize).data();
  StoreBig(to, source_port);
  StoreBig(to + 2, destination_port);
  StoreBig(to + tcp_place::kSequence, sequence);
  StoreBig(to + tcp_place::kAcknowledgment, acknowledgment);
  to[tcp_place::kDataOffset] = static_cast<std::byte>(header_size / 4 << 4);
  to[tcp_place::kFlagBits] = static_cast<std::byte>(flags.bits);
  StoreBig(to + tcp_place::kWindow, window);
  StoreBig(to + kTcpChecksumPlace, checksum);
  StoreBig(to + tcp_place::kUrgentPointer, urgent_pointer);
}

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_TCP_H_
