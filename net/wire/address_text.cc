#include "net/wire/address_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/text.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

// The value of a digit; 16 where it is none.
unsigned ValueOf(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  const int letter = digit | 0x20;  // a small one
  return letter >= 'a' && letter <= 'f' ? static_cast<unsigned>(letter - 'a') + 10 : 16;
}

// Takes a number of at most `most_digits` digits (4 are the most that it may be) from the front; empty if there is
// none, or it is above `most`. By hand: std::from_chars and std::to_chars of a base that is known only here bring
// tables for all of them into the image.
std::optional<std::uint16_t> TakeNumber(std::string_view& text, unsigned base, std::size_t most_digits, unsigned most) {
  unsigned value = 0;
  std::size_t size = 0;
  for (; size < text.size() && size < most_digits && ValueOf(text[size]) < base; ++size) {
    value = value * base + ValueOf(text[size]);
  }
  if (size == 0 || value > most) return {};
  text.remove_prefix(size);
  return static_cast<std::uint16_t>(value);
}

bool Take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

std::optional<Ipv4Address> ParseIpv4(std::string_view text) {
  Ipv4Address address;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && !Take(text, ".")) return {};
    if (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9') return {};  // octal, says inet_aton
    const auto number = TakeNumber(text, 10, 3, 255);
    if (!number) return {};
    address.value = address.value << 8 | *number;
  }
  return text.empty() ? std::optional(address) : std::nullopt;
}

std::optional<Ipv6Address> ParseIpv6(std::string_view text) {
  std::array<std::uint16_t, 8> groups = {};
  std::size_t count = 0;
  std::optional<std::size_t> gap;  // the groups before "::"
  if (Take(text, "::")) gap = 0;
  while (!text.empty()) {
    if (count > 0 && gap != count && !Take(text, ":")) return {};
    if (count <= 6 && text.find('.') < text.find(':')) {
      const auto tail = ParseIpv4(text);
      if (!tail) return {};
      groups[count++] = static_cast<std::uint16_t>(tail->value >> 16);
      groups[count++] = static_cast<std::uint16_t>(tail->value);
      break;
    }
    if (count == 8) return {};
    const auto group = TakeNumber(text, 16, 4, 0xffff);
    if (!group) return {};
    groups[count++] = *group;
    if (text.starts_with("::")) {
      if (gap || count == 8) return {};
      gap = count;
      text.remove_prefix(2);
    }
  }
  if (gap ? count == 8 : count != 8) return {};
  if (gap) {
    const auto middle = groups.begin() + static_cast<std::ptrdiff_t>(*gap);
    const auto end = groups.begin() + static_cast<std::ptrdiff_t>(count);
    std::rotate(middle, end, groups.end());
  }
  Ipv6Address address;
  for (std::size_t i = 0; i < 8; ++i) StoreBig(&address.bytes[2 * i], groups[i]);
  return address;
}

class Writer {
 public:
  explicit Writer(std::span<char> text) : text_(text) {}
  std::size_t size() const { return size_; }
  void Put(char character) { text_[size_++] = character; }
  void Number(unsigned value, unsigned base) {
    const kernel::Digits digits(value, base);
    for (const char digit : digits.text()) Put(digit);
  }
  void Ipv4(Ipv4Address address) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      if (shift != 24) Put('.');
      Number(address.value >> shift & 0xff, 10);
    }
  }

 private:
  std::span<char> text_;
  std::size_t size_ = 0;
};

}  // namespace

kernel::Result<IpAddress> ParseAddress(std::string_view text) {
  if (const auto ipv4 = ParseIpv4(text)) return *ipv4;
  if (const auto ipv6 = ParseIpv6(text)) return *ipv6;
  return kernel::Fail(kernel::Error::kInvalidArgument);
}

std::size_t WriteAddress(const IpAddress& address, std::span<char> text) {
  Writer writer(text);
  if (address.IsIpv4()) {
    writer.Ipv4(address.ipv4());
    return writer.size();
  }
  const auto group = [&](std::size_t i) { return LoadBig<std::uint16_t>(&address.ipv6().bytes[2 * i]); };
  // The longest run of zeros, the first of equals, of two at least. [RFC5952] 4.2
  std::size_t gap = 8;
  std::size_t gap_size = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t size = 0;
    while (i + size < 8 && group(i + size) == 0) ++size;
    if (size > gap_size) {
      gap = i;
      gap_size = size;
    }
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      writer.Put(':');
      i += gap_size - 1;
      if (i == 7) writer.Put(':');
      continue;
    }
    if (i > 0) writer.Put(':');
    writer.Number(group(i), 16);
  }
  return writer.size();
}

}  // namespace net::wire
