#include "net/wire/dns_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

constexpr std::size_t kHeaderSize = 12;
constexpr std::uint8_t kLabelType = 0xc0;  // the bits of a length that say what it is
constexpr std::uint8_t kPointer = 0xc0;

// A name of 255 bytes has at most 127 labels; more pointers have no use.
constexpr std::size_t kMostPointers = 127;

constexpr bool IsLetter(std::byte character) {
  const auto lower = static_cast<char>(character | std::byte{0x20});
  return lower >= 'a' && lower <= 'z';
}

constexpr std::byte ToLower(std::byte character) {
  return IsLetter(character) ? character | std::byte{0x20} : character;
}

constexpr bool IsPlain(std::byte character) {
  const char c = static_cast<char>(character);
  return IsLetter(character) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool IsEqual(std::span<const std::byte> a, std::span<const std::byte> b) {
  // Lengths are below 64, where there are no letters.
  return std::ranges::equal(a, b, {}, ToLower, ToLower);
}

}  // namespace

bool DnsName::AddLabel(std::span<const std::byte> label) {
  if (label.empty() || label.size() > kMostLabelBytes || size_ + 1 + label.size() > kMostNameBytes) return false;
  bytes_[size_ - 1] = static_cast<std::byte>(label.size());
  std::ranges::copy(label, &bytes_[size_]);
  size_ = static_cast<std::uint8_t>(size_ + 1 + label.size());
  bytes_[size_ - 1] = std::byte{0};
  return true;
}

Result<DnsName> DnsName::FromText(std::string_view text) {
  DnsName name;
  if (text == ".") return name;
  if (text.ends_with('.')) text.remove_suffix(1);
  for (;;) {
    const std::size_t dot = text.find('.');
    const auto label = std::as_bytes(std::span(text.substr(0, dot)));
    if (!std::ranges::all_of(label, IsPlain) || !name.AddLabel(label)) return Fail(Error::kInvalidArgument);
    if (dot == text.npos) return name;
    text.remove_prefix(dot + 1);
  }
}

DnsName DnsName::ForAddress(const IpAddress& address) {
  DnsName name;
  const auto add = [&](std::string_view label) { name.AddLabel(std::as_bytes(std::span(label))); };
  const auto add_number = [&](unsigned value, int base) {
    std::array<char, 3> digits;
    const auto [end, _] = std::to_chars(digits.data(), digits.data() + digits.size(), value, base);
    add({digits.data(), end});
  };
  if (address.IsIpv4()) {
    for (int shift = 0; shift < 32; shift += 8) add_number(address.ipv4().value >> shift & 0xff, 10);
    add("in-addr");
  } else {
    for (std::size_t i = 16; i > 0; --i) {
      add_number(static_cast<unsigned>(address.ipv6().bytes[i - 1]) & 0xf, 16);
      add_number(static_cast<unsigned>(address.ipv6().bytes[i - 1]) >> 4, 16);
    }
    add("ip6");
  }
  add("arpa");
  return name;
}

Result<DnsName> DnsName::Parse(std::span<const std::byte> message, std::size_t& place) {
  DnsName name;
  std::size_t at = place;
  std::size_t piece_start = at;  // of the labels since the last pointer; the next one points before it
  std::size_t after = 0;         // the place behind the name, once a pointer ended what stands there
  for (std::size_t pointers = 0;;) {
    if (at >= message.size()) return Fail(Error::kMalformed);
    const auto length = static_cast<std::uint8_t>(message[at]);
    if (length == 0) break;
    if ((length & kLabelType) == 0) {
      if (length > message.size() - at - 1 || !name.AddLabel(message.subspan(at + 1, length))) {
        return Fail(Error::kMalformed);
      }
      at += std::size_t{1} + length;
      continue;
    }
    if ((length & kLabelType) != kPointer || message.size() - at < 2) return Fail(Error::kMalformed);
    const std::size_t target = (length & ~kLabelType & 0xffu) << 8 | static_cast<std::size_t>(message[at + 1]);
    if (target < kHeaderSize || target >= piece_start || ++pointers > kMostPointers) return Fail(Error::kMalformed);
    if (after == 0) after = at + 2;
    at = piece_start = target;
  }
  place = after != 0 ? after : at + 1;
  return name;
}

bool DnsName::IsIn(const DnsName& parent) const {
  if (parent.size_ > size_) return false;
  // The end of a name may look like another one in the middle of a label.
  std::size_t place = 0;
  const std::size_t start = std::size_t{size_} - parent.size_;
  while (place < start) place += 1 + static_cast<std::size_t>(bytes_[place]);
  return place == start && IsEqual(bytes().subspan(start), parent.bytes());
}

Result<std::size_t> DnsName::WriteText(std::span<char> text) const {
  std::size_t written = 0;
  for (std::size_t place = 0; bytes_[place] != std::byte{0};) {
    const auto length = static_cast<std::size_t>(bytes_[place]);
    const auto label = bytes().subspan(place + 1, length);
    if (!std::ranges::all_of(label, IsPlain)) return Fail(Error::kMalformed);
    if (text.size() - written < length + (place != 0)) return Fail(Error::kTooLong);
    if (place != 0) text[written++] = '.';
    for (const std::byte character : label) text[written++] = static_cast<char>(character);
    place += 1 + length;
  }
  return written;
}

void DnsName::ShuffleCase(std::uint64_t bits) {
  for (std::byte& character : std::span(bytes_).first(size_)) {
    if (!IsLetter(character)) continue;
    character = (character & ~std::byte{0x20}) | static_cast<std::byte>((bits & 1) << 5);
    bits = bits >> 1 | bits << 63;
  }
}

bool DnsName::IsSameBytes(const DnsName& other) const { return std::ranges::equal(bytes(), other.bytes()); }

bool operator==(const DnsName& a, const DnsName& b) { return IsEqual(a.bytes(), b.bytes()); }

}  // namespace net::wire
