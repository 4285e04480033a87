// Any value of a field: a range lies within what there is.
#include "net/http/conditional.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace net::http;  // NOLINT(google-build-using-namespace): this is its main()
  if (size < 2) return 0;
  const std::uint64_t whole = std::uint64_t{data[0]} << (data[1] & 63);
  const std::string_view value(reinterpret_cast<const char*>(data) + 2, size - 2);
  ByteRange range;
  if (ParseRange(value, whole, range) == RangeVerdict::kPart) {
    if (range.size == 0 || range.first >= whole || range.size > whole - range.first) __builtin_trap();
  }
  static_cast<void>(HasTagWeakly(value, "\"tag\""));
  static_cast<void>(HasTagStrongly(value, "\"tag\""));
  static_cast<void>(MayUseCoding(value, "gzip"));
  return 0;
}
