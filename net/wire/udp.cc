#include "net/wire/udp.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/endian.h"

namespace net::wire {

kernel::Result<Udp> Udp::Parse(std::span<const std::byte> bytes, std::size_t datagram_size) {
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

void Udp::Write(std::span<std::byte> bytes) const {
  StoreBig(&bytes[0], source_port);
  StoreBig(&bytes[2], destination_port);
  StoreBig(&bytes[4], size);
  StoreBig(&bytes[kUdpChecksumPlace], checksum);
}

}  // namespace net::wire
