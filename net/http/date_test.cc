#include "net/http/date.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace net::http {
namespace {

constexpr std::int64_t kSunday = 784111777;  // [RFC9110] 5.6.7's example

TEST(Date, IsReadInAllThreeForms) {
  EXPECT_EQ(ParseDate("Sun, 06 Nov 1994 08:49:37 GMT"), kSunday);
  EXPECT_EQ(ParseDate("Sunday, 06-Nov-94 08:49:37 GMT"), kSunday);
  EXPECT_EQ(ParseDate("Sun Nov  6 08:49:37 1994"), kSunday);
  EXPECT_EQ(ParseDate("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(ParseDate("Thu, 29 Feb 2024 12:00:00 GMT"), 1709208000);
  EXPECT_EQ(ParseDate("Friday, 01-Jan-27 00:00:00 GMT"), 1798761600);
}

TEST(Date, IsReadAsItIsWritten) {
  // A prime number of seconds, so that all days, months and hours come.
  for (std::int64_t time = 0; time < 253'402'300'800; time += 32'452'843) {
    std::array<char, kDateSize> text;
    WriteDate(time, text);
    ASSERT_EQ(ParseDate({text.data(), text.size()}), time) << std::string_view(text.data(), text.size());
  }
}

TEST(Date, WhatIsNoneIsNothing) {
  for (const std::string_view text : {"",
                                      "0",
                                      "Sun",
                                      "Sun, ",
                                      "Sun, 06 Nov 1994 08:49:37",
                                      "Sun, 06 Nov 1994 08:49:37 GMT ",
                                      "Sun, 06 Nov 1994 08:49:37 UTC",
                                      "Sun, 6 Nov 1994 08:49:37 GMT",
                                      "Sun, 31 Nov 1994 08:49:37 GMT",
                                      "Sun, 00 Nov 1994 08:49:37 GMT",
                                      "Sun, 29 Feb 2023 08:49:37 GMT",
                                      "Sun, 06 nov 1994 08:49:37 GMT",
                                      "Sun, 06 ovD 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1969 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 24:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:60:37 GMT",
                                      "Sun, 06 Nov 1994 08:49:61 GMT",
                                      "Sun, 06 Nov -994 08:49:37 GMT",
                                      "Sunday, 06 Nov 1994 08:49:37 GMT",
                                      "Sun Nov 6 08:49:37 1994",
                                      "Xyz, 06 Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(ParseDate(text)) << text;
  }
}

}  // namespace
}  // namespace net::http
