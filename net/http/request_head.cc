#include "net/http/request_head.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "net/http/message.h"

namespace net::http {

using character::IsSame;
using character::Skip;

namespace {

static_assert(std::endian::native == std::endian::little);  // as are all CPUs of today's boards

template <typename Word>
Word Load(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

// Each byte of a word.
template <typename Word>
constexpr Word Bytes(std::uint8_t value) {
  return static_cast<Word>(std::numeric_limits<Word>::max() / 0xff * value);
}

template <typename Word>
Word DifferenceAt(const char* token, const char* name) {
  return static_cast<Word>((Load<Word>(token) | Bytes<Word>(0x20)) ^ Load<Word>(name));
}

// Whether a token is `name`, which has small letters and hyphens only. Bit 5 makes capitals small; what else it changes
// into a letter or a hyphen is no part of a token.
template <std::size_t kEnd>
bool IsName(std::string_view token, const char (&name)[kEnd]) {  // NOLINT(modernize-avoid-c-arrays): a literal
  constexpr std::size_t kSize = kEnd - 1;
  static_assert(kSize >= 4);
  const char* const text = token.data();
  if (token.size() != kSize) return false;
  if constexpr (kSize < 8) {
    return (DifferenceAt<std::uint32_t>(text, name) |
            DifferenceAt<std::uint32_t>(text + kSize - 4, name + kSize - 4)) == 0;
  } else {
    std::uint64_t difference = DifferenceAt<std::uint64_t>(text + kSize - 8, name + kSize - 8);
    for (std::size_t i = 0; i + 8 < kSize; i += 8) difference |= DifferenceAt<std::uint64_t>(text + i, name + i);
    return difference == 0;
  }
}

// As Skip(at, end, character::kValue), eight bytes at a time: values are most of what browsers send.
const char* SkipValue(const char* at, const char* end) {
  for (; end - at >= 8; at += 8) {
    const auto word = Load<std::uint64_t>(at);
    const std::uint64_t is_delete = word ^ Bytes<std::uint64_t>(0x7f);
    // The highest bit of each byte below space, or that is DEL: right up to the first one, which is all that counts.
    const std::uint64_t ends =
        (((word - Bytes<std::uint64_t>(0x20)) & ~word) | ((is_delete - Bytes<std::uint64_t>(0x01)) & ~is_delete)) &
        Bytes<std::uint64_t>(0x80);
    if (ends == 0) continue;
    const char* const first = at + std::countr_zero(ends) / 8;
    return *first == '\t' ? Skip(first, end, character::kValue) : first;
  }
  return Skip(at, end, character::kValue);
}

}  // namespace

std::string_view RequestHead::Find(std::string_view lower_name) const {
  for (std::size_t i = 0; i < field_count_; ++i) {
    if (IsSame(At(fields_[i].name), lower_name)) return At(fields_[i].value);
  }
  return {};
}

// One pass over the bytes. A step returns false where it cannot go on: the bytes have ended, or `refusal_` is set.
class HeadParser {
 public:
  HeadParser(std::string_view bytes, RequestHead& head)
      : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()), head_(head) {}

  HeadResult Parse() {
    Reset();
    if (SkipEmptyLines() && ParseLine() && ParseFields() && Conclude()) {
      return {.size = static_cast<std::size_t>(at_ - begin_)};
    }
    return {.refusal = refusal_};
  }

 private:
  using Place = RequestHead::Place;

  bool Refuse(Status status = Status::kBadRequest) {
    refusal_ = status;
    return false;
  }
  bool IsAtEnd() const { return at_ == end_; }
  Place PlaceOf(const char* from, const char* to) const {
    return {static_cast<std::uint16_t>(from - begin_), static_cast<std::uint16_t>(to - from)};
  }
  std::size_t Left() const { return static_cast<std::size_t>(end_ - at_); }
  // Takes what stands next, if it is just that.
  template <std::size_t kEnd>
  bool Take(const char (&text)[kEnd]) {  // NOLINT(modernize-avoid-c-arrays): a literal
    if (Left() < kEnd - 1 || std::memcmp(at_, text, kEnd - 1) != 0) return false;
    at_ += kEnd - 1;
    return true;
  }

  void Reset();
  bool TakeNewLine();
  bool SkipEmptyLines();
  bool ParseLine();
  bool ParseMethod();
  bool ParseTarget();
  bool ParseOtherTarget(const char* from, const char* question);
  bool ParseVersion();
  bool ParseFields();
  bool ParseField();
  bool Note(std::string_view name, Place value);
  bool NoteHost(Place place);
  bool NoteLength(std::string_view value);
  bool NoteCoding(std::string_view value);
  void NoteConnection(std::string_view value);
  bool Conclude();

