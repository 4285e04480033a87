// Any bytes: a message that is accepted is the same after it was written and read again.
#include "net/wire/dhcp.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Dhcp;
  using net::wire::Require;
  // The fixed part in few bytes, so that short inputs reach the options: the first says where options are, too.
  std::array<std::byte, 1024> bytes = {};
  if (size < 1 || size > bytes.size() - 240) return 0;
  const std::span<const std::byte> input = std::as_bytes(std::span(data, size));
  const std::array<std::uint8_t, 4> head = {2, 1, 6, 0};
  const std::array<std::uint8_t, 4> cookie = {0x63, 0x82, 0x53, 0x63};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::byte>(head[i]);
  for (std::size_t i = 0; i < 4; ++i) bytes[236 + i] = static_cast<std::byte>(cookie[i]);
  const std::size_t in_names = static_cast<std::size_t>(input[0]) < size ? static_cast<std::size_t>(input[0]) : 0;
  for (std::size_t i = 1; i < in_names && i < 193; ++i) bytes[43 + i] = input[i];
  const std::size_t in_options = size - 1 - in_names < size ? size - 1 - in_names : 0;
  for (std::size_t i = 0; i < in_options; ++i) bytes[240 + i] = input[1 + in_names + i];
  for (const std::span<const std::byte> message : {std::span<const std::byte>(bytes).first(240 + in_options), input}) {
    auto parsed = Dhcp::Parse(message);
    if (!parsed) continue;
    std::array<std::byte, net::wire::kLargestDhcp> written;
    const std::size_t written_size = parsed->Write(written);
    Require(written_size >= 300 && written_size <= written.size());
    const auto again = Dhcp::Parse(std::span(written).first(written_size));
    Require(again && *again == *parsed);
  }
  return 0;
}
