// Any bytes, cut anywhere: the same body, the same end, the same verdict.
#include "net/http/chunked.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/base/result.h"

namespace {

void Require(bool condition) {
  if (!condition) __builtin_trap();
}

struct Decoded {
  std::string body;
  std::size_t size = 0;
  bool is_done = false;
  bool is_malformed = false;
  friend bool operator==(const Decoded&, const Decoded&) = default;
};

Decoded Decode(std::string_view bytes, std::size_t step) {
  net::http::ChunkedDecoder decoder;
  Decoded decoded;
  while (!bytes.empty() && !decoder.is_done()) {
    std::string_view piece = bytes.substr(0, step);
    while (!piece.empty() && !decoder.is_done()) {
      const kernel::Result<std::size_t> framing = decoder.TakeFraming(piece);
      if (!framing) {
        decoded.is_malformed = true;
        return decoded;
      }
      piece.remove_prefix(*framing);
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(decoder.available(), piece.size()));
      Require(*framing + count > 0 || decoder.is_done());
      decoded.body.append(piece.substr(0, count));
      decoder.TakeBody(count);
      piece.remove_prefix(count);
      bytes.remove_prefix(*framing + count);
      decoded.size += *framing + count;
    }
  }
  decoded.is_done = decoder.is_done();
  return decoded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Decoded whole = Decode(bytes, size);
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}}) {
    const Decoded pieces = Decode(bytes, step);
    Require(pieces.is_malformed == whole.is_malformed);
    Require(whole.is_malformed || pieces == whole);
  }
  return 0;
}
