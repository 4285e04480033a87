#include "net/http/client/response_head.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/message.h"

namespace net::http {

using character::IsSame;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string_view ResponseHead::Find(std::string_view lower_name) const {
  for (const Field& field : fields()) {
    if (IsSame(field.name, lower_name)) return field.value;
  }
  return {};
}

// Line by line of a head that is whole.
class ResponseHeadParser {
 public:
  explicit ResponseHeadParser(ResponseHead& head) : head_(head) {
    head_.is_chunked_ = false;
    head_.content_length_.reset();
    head_.field_count_ = 0;
  }

  // `lines`: each with its end.
  Result<void> Parse(std::string_view lines) {
    for (bool is_first = true; !lines.empty(); is_first = false) {
      const std::size_t size = lines.find(kLineEnd);
      const std::string_view line = lines.substr(0, size);
      lines.remove_prefix(size + kLineEnd.size());
      if (const Result<void> parsed = is_first ? ParseLine(line) : ParseField(line); !parsed) return parsed;
    }
    return Conclude();
  }

 private:
  Result<void> ParseLine(std::string_view line);
  Result<void> ParseField(std::string_view line);
  Result<void> Note(const Field& field);
  Result<void> NoteLength(std::string_view value);
  void NoteConnection(std::string_view value);
  Result<void> Conclude();

  ResponseHead& head_;
  bool wants_close_ = false;
  bool wants_keep_alive_ = false;
};

// "HTTP/1.1 200 OK"; many servers leave the space away with the reason.
Result<void> ResponseHeadParser::ParseLine(std::string_view line) {
  constexpr std::string_view kName = "HTTP/";
  if (line.size() < 12 || !line.starts_with(kName) || line[6] != '.' || line[8] != ' ') return Fail(Error::kMalformed);
  if (!IsDigit(line[5]) || !IsDigit(line[7])) return Fail(Error::kMalformed);
  if (line[5] != '1') return Fail(Error::kUnsupported);
  head_.minor_version_ = line[7] == '0' ? 0 : 1;
  unsigned status = 0;
  for (const char c : line.substr(9, 3)) {
    if (!IsDigit(c)) return Fail(Error::kMalformed);
    status = status * 10 + static_cast<unsigned>(c - '0');
  }
  if (status < 100 || status > 599) return Fail(Error::kMalformed);
  head_.status_ = static_cast<Status>(status);
  if (line.size() > 12 && line[12] != ' ') return Fail(Error::kMalformed);
  head_.reason_ = line.size() > 12 ? line.substr(13) : std::string_view();
  if (!character::AreAll(head_.reason_, character::kValue)) return Fail(Error::kMalformed);
  return {};
}

// A line that goes on with a space has an empty name here: refused.
Result<void> ResponseHeadParser::ParseField(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || colon == 0) return Fail(Error::kMalformed);
  const Field field = {line.substr(0, colon), Trim(line.substr(colon + 1))};
  if (!character::AreAll(field.name, character::kToken) || !character::AreAll(field.value, character::kValue))
    return Fail(Error::kMalformed);
  if (head_.field_count_ == ResponseHead::kMostFields) return Fail(Error::kTooLong);
  head_.fields_[head_.field_count_++] = field;
  return Note(field);
}

// What the connection itself has to know of a field.
Result<void> ResponseHeadParser::Note(const Field& field) {
  if (IsSame(field.name, "content-length")) return NoteLength(field.value);
  if (IsSame(field.name, "connection")) NoteConnection(field.value);
  if (!IsSame(field.name, "transfer-encoding")) return {};
  if (head_.is_chunked_) return Fail(Error::kMalformed);
  if (!IsSame(field.value, "chunked")) return Fail(Error::kUnsupported);
  head_.is_chunked_ = true;
  return {};
}

Result<void> ResponseHeadParser::NoteLength(std::string_view value) {
  if (head_.content_length_ || value.empty()) return Fail(Error::kMalformed);
  std::uint64_t length = 0;
  for (const char c : value) {
    if (!IsDigit(c) || length > std::numeric_limits<std::uint64_t>::max() / 10 - 1) return Fail(Error::kMalformed);
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  head_.content_length_ = length;
  return {};
}

void ResponseHeadParser::NoteConnection(std::string_view value) {
  while (!value.empty()) {
    const std::string_view option = NextElement(value);
    if (IsSame(option, "close")) wants_close_ = true;
    if (IsSame(option, "keep-alive")) wants_keep_alive_ = true;
  }
}

// A body of two lengths is what an attacker sends. [RFC9112] 6.3
Result<void> ResponseHeadParser::Conclude() {
  const bool is_old = head_.minor_version_ == 0;
  if (head_.is_chunked_ && (head_.content_length_ || is_old)) return Fail(Error::kMalformed);
  head_.keeps_alive_ = !wants_close_ && (!is_old || wants_keep_alive_);
  return {};
}

Result<std::size_t> ParseResponseHead(std::string_view bytes, ResponseHead& head) {
  const std::size_t end = bytes.find(kHeadEnd);
  if (end == bytes.npos) return 0;
  const Result<void> parsed = ResponseHeadParser(head).Parse(bytes.substr(0, end + kLineEnd.size()));
  if (!parsed) return Fail(parsed.error());
  return end + kHeadEnd.size();
}

}  // namespace net::http
