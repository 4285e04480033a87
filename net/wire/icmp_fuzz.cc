// Any bytes, as a message and as what a message quotes.
#include "net/wire/icmp.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"
#include "net/wire/ipv4.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const auto message = net::wire::Icmp::Parse(bytes);
  Require(message.has_value() == (size >= net::wire::kIcmpSize));
  if (!message) return 0;
  const auto quoted = net::wire::Ipv4::ParseQuoted(bytes.subspan(net::wire::kIcmpSize));
  if (!quoted) return 0;
  Require(quoted->header_size >= net::wire::kIpv4Size && net::wire::kIcmpSize + quoted->header_size <= size);
  Require(quoted->total_size >= quoted->header_size);
  return 0;
}
