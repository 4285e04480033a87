// Any bytes: the sizes of an accepted header are those of a packet. The checksum is made right first.
#include "net/wire/ipv4.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  std::array<std::byte, net::wire::kMostIpv4Size> header_bytes = {};
  const std::size_t given = std::min(size, header_bytes.size());
  std::ranges::copy(bytes.first(given), header_bytes.begin());
  if (given >= net::wire::kIpv4Size) {
    const std::size_t header_size = std::min(static_cast<std::size_t>(header_bytes[0] & std::byte{0xf}) * 4, given);
    header_bytes[10] = header_bytes[11] = std::byte{0};
    net::wire::Checksum sum;
    sum.Add(std::span(header_bytes).first(header_size));
    net::wire::StoreBig(&header_bytes[10], sum.Finish());
  }
  const auto header = net::wire::Ipv4::Parse(std::span(header_bytes).first(given), size);
  // The short way sees no other header than this one.
  if (given >= net::wire::kIpv4Size && net::wire::Ipv4::IsUsual(header_bytes.data(), size)) {
    Require(header && *header == net::wire::Ipv4::LoadUsual(header_bytes.data()));
  }
  if (!header) return 0;
  Require(header->header_size >= net::wire::kIpv4Size && header->header_size <= given);
  Require(header->total_size >= header->header_size && header->total_size <= size);
  Require(header->fragment_offset % 8 == 0 && header->fragment_offset + header->payload_size() <= 65535);
  return 0;
}
