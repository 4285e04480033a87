// Any bytes: a place that is named lies within them.
#include "net/wire/ipv4_options.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 40) size = 40;
  const auto options = net::wire::Ipv4Options::Check(std::as_bytes(std::span(data, size)));
  net::wire::Require(options.place == 0 || options.place < size);
  net::wire::Require(size != 0 || options.verdict == net::wire::Ipv4Options::Verdict::kFine);
  return 0;
}
