// Any bytes, as a segment and as options: nothing outside is read, and sensible options are written back.
#include "net/wire/tcp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  (void)net::wire::TcpOptions::Parse(bytes);
  const auto header = net::wire::Tcp::Parse(bytes, size);
  if (!header) return 0;
  Require(header->header_size >= net::wire::kTcpSize && header->header_size <= size);
  const auto options = net::wire::TcpOptions::Parse(bytes.first(header->header_size).subspan(net::wire::kTcpSize));
  Require(options.sack_count <= net::wire::kMostSackBlocks);
  // Either fits into the 40 bytes with room to spare.
  net::wire::TcpOptions some = options;
  some.sack_count = std::min<std::uint8_t>(some.sack_count, 1);
  if (some.timestamps && some.maximum_segment_size) some.sack_count = 0;
  std::array<std::byte, 40> written = {};
  some.Write(written);
  const auto again = net::wire::TcpOptions::Parse(std::span(written).first(some.size()));
  Require(again.maximum_segment_size == some.maximum_segment_size && again.may_sack == some.may_sack);
  Require(again.timestamps == some.timestamps && again.window_scale == some.window_scale);
  Require(again.sack_count == some.sack_count);
  return 0;
}
