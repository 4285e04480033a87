// Any bytes: a walk ends within them, and what it points to is there.
#include "net/wire/ipv6_extensions.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  if (size < 1) return 0;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size)).subspan(1);
  const auto first = static_cast<net::wire::IpProtocol>(data[0] & 0x3f);
  const bool is_behind = (data[0] & 0x80) != 0;
  const auto chain = net::wire::WalkIpv6Chain({.next_header = first, .is_behind_fragment = is_behind}, bytes);
  const std::size_t end = net::wire::kIpv6Size + bytes.size();
  if (!chain) {
    Require(chain.error().pointer < end);
    return 0;
  }
  Require(chain->size <= bytes.size() && chain->size <= net::wire::kMostIpv6Chain && chain->next_header_place < end);
  const bool is_part = chain->fragment && !chain->fragment->IsAtomic();
  Require(is_part || !net::wire::IsIpv6Extension(chain->next_header));
  Require(chain->size == 0 ||
          bytes[chain->next_header_place - net::wire::kIpv6Size] == static_cast<std::byte>(chain->next_header));
  Require(!chain->fragment || (!is_behind && chain->fragment_place + net::wire::kIpv6FragmentSize <= end));
  return 0;
}
