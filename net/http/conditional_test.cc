#include "net/http/conditional.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

namespace net::http {
namespace {

TEST(Tags, AreFoundInAList) {
  EXPECT_TRUE(HasTagWeakly("\"a\"", "\"a\""));
  EXPECT_TRUE(HasTagWeakly("\"b\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(HasTagWeakly(" * ", "\"a\""));
  EXPECT_FALSE(HasTagWeakly("", "\"a\""));
  EXPECT_FALSE(HasTagWeakly("a, \"A\"", "\"a\""));
  EXPECT_TRUE(HasTagStrongly("\"b\",\"a\"", "\"a\""));
  EXPECT_FALSE(HasTagStrongly("W/\"a\"", "\"a\""));
}

TEST(Codings, AreUsedWhereTheClientTakesThem) {
  EXPECT_TRUE(MayUseCoding("gzip", "gzip"));
  EXPECT_TRUE(MayUseCoding("br;q=1.0, GZIP;q=0.5", "gzip"));
  EXPECT_TRUE(MayUseCoding("*", "gzip"));
  EXPECT_FALSE(MayUseCoding("", "gzip"));
  EXPECT_FALSE(MayUseCoding("identity", "gzip"));
  EXPECT_FALSE(MayUseCoding("gzip;q=0", "gzip"));
  EXPECT_FALSE(MayUseCoding("gzip; q=0.000, *", "gzip"));
  EXPECT_FALSE(MayUseCoding("*;q=0", "gzip"));
  EXPECT_FALSE(MayUseCoding("xgzip", "gzip"));
}

TEST(Range, OneIsGiven) {
  const auto expect = [](std::string_view value, std::uint64_t first, std::uint64_t size) {
    ByteRange range;
    EXPECT_EQ(ParseRange(value, 100, range), RangeVerdict::kPart) << value;
    EXPECT_EQ(range.first, first) << value;
    EXPECT_EQ(range.size, size) << value;
  };
  expect("bytes=0-0", 0, 1);
  expect("bytes=0-99", 0, 100);
  expect("Bytes=10-19", 10, 10);
  expect("bytes=90-", 90, 10);
  expect("bytes=-5", 95, 5);
  expect("bytes=-500", 0, 100);
  expect("bytes=50-1000", 50, 50);
  expect("bytes=50-99999999999999999999999", 50, 50);
  expect("bytes=0-18446744073709551615", 0, 100);
}

TEST(Range, WhatLiesOutsideIsSaid) {
  ByteRange range;
  for (const std::string_view value : {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"}) {
    EXPECT_EQ(ParseRange(value, 100, range), RangeVerdict::kUnsatisfiable) << value;
  }
  EXPECT_EQ(ParseRange("bytes=0-", 0, range), RangeVerdict::kUnsatisfiable);
  EXPECT_EQ(ParseRange("bytes=-1", 0, range), RangeVerdict::kUnsatisfiable);
}

TEST(Range, WhatIsNoneAndWhatAreSeveralMeansTheWhole) {
  ByteRange range;
  for (const std::string_view value : {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=b-c", "bytes=5-3",
                                       "lines=1-2", "bytes=0-1,3-4", "bytes=--5", "bytes=1-2-3", "bytes= 1 - 2"}) {
    EXPECT_EQ(ParseRange(value, 100, range), RangeVerdict::kWhole) << value;
  }
}

}  // namespace
}  // namespace net::http