  const char* const begin_;
  const char* at_;
  const char* const end_;
  RequestHead& head_;
  Status refusal_ = Status::kNone;
  bool has_host_ = false;
  bool has_authority_ = false;  // in its target
  bool has_length_ = false;
  bool wants_close_ = false;
  bool wants_keep_alive_ = false;
};

inline void HeadParser::Reset() {
  head_.base_ = begin_;
  head_.path_ = head_.query_ = head_.host_ = {};
  head_.expects_continue_ = head_.has_other_expectation_ = head_.is_chunked_ = false;
  head_.content_length_ = 0;
  head_.field_count_ = 0;
}

inline bool HeadParser::TakeNewLine() {
  if (Take("\r\n")) [[likely]]
    return true;
  if (IsAtEnd()) return false;
  if (*at_ != '\r') return Refuse();
  return Left() < 2 ? false : Refuse();
}

// A client may send one too many. [RFC9112] 2.2
inline bool HeadParser::SkipEmptyLines() {
  for (int lines = 0; lines < 2 && !IsAtEnd() && *at_ == '\r'; ++lines) {
    if (!TakeNewLine()) return false;
  }
  return !IsAtEnd();
}

// What nearly every client asks with is told at a glance.
[[gnu::always_inline]] inline bool HeadParser::ParseLine() {
  const char* const from = at_;
  if (Take("GET ")) [[likely]] {
    head_.method_text_ = PlaceOf(from, from + 3);
    head_.method_ = Method::kGet;
  } else if (!ParseMethod()) {
    return false;
  }
  if (!ParseTarget()) return false;
  if (!Take("HTTP/1.1\r\n")) [[unlikely]]
    return ParseVersion();
  head_.minor_version_ = 1;
  return true;
}

bool HeadParser::ParseMethod() {
  const char* const from = at_;
  at_ = Skip(at_, end_, character::kToken);
  if (IsAtEnd()) return false;
  if (*at_ != ' ' || at_ == from) return Refuse();
  head_.method_text_ = PlaceOf(from, at_);
  std::size_t known = 0;
  while (known < kMethodNames.size() && kMethodNames[known] != head_.method_name()) ++known;
  head_.method_ = static_cast<Method>(known);  // kOther is the end
  ++at_;
  return true;
}

// The origin form, the absolute form, which every server has to understand, and the asterisk. [RFC9112] 3.2
[[gnu::always_inline]] inline bool HeadParser::ParseTarget() {
  const char* const from = at_;
  const char* const question = Skip(from, end_, character::kPath);
  at_ = question != end_ && *question == '?' ? Skip(question, end_, character::kTarget) : question;
  if (IsAtEnd()) return false;
  if (*at_ != ' ' || at_ == from) return Refuse();
  if (question != at_) head_.query_ = PlaceOf(question + 1, at_);
  if (*from != '/') return ParseOtherTarget(from, question);
  head_.path_ = PlaceOf(from, question);
  ++at_;
  return true;
}

bool HeadParser::ParseOtherTarget(const char* from, const char* question) {
  const char* path = from;
  constexpr std::string_view kScheme = "http://";
  if (static_cast<std::size_t>(at_ - from) > kScheme.size() && IsSame({from, kScheme.size()}, kScheme)) {
    path = std::find(from + kScheme.size(), question, '/');
    if (!NoteHost(PlaceOf(from + kScheme.size(), path)) || head_.host().empty()) return Refuse();
    has_authority_ = true;
    has_host_ = false;  // the field is to come
  }
  head_.path_ = PlaceOf(path, question);
  const bool is_asterisk = head_.path() == "*" && head_.method_ == Method::kOptions;
  if (head_.path().empty() && has_authority_) {
    // An empty path is "/"; a slash stands behind the scheme's colon. [RFC9110] 4.2.3
    head_.path_ = PlaceOf(from + kScheme.size() - 1, from + kScheme.size());
  } else if (!head_.path().starts_with('/') && !is_asterisk) {
    return Refuse();
  }
  ++at_;
  return true;
}

bool HeadParser::ParseVersion() {
  constexpr std::string_view kName = "HTTP/";
  constexpr std::size_t kSize = kName.size() + 3;
  const std::string_view text(at_, std::min<std::size_t>(static_cast<std::size_t>(end_ - at_), kSize));
  if (text.substr(0, kName.size()) != kName.substr(0, std::min(text.size(), kName.size()))) return Refuse();
  if (text.size() < kSize) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!is_digit(text[5]) || text[6] != '.' || !is_digit(text[7])) return Refuse();
  if (text[5] != '1') return Refuse(Status::kVersionNotSupported);
  head_.minor_version_ = text[7] == '0' ? 0 : 1;
  at_ += kSize;
  return TakeNewLine();
}

