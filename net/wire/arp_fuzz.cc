// Any bytes: a packet that is accepted is written back as it came.
#include "net/wire/arp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const auto arp = net::wire::Arp::Parse(bytes);
  if (!arp) return 0;
  std::array<std::byte, net::wire::kArpSize> written = {};
  arp->Write(written);
  Require(std::ranges::equal(written, bytes.first(written.size())));
  return 0;
}
