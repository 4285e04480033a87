#include "kernel/base/text.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace kernel {
namespace {

// What must not compile: addresses, and what turns into a number without a word.
enum class Scoped { kOne };
enum Unscoped { kTwo };
struct Class {
  int member;
};
static_assert(!Printable<void*> && !Printable<const void*> && !Printable<int*> && !Printable<Class*>);
static_assert(!Printable<unsigned char*> && !Printable<std::byte*> && !Printable<std::uint64_t*>);
static_assert(!Printable<const char**> && !Printable<volatile char*>);
static_assert(!Printable<void (*)()> && !Printable<int Class::*> && !Printable<std::nullptr_t>);
static_assert(!Printable<Scoped> && !Printable<Unscoped> && !Printable<double>);
static_assert(!std::is_constructible_v<Hex, void*> && !std::is_constructible_v<Hex, void (*)()>);
static_assert(Printable<const char*> && Printable<char[4]> && Printable<std::string> && Printable<Error>);

template <typename... Parts>
std::string Written(const Parts&... parts) {
  std::array<char, 100> buffer;
  TextWriter writer(buffer);
  (writer << ... << parts);
  return std::string(writer.text());
}

TEST(Text, IntegersAreWrittenWhole) {
  EXPECT_EQ(Written(0, ' ', -1, ' ', 42u, ' ', std::uint8_t{200}, ' ', std::int8_t{-5}), "0 -1 42 200 -5");
  EXPECT_EQ(Written(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(Text, HexadecimalTakesTheWidthOfItsType) {
  EXPECT_EQ(Written(Hex(0), ' ', Hex(0xbeef), ' ', Hex(std::int8_t{-1})), "0x0 0xbeef 0xff");
  EXPECT_EQ(Written(Hex(std::numeric_limits<std::uint64_t>::max())), "0xffffffffffffffff");
}

TEST(Text, WordsAreWrittenAsTheyAre) {
  EXPECT_EQ(Written("a", std::string("b"), std::string_view("c"), true, false, 'x'), "abctruefalsex");
}

TEST(Text, ADurationHasTheUnitThatFits) {
  EXPECT_EQ(Written(Duration{0}), "0 ns");
  EXPECT_EQ(Written(Duration{999}), "999 ns");
  EXPECT_EQ(Written(Duration{1'005}), "1.005 us");
  EXPECT_EQ(Written(Duration::Microseconds(12'345)), "12.345 ms");
  EXPECT_EQ(Written(Duration::Milliseconds(-90'000)), "-90.000 s");
  EXPECT_EQ(Written(Duration{std::numeric_limits<std::int64_t>::min()}), "-9223372036.854 s");
}

TEST(Text, AnInstantIsInSeconds) { EXPECT_EQ(Written(Instant{12'034'005'999}), "12.034005"); }

TEST(Text, AnErrorHasItsName) {
  EXPECT_EQ(Written(Error::kTimedOut), "timed out");
  EXPECT_EQ(Written(static_cast<Error>(99)), "unknown error");
}

TEST(Text, WhatDoesNotFitIsCutAndSaysSo) {
  std::array<char, 8> buffer;
  TextWriter exact(buffer);
  exact << "12345678";
  EXPECT_EQ(exact.text(), "12345678");
  exact << "";
  EXPECT_EQ(exact.text(), "12345678");
  exact << '9';
  EXPECT_EQ(exact.text(), "12345...");
  exact << "and more";
  EXPECT_EQ(exact.text(), "12345...");

  TextWriter none(std::span<char>{});
  none << "anything" << 1;
  EXPECT_EQ(none.text(), "");
}

TEST(Digits, AreFilledWithZeros) {
  EXPECT_EQ(Digits(0xab, 16, 16).text(), "00000000000000ab");
  EXPECT_EQ(Digits(7, 10, 3).text(), "007");
  EXPECT_EQ(Digits(0).text(), "0");
}

}  // namespace
}  // namespace kernel