[[gnu::always_inline]] inline bool HeadParser::ParseFields() {
  for (;;) {
    if (IsAtEnd()) return false;
    if (*at_ == '\r') return TakeNewLine();
    if (!ParseField()) return false;
  }
}

// A line that goes on with a space has an empty name here: refused. [RFC9112] 5.2
[[gnu::always_inline]] inline bool HeadParser::ParseField() {
  const char* const name = at_;
  at_ = Skip(name, end_, character::kToken);
  if (IsAtEnd()) return false;
  if (*at_ != ':' || at_ == name) return Refuse();
  const std::string_view name_text(name, static_cast<std::size_t>(at_ - name));
  ++at_;
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
  const char* const value = at_;
  const char* value_end = SkipValue(value, end_);
  at_ = value_end;
  if (!TakeNewLine()) return false;
  while (value_end != value && (value_end[-1] == ' ' || value_end[-1] == '\t')) --value_end;
  if (head_.field_count_ == RequestHead::kMostFields) return Refuse(Status::kFieldsTooLarge);
  const Place place = PlaceOf(value, value_end);
  head_.fields_[head_.field_count_++] = {PlaceOf(name, name + name_text.size()), place};
  return Note(name_text, place);
}

// What the connection itself has to know of a field.
bool HeadParser::Note(std::string_view name, Place place) {
  const std::string_view value = head_.At(place);
  switch (name.size()) {
    case 4:
      if (!IsName(name, "host")) return true;
      if (has_host_) return Refuse();
      return has_authority_ ? (has_host_ = true) : NoteHost(place);  // the target's goes before. [RFC9112] 3.2.2
    case 6:
      if (!IsName(name, "expect")) return true;
      (IsSame(value, "100-continue") ? head_.expects_continue_ : head_.has_other_expectation_) = true;
      return true;
    case 10:
      if (IsName(name, "connection")) NoteConnection(value);
      return true;
    case 14:
      return !IsName(name, "content-length") || NoteLength(value);
    case 17:
      return !IsName(name, "transfer-encoding") || NoteCoding(value);
    default:
      return true;
  }
}

bool HeadParser::NoteHost(Place place) {
  has_host_ = true;
  head_.host_ = place;
  return character::AreAll(head_.At(place), character::kHost) || Refuse();
}

// One, once: even two equal ones are what an attacker sends, and no client. [RFC9112] 6.3
bool HeadParser::NoteLength(std::string_view value) {
  if (has_length_ || value.empty()) return Refuse();
  has_length_ = true;
  std::uint64_t length = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return Refuse();
    if (length > std::numeric_limits<std::uint64_t>::max() / 10 - 1) return Refuse();
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  head_.content_length_ = length;
  return true;
}

bool HeadParser::NoteCoding(std::string_view value) {
  if (head_.is_chunked_) return Refuse();
  if (!IsSame(value, "chunked")) return Refuse(Status::kNotImplemented);
  head_.is_chunked_ = true;
  return true;
}

void HeadParser::NoteConnection(std::string_view value) {
  while (!value.empty()) {
    const std::string_view option = NextElement(value);
    if (IsSame(option, "close")) wants_close_ = true;
    if (IsSame(option, "keep-alive")) wants_keep_alive_ = true;
  }
}

inline bool HeadParser::Conclude() {
  const bool is_old = head_.minor_version_ == 0;
  if (!is_old && !has_host_) return Refuse();
  // Two lengths, or a coding that HTTP/1.0 has not: where does the next request begin? [RFC9112] 6.1
  if (head_.is_chunked_ && (has_length_ || is_old)) return Refuse();
  head_.keeps_alive_ = !wants_close_ && (!is_old || wants_keep_alive_);
  return true;
}

HeadResult ParseRequestHead(std::string_view bytes, RequestHead& head) {
  return HeadParser(bytes.substr(0, std::min(bytes.size(), RequestHead::kMostBytes)), head).Parse();
}

}  // namespace net::http
