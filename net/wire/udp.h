// UDP headers. [RFC768]
#ifndef ENKEL_NET_WIRE_UDP_H_
#define ENKEL_NET_WIRE_UDP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/endian.h"

namespace net::wire {

inline constexpr std::size_t kUdpSize = 8;           // bytes
inline constexpr std::size_t kUdpChecksumPlace = 6;  // bytes from the header's start

struct Udp {
  std::uint16_t source_port = 0;  // 0: none
  std::uint16_t destination_port = 0;
  std::uint16_t size = kUdpSize;  // bytes of header and payload
  std::uint16_t checksum = 0;     // 0: none, which IPv6 forbids [RFC8200] 8.1

  // `datagram_size` is what IP delivers. Checks no checksum.
  // Errors: kMalformed (too short; a size below 8 or beyond the end; destination port 0).
  static kernel::Result<Udp> Parse(std::span<const std::byte> bytes, std::size_t datagram_size);

  // `bytes` has kUdpSize of them.
  void Write(std::span<std::byte> bytes) const;
};

inline kernel::Result<Udp> Udp::Parse(std::span<const std::byte> bytes, std::size_t datagram_size) {
  if (bytes.size() < kUdpSize) return kernel::Fail(kernel::Error::kMalformed);
  const Udp header = {.source_port = LoadBig<std::uint16_t>(&bytes[0]),
                      .destination_port = LoadBig<std::uint16_t>(&bytes[2]),
                      .size = LoadBig<std::uint16_t>(&bytes[4]),
                      .checksum = LoadBig<std::uint16_t>(&bytes[kUdpChecksumPlace])};
  if (header.size < kUdpSize || header.size > datagram_size || header.destination_port == 0) {
    return kernel::Fail(kernel::Error::kMalformed);
  }
  return header;
}

inline void Udp::Write(std::span<std::byte> bytes) const {
  std::byte* const to = bytes.first(kUdpSize).data();
  StoreBig(to, source_port);
  StoreBig(to + 2, destination_port);
  StoreBig(to + 4, size);
  StoreBig(to + kUdpChecksumPlace, checksum);
}

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_UDP_H_
