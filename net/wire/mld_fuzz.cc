// Any bytes: an accepted query names a group or none, and its sources are there.
#include "net/wire/mld.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  const auto query = net::wire::ListenerQuery::Parse(std::as_bytes(std::span(data, size)));
  if (!query) return 0;
  Require(query->group.IsUnspecified() || query->group.IsMulticast());
  Require(query->size() + std::size_t{query->sources} * 16 <= size);
  std::vector<std::byte> written(query->size());
  query->Write(written);
  const auto again = net::wire::ListenerQuery::Parse(written);
  Require(again.has_value() && again->group == query->group && again->most_delay == query->most_delay);
  return 0;
}
