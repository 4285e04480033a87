// Any bytes: an accepted header ends within the packet and is written back as it came.
#include "net/wire/ipv6.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  if (const auto fragment = net::wire::Ipv6Fragment::Parse(bytes)) Require(fragment->offset % 8 == 0);
  const auto header = net::wire::Ipv6::Parse(bytes, size);
  if (!header) return 0;
  Require(net::wire::kIpv6Size + header->payload_size <= size && !header->source.IsMulticast());
  std::array<std::byte, net::wire::kIpv6Size> written = {};
  header->Write(written);
  Require(std::ranges::equal(written, bytes.first(written.size())));
  return 0;
}
