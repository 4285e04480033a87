#include "kernel/base/text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace kernel {
namespace {

constexpr std::string_view kCut = "...";

// As 64 bits without a sign, so that the smallest value has a magnitude, too.
std::uint64_t MagnitudeOf(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

}  // namespace

Digits::Digits(std::uint64_t value, unsigned base, std::size_t least) {
  do {
    digits_[--first_] = "0123456789abcdef"[value % base];
    value /= base;
  } while (first_ != 0 && (value != 0 || digits_.size() - first_ < least));
}

std::string_view NameOf(Error error) {
  switch (error) {
    case Error::kInvalidArgument:
      return "invalid argument";
    case Error::kOutOfMemory:
      return "out of memory";
    case Error::kNotFound:
      return "not found";
    case Error::kMalformed:
      return "malformed";
    case Error::kUnsupported:
      return "unsupported";
    case Error::kTimedOut:
      return "timed out";
    case Error::kCancelled:
      return "cancelled";
    case Error::kWouldBlock:
      return "would block";
    case Error::kUnreachable:
      return "unreachable";
    case Error::kRefused:
      return "refused";
    case Error::kReset:
      return "reset";
    case Error::kClosed:
      return "closed";
    case Error::kInUse:
      return "in use";
    case Error::kTooLong:
      return "too long";
  }
  return "unknown error";
}

void TextWriter::Put(std::string_view text) {
  for (const char c : text) {
    if (used_ == buffer_.size()) {
      for (std::size_t i = 0; i < kCut.size() && i < used_; ++i) buffer_[used_ - 1 - i] = kCut[i];
      return;
    }
    buffer_[used_++] = c;
  }
}

void TextWriter::PutUnsigned(std::uint64_t value, std::size_t least_digits) {
  Put(Digits(value, 10, least_digits).text());
}

void TextWriter::PutSigned(std::int64_t value) {
  if (value < 0) Put("-");
  PutUnsigned(MagnitudeOf(value));
}

void TextWriter::Put(Hex hex) {
  Put("0x");
  Put(Digits(hex.value, 16).text());
}

void TextWriter::Put(Duration duration) {
  struct Unit {
    std::uint64_t nanoseconds;
    std::string_view name;
  };
  static constexpr Unit kUnits[] = {{1'000'000'000, " s"}, {1'000'000, " ms"}, {1'000, " us"}};
  const std::uint64_t magnitude = MagnitudeOf(duration.nanoseconds);
  if (duration.nanoseconds < 0) Put("-");
  for (const Unit& unit : kUnits) {
    if (magnitude < unit.nanoseconds) continue;
    PutUnsigned(magnitude / unit.nanoseconds);
    Put(".");
    PutUnsigned(magnitude % unit.nanoseconds / (unit.nanoseconds / 1000), 3);
    Put(unit.name);
    return;
  }
  PutUnsigned(magnitude);
  Put(" ns");
}

void TextWriter::Put(Instant instant) {
  const std::uint64_t microseconds = MagnitudeOf(instant.nanoseconds) / 1000;
  if (instant.nanoseconds < 0) Put("-");
  PutUnsigned(microseconds / 1'000'000);
  Put(".");
  PutUnsigned(microseconds % 1'000'000, 6);
}

}  // namespace kernel
