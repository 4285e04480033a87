#include "net/http/request.h"

#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/message.h"
#include "net/http/pattern.h"

namespace net::http {
namespace {

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = character::Lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string_view Request::Parameter(std::string_view name) const { return FindParameter(pattern_, path(), name); }

kernel::Result<std::string_view> DecodePercents(std::string_view text, std::span<char> to) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const bool has_digits = text.size() - i > 2;
      const int high = has_digits ? DigitOf(text[i + 1]) : -1;
      const int low = has_digits ? DigitOf(text[i + 2]) : -1;
      if (high < 0 || low < 0) return kernel::Fail(kernel::Error::kMalformed);
      c = static_cast<char>(high << 4 | low);
      i += 2;
    }
    if (size == to.size()) return kernel::Fail(kernel::Error::kTooLong);
    to[size++] = c;
  }
  return std::string_view(to.data(), size);
}

}  // namespace net::http
