// Any bytes: an accepted header ends within the datagram and is written back as it came.
#include "net/wire/udp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const auto header = net::wire::Udp::Parse(bytes, size);
  if (!header) return 0;
  Require(header->size >= net::wire::kUdpSize && header->size <= size && header->destination_port != 0);
  std::array<std::byte, net::wire::kUdpSize> written = {};
  header->Write(written);
  Require(std::ranges::equal(written, bytes.first(written.size())));
  return 0;
}
