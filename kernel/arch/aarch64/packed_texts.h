// Tables of texts by number, made at compile time of what the source says and stored without a pointer.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_PACKED_TEXTS_H_
#define ENKEL_KERNEL_ARCH_AARCH64_PACKED_TEXTS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace kernel::arch {

// A line of a table as the source writes it.
struct NumberedText {
  std::uint8_t number;
  std::string_view text;
};

// The table in the image: for each line its number, its text, a zero. `kTable` is a constexpr array of NumberedText.
template <const auto& kTable>
consteval auto PackTexts() {
  constexpr std::size_t kSize = [] {
    std::size_t size = 0;
    for (const NumberedText& line : kTable) size += line.text.size() + 2;
    return size;
  }();
  std::array<char, kSize> packed = {};
  auto at = packed.begin();
  for (const NumberedText& line : kTable) {
    *at++ = static_cast<char>(line.number);
    at = std::ranges::copy(line.text, at).out + 1;
  }
  return packed;
}

// The zero-terminated text of `number`, null where the table has none. Interrupt-safe.
constexpr const char* FindText(std::span<const char> packed, std::uint64_t number) {
  for (const char* at = packed.data(); at != packed.data() + packed.size(); ++at) {
    if (static_cast<std::uint8_t>(*at++) == number) return at;
    while (*at != '\0') ++at;
  }
  return nullptr;
}

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_PACKED_TEXTS_H_
