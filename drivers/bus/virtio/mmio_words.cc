#include "drivers/bus/virtio/mmio_words.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace drivers::virtio {
namespace {

constexpr std::string_view kName = "virtio_mmio.device=";

// A number in front of `text`, which begins behind it then: decimal, or hexadecimal with 0x.
std::optional<std::uint64_t> TakeNumber(std::string_view& text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t number = 0;
  const std::from_chars_result result = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (result.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
  return number;
}

// What a suffix multiplies a size by.
std::uint64_t TakeUnit(std::string_view& text) {
  if (text.empty()) return 1;
  switch (text.front()) {
    case 'k':
    case 'K':
      text.remove_prefix(1);
      return 1024;
    case 'm':
    case 'M':
      text.remove_prefix(1);
      return std::uint64_t{1024} * 1024;
    default:
      return 1;
  }
}

bool TakeSign(std::string_view& text, char sign) {
  if (!text.starts_with(sign)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<MmioPlace> ParseMmioWord(std::string_view word) {
  if (!word.starts_with(kName)) return std::nullopt;
  word.remove_prefix(kName.size());
  const std::optional<std::uint64_t> size = TakeNumber(word);
  const std::uint64_t unit = TakeUnit(word);
  if (!size || !TakeSign(word, '@')) return std::nullopt;
  const std::optional<std::uint64_t> address = TakeNumber(word);
  if (!address || !TakeSign(word, ':')) return std::nullopt;
  const std::optional<std::uint64_t> line = TakeNumber(word);
  if (!line || *line > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  if (!word.empty() && !(TakeSign(word, ':') && TakeNumber(word) && word.empty())) return std::nullopt;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 48;
  if (*size > kMost / unit || *address > kMost) return std::nullopt;
  return MmioPlace{.address = {*address}, .size = *size * unit, .line = static_cast<std::uint32_t>(*line)};
}

std::optional<MmioPlace> NextMmioPlace(std::string_view& command_line) {
  while (!command_line.empty()) {
    const std::string_view word = command_line.substr(0, command_line.find(' '));
    command_line.remove_prefix(std::min(word.size() + 1, command_line.size()));
    if (const std::optional<MmioPlace> place = ParseMmioWord(word)) return place;
  }
  return std::nullopt;
}

}  // namespace drivers::virtio
