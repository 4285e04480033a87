// Any bytes as any message: what is accepted, written and read again, is the same.
#include "net/wire/ndp.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/wire/fuzz.h"

namespace {

using net::wire::Require;

template <typename Message>
void Try(std::span<const std::byte> bytes) {
  const auto message = Message::Parse(bytes);
  if (!message) return;
  Require(message->options.prefix_count <= net::wire::NdpOptions::kMostPrefixes);
  for (std::size_t i = 0; i < message->options.prefix_count; ++i) {
    Require(message->options.prefixes[i].prefix_size <= 128);
  }
  std::vector<std::byte> written(message->size());
  message->Write(written);
  const auto again = Message::Parse(written);
  Require(again.has_value() && again->size() == message->size());
  std::vector<std::byte> twice(again->size());
  again->Write(twice);
  Require(written == twice);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  Try<net::wire::RouterSolicitation>(bytes);
  Try<net::wire::RouterAdvertisement>(bytes);
  Try<net::wire::NeighborSolicitation>(bytes);
  Try<net::wire::NeighborAdvertisement>(bytes);
  Try<net::wire::Redirect>(bytes);
  return 0;
}
