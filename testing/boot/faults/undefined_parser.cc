#include "testing/boot/faults/undefined_parser.h"

#include <cstring>

namespace faults {
namespace {

struct Header {
  std::int32_t length;
  std::int32_t kind;
};

std::int32_t Word(std::span<const std::uint8_t> message, std::size_t at) {
  std::int32_t word;
  std::memcpy(&word, &message[at], sizeof(word));
  return word;
}

// The header that the message's first word names; there is none with a number above 0.
const Header* Find(std::span<const std::uint8_t> message) {
  static const Header first = {.length = 8, .kind = 1};
  return Word(message, 0) == 0 ? &first : nullptr;
}

constexpr int kNames[] = {1, 2, 3, 5};

}  // namespace

// The sum of two lengths.
int Overflow(std::span<const std::uint8_t> message) { return Word(message, 0) + Word(message, 4); }

int Index(std::span<const std::uint8_t> message) { return kNames[Word(message, 8)]; }

int Shift(std::span<const std::uint8_t> message) { return 1 << Word(message, 12); }

// On purpose the second word: the address is not 0, and on another machine might be mapped.
int Null(std::span<const std::uint8_t> message) { return Find(message)->kind; }

// A header where the last byte says.
int Misaligned(std::span<const std::uint8_t> message) {
  return reinterpret_cast<const Header*>(&message[message[16]])->length;
}

}  // namespace faults
