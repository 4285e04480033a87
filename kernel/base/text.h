// Text without the C++ library's formatting: digits of numbers, and a writer into a fixed buffer that takes text,
// integers, durations and errors. Pointers do not compile: an address in a log or a report tells an attacker where
// things lie.
#ifndef ENKEL_KERNEL_BASE_TEXT_H_
#define ENKEL_KERNEL_BASE_TEXT_H_

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace kernel {

// The digits of one number. Interrupt-safe, as everything here; nothing allocates.
class Digits {
 public:
  // `base` is 2 to 16; zeros fill up to `least` digits, at most 20. Below base 10 what does not fit is cut.
  explicit Digits(std::uint64_t value, unsigned base = 10, std::size_t least = 1);

  std::string_view text() const { return {digits_.data() + first_, digits_.size() - first_}; }

 private:
  std::array<char, 20> digits_;
  std::size_t first_ = digits_.size();
};

// An integer to be written as 0x and hexadecimal digits.
struct Hex {
  template <std::integral Integer>
  constexpr explicit Hex(Integer integer) : value(static_cast<std::make_unsigned_t<Integer>>(integer)) {}

  std::uint64_t value;
};

// The name of an error in words: "out of memory".
std::string_view NameOf(Error error);

// What TextWriter writes. No pointer but to text; no enumeration but Error; no floating point.
template <typename T>
concept Printable = std::integral<T> || std::convertible_to<T, std::string_view> || std::same_as<T, Hex> ||
                    std::same_as<T, Duration> || std::same_as<T, Instant> || std::same_as<T, Error>;

// Writes into a buffer of the caller's; what does not fit is cut, and the end then shows it: "...".
class TextWriter {
 public:
  explicit TextWriter(std::span<char> buffer) : buffer_(buffer) {}

  // Integers in decimal, a bool as true or false, a char as itself; a Duration with its unit (12.345 ms), an Instant in
  // seconds (12.345678), an Error by its name.
  template <Printable T>
  TextWriter& operator<<(const T& value) {
    if constexpr (std::same_as<T, bool>) {
      Put(value ? "true" : "false");
    } else if constexpr (std::same_as<T, char>) {
      Put({&value, 1});
    } else if constexpr (std::signed_integral<T>) {
      PutSigned(value);
    } else if constexpr (std::unsigned_integral<T>) {
      PutUnsigned(value);
    } else {
      Put(value);
    }
    return *this;
  }

  std::string_view text() const { return {buffer_.data(), used_}; }

 private:
  void Put(std::string_view text);
  void Put(Hex hex);
  void Put(Duration duration);
  void Put(Instant instant);
  void Put(Error error) { Put(NameOf(error)); }
  void PutSigned(std::int64_t value);
  void PutUnsigned(std::uint64_t value, std::size_t least_digits = 1);

  std::span<char> buffer_;
  std::size_t used_ = 0;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_TEXT_H_
