// Any text: what is read as a date is one that can be written, and read again.
#include "net/http/date.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace net::http;  // NOLINT(google-build-using-namespace): this is its main()
  const std::optional<std::int64_t> time = ParseDate({reinterpret_cast<const char*>(data), size});
  if (!time || *time == 253'402'300'800) return 0;  // a leap second at the end of the year 9999
  std::array<char, kDateSize> text;
  if (*time < 0 || *time > 253'402'300'800) __builtin_trap();
  WriteDate(*time, text);
  if (ParseDate({text.data(), text.size()}) != time) __builtin_trap();
  return 0;
}
