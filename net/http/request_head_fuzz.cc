// Any bytes: what the parser says of them holds, and two readers of the same bytes agree.
#include "net/http/request_head.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/http/message.h"

namespace {

void Require(bool condition) {
  if (!condition) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace net::http;  // NOLINT(google-build-using-namespace): this is its main()
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RequestHead head;
  const HeadResult result = ParseRequestHead(bytes, head);
  if (result.size == 0) return 0;
  Require(result.refusal == Status::kNone && result.size <= size);
  const std::string_view whole = bytes.substr(0, result.size);
  Require(whole.ends_with("\r\n\r\n"));
  Require(head.path().starts_with('/') || head.path() == "*");
  Require(!head.is_chunked() || head.content_length() == 0);
  // Every line ends with both characters, and none begins with a space.
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i] == '\n') Require(i > 0 && whole[i - 1] == '\r');
    if (whole[i] == '\r') Require(i + 1 < whole.size() && whole[i + 1] == '\n');
    if (i > 2 && whole[i - 1] == '\n') Require(whole[i] != ' ' && whole[i] != '\t');
  }
  for (std::size_t i = 0; i < head.field_count(); ++i) {
    const Field field = head.field(i);
    Require(!field.name.empty() && Trim(field.value) == field.value);
    Require(field.name.data() > whole.data() && field.value.data() + field.value.size() < whole.data() + whole.size());
  }
  // The same of the head alone, and nothing of a part of it.
  RequestHead again;
  Require(ParseRequestHead(whole, again).size == whole.size());
  const HeadResult part = ParseRequestHead(whole.substr(0, whole.size() - 1), again);
  Require(part.size == 0 && part.refusal == Status::kNone);
  return 0;
}
