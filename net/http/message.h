// The words of HTTP: methods, status codes, fields. [RFC9110]
#ifndef ENKEL_NET_HTTP_MESSAGE_H_
#define ENKEL_NET_HTTP_MESSAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace net::http {

// [RFC9110] 9.1; kOther: one that nobody here knows, or CONNECT and TRACE, which nobody here does.
enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kDelete, kOptions, kPatch, kOther };

inline constexpr std::array<std::string_view, 7> kMethodNames = {"GET",    "HEAD",    "POST", "PUT",
                                                                 "DELETE", "OPTIONS", "PATCH"};

// [RFC9110] 15
enum class Status : std::uint16_t {
  kNone = 0,
  kContinue = 100,
  kOk = 200,
  kCreated = 201,
  kNoContent = 204,
  kPartialContent = 206,
  kMovedPermanently = 301,
  kFound = 302,
  kSeeOther = 303,
  kNotModified = 304,
  kBadRequest = 400,
  kForbidden = 403,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kRequestTimeout = 408,
  kConflict = 409,
  kPreconditionFailed = 412,
  kContentTooLarge = 413,
  kUriTooLong = 414,
  kUnsupportedMediaType = 415,
  kRangeNotSatisfiable = 416,
  kExpectationFailed = 417,
  kTooManyRequests = 429,
  kFieldsTooLarge = 431,
  kInternalError = 500,
  kNotImplemented = 501,
  kUnavailable = 503,
  kVersionNotSupported = 505,
};

// "Not Found"; "Status" for a code without a name here.
std::string_view ReasonOf(Status status);

struct Field {
  std::string_view name;
  std::string_view value;
};

// What a byte may be part of. [RFC9110] 5.5, 5.6.2, [RFC3986] 2
namespace character {

inline constexpr std::uint8_t kToken = 1;
inline constexpr std::uint8_t kTarget = 2;  // of a request target: visible, and no fragment
inline constexpr std::uint8_t kValue = 4;   // of a field's value: visible, space, tab, or above ASCII
inline constexpr std::uint8_t kHost = 8;    // of a host with its port
inline constexpr std::uint8_t kPath = 16;   // of a request target before its query

consteval std::array<std::uint8_t, 256> MakeKinds() {
  std::array<std::uint8_t, 256> kinds = {};
  for (unsigned c = 0; c < 256; ++c) {
    const bool is_alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto is_one_of = [c](std::string_view set) {
      return c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    std::uint8_t kind = 0;
    if (is_alphanumeric || is_one_of("!#$%&'*+-.^_`|~")) kind |= kToken;
    if (c > 0x20 && c < 0x7f && c != '#') kind |= kTarget;
    if ((kind & kTarget) != 0 && c != '?') kind |= kPath;
    if ((c >= 0x20 && c != 0x7f) || c == '\t') kind |= kValue;
    if (is_alphanumeric || is_one_of("-._~%!$&'()*+,;=:[]")) kind |= kHost;
    kinds[c] = kind;
  }
  return kinds;
}
inline constexpr std::array<std::uint8_t, 256> kKinds = MakeKinds();

constexpr bool Is(char c, std::uint8_t kind) { return (kKinds[static_cast<unsigned char>(c)] & kind) != 0; }

// The first byte from `at` on that is not of this kind; `end` where all are.
constexpr const char* Skip(const char* at, const char* end, std::uint8_t kind) {
  for (; end - at >= 4; at += 4) {
    if (!Is(at[0], kind)) return at;
    if (!Is(at[1], kind)) return at + 1;
    if (!Is(at[2], kind)) return at + 2;
    if (!Is(at[3], kind)) return at + 3;
  }
  while (at != end && Is(*at, kind)) ++at;
  return at;
}

constexpr bool AreAll(std::string_view text, std::uint8_t kind) {
  const char* const end = text.data() + text.size();
  return Skip(text.data(), end, kind) == end;
}

// As a == b, without a call: what is compared is short, and mostly equal. The last word may overlap the one before it.
inline bool AreEqual(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  const auto difference = [&](std::size_t at) {
    std::uint64_t one;
    std::uint64_t other;
    __builtin_memcpy(&one, a.data() + at, sizeof(one));
    __builtin_memcpy(&other, b.data() + at, sizeof(other));
    return one ^ other;
  };
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (size >= kWord) {
    const std::size_t last = size - kWord;
    std::uint64_t differs = difference(last);
#pragma clang loop vectorize(disable) unroll(disable)
    for (std::size_t at = 0; at < last; at += kWord) differs |= difference(at);
    return differs == 0;
  }
  for (std::size_t at = 0; at < size; ++at) {
    if (a.data()[at] != b.data()[at]) return false;
  }
  return true;
}

constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Whether `text` is `lower`, which has no capitals, but for its own.
constexpr bool IsSame(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (Lower(text[i]) != lower[i]) return false;
  }
  return true;
}

}  // namespace character

// Without spaces and tabs at either end.
std::string_view Trim(std::string_view text);

// Takes the next element off a comma-separated list, trimmed; elements may be empty. [RFC9110] 5.6.1
std::string_view NextElement(std::string_view& list);

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_MESSAGE_H_
