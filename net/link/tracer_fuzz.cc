// Any bytes get a line, and it is text.
#include "net/link/tracer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/text.h"
#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  std::array<char, 200> text;
  kernel::TextWriter line(text);
  net::link::DescribeFrame(bytes.first(std::min(size, net::link::kMostTraced)), size, line);
  net::wire::Require(!line.text().empty());
  net::wire::Require(std::ranges::all_of(line.text(), [](char letter) { return letter >= ' ' && letter <= '~'; }));
  return 0;
}
