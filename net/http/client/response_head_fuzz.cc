// Any bytes: what the parser says of them holds, and does not depend on what follows.
#include "net/http/client/response_head.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/message.h"

namespace {

void Require(bool condition) {
  if (!condition) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace net::http;  // NOLINT(google-build-using-namespace): this is its main()
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ResponseHead head;
  const kernel::Result<std::size_t> result = ParseResponseHead(bytes, head);
  if (!result || *result == 0) return 0;
  Require(*result <= size);
  const std::string_view whole = bytes.substr(0, *result);
  Require(whole.ends_with("\r\n\r\n") && whole.starts_with("HTTP/1."));
  const auto status = static_cast<unsigned>(head.status());
  Require(status >= 100 && status < 600);
  Require(!head.is_chunked() || !head.content_length());
  for (const Field& field : head.fields()) {
    Require(!field.name.empty() && Trim(field.value) == field.value);
    Require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == field.value.npos);
  }
  ResponseHead again;
  Require(ParseResponseHead(whole, again) == result && again.fields().size() == head.fields().size());
  Require(ParseResponseHead(whole.substr(0, whole.size() - 1), again) == std::size_t{0});
  return 0;
}
