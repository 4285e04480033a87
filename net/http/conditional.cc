#include "net/http/conditional.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "net/http/message.h"

namespace net::http {
namespace {

// A comma within a tag's quotes would divide it: ours have none, so that half of such a tag is never one of ours.
bool HasTag(std::string_view list, std::string_view tag, bool may_be_weak) {
  if (Trim(list) == "*") return true;
  while (!list.empty()) {
    std::string_view element = NextElement(list);
    if (may_be_weak && element.starts_with("W/")) element.remove_prefix(2);
    if (element == tag && !tag.empty()) return true;
  }
  return false;
}

// "q=0", "q=0.000"
bool IsZeroWeight(std::string_view parameter) {
  if (parameter.size() < 3 || character::Lower(parameter[0]) != 'q' || parameter[1] != '=') return false;
  return std::ranges::all_of(parameter.substr(2), [](char c) { return c == '0' || c == '.'; });
}

// The whole of `text` as a number; nothing: it is none. One that is too large is the largest.
std::optional<std::uint64_t> ParseNumber(std::string_view text) {
  constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    number = number > (kLargest - digit) / 10 ? kLargest : number * 10 + digit;
  }
  return number;
}

}  // namespace

bool HasTagWeakly(std::string_view list, std::string_view tag) { return HasTag(list, tag, true); }
bool HasTagStrongly(std::string_view list, std::string_view tag) { return HasTag(list, tag, false); }

bool MayUseCoding(std::string_view accept, std::string_view coding) {
  bool may_any = false;
  while (!accept.empty()) {
    const std::string_view element = NextElement(accept);
    const std::size_t semicolon = std::min(element.find(';'), element.size());
    const std::string_view name = Trim(element.substr(0, semicolon));
    const bool is_wanted = semicolon == element.size() || !IsZeroWeight(Trim(element.substr(semicolon + 1)));
    if (character::IsSame(name, coding)) return is_wanted;
    if (name == "*") may_any = is_wanted;
  }
  return may_any;
}

RangeVerdict ParseRange(std::string_view value, std::uint64_t size, ByteRange& range) {
  constexpr std::string_view kUnit = "bytes=";
  if (value.size() < kUnit.size() || !character::IsSame(value.substr(0, kUnit.size()), kUnit))
    return RangeVerdict::kWhole;
  const std::string_view set = Trim(value.substr(kUnit.size()));
  const std::size_t dash = set.find('-');
  if (dash == std::string_view::npos) return RangeVerdict::kWhole;
  const std::string_view first_text = set.substr(0, dash);
  const std::string_view last_text = set.substr(dash + 1);
  const std::optional<std::uint64_t> first = ParseNumber(first_text);
  const std::optional<std::uint64_t> last = ParseNumber(last_text);
  // What is no number (another range behind a comma, above all) must not be there.
  if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last))
    return RangeVerdict::kWhole;
  if (!first) {  // the last bytes
    range = {.first = size - std::min(*last, size), .size = std::min(*last, size)};
  } else {
    if (last && *last < *first) return RangeVerdict::kWhole;
    if (*first >= size) return RangeVerdict::kUnsatisfiable;
    range = {.first = *first, .size = std::min(last ? *last - *first : size - 1, size - *first - 1) + 1};
  }
  return range.size == 0 ? RangeVerdict::kUnsatisfiable : RangeVerdict::kPart;
}

}  // namespace net::http
