// Any bytes: an accepted header is written back as it came.
#include "net/wire/icmpv6.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const auto header = net::wire::Icmpv6::Parse(bytes);
  net::wire::Require(header.has_value() == (size >= net::wire::kIcmpv6Size));
  if (!header) return 0;
  std::array<std::byte, net::wire::kIcmpv6Size> written = {};
  header->Write(written);
  net::wire::Require(std::ranges::equal(written, bytes.first(written.size())));
  return 0;
}
