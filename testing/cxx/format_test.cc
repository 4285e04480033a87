// std::format and std::print.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <format>
#include <limits>
#include <print>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

struct Point {
  int x = 0;
  int y = 0;
};

template <>
struct std::formatter<Point> : std::formatter<int> {
  auto format(const Point& point, std::format_context& context) const {
    auto out = std::format_to(context.out(), "(");
    context.advance_to(out);
    out = std::formatter<int>::format(point.x, context);
    out = std::format_to(out, ", ");
    context.advance_to(out);
    out = std::formatter<int>::format(point.y, context);
    return std::format_to(out, ")");
  }
};

namespace {

TEST(Format, AlignsAndFills) {
  EXPECT_EQ(std::format("[{:>6}] [{:*^7}] [{:<4}]", 42, "mid", 'c'), "[    42] [**mid**] [c   ]");
}

TEST(Format, WritesIntegersInEveryBase) {
  EXPECT_EQ(std::format("{0:d} {0:x} {0:#X} {0:o} {0:#b}", 202), "202 ca 0XCA 312 0b11001010");
  EXPECT_EQ(std::format("{}", std::numeric_limits<long long>::min()), "-9223372036854775808");
}

TEST(Format, WritesFloatsExactly) {
  EXPECT_EQ(std::format("{}", 0.1), "0.1");
  EXPECT_EQ(std::format("{:.3f} {:e} {:g}", 2.0 / 3, 12345.678, 1e-9), "0.667 1.234568e+04 1e-09");
  EXPECT_EQ(std::format("{} {}", std::numeric_limits<double>::infinity(), -0.0), "inf -0");
  EXPECT_EQ(std::format("{:.10f}", 1.0L / 3), "0.3333333333");
}

TEST(Format, TakesArgumentsByPosition) { EXPECT_EQ(std::format("{1} {0} {1}", "a", "b"), "b a b"); }

TEST(Format, KnowsTheWidthOfUnicode) { EXPECT_EQ(std::format("[{:^6}]", "日本"), "[ 日本 ]"); }

TEST(Format, UsesAFormatterOfTheProgram) { EXPECT_EQ(std::format("{:03}", Point{1, 20}), "(001, 020)"); }

TEST(Format, WritesDurations) { EXPECT_EQ(std::format("{}", std::chrono::milliseconds(15)), "15ms"); }

TEST(Format, RefusesABadFormatAtRunTime) {
  const int value = 1;
  EXPECT_THROW((void)std::vformat("{:s}", std::make_format_args(value)), std::format_error);
}

TEST(Print, WritesToAFile) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* file = open_memstream(&text, &size);
  ASSERT_NE(file, nullptr);
  std::print(file, "{} + {} = ", 1, 2);
  std::println(file, "{}", 3);
  std::fclose(file);
  EXPECT_EQ(std::string_view(text, size), "1 + 2 = 3\n");
  std::free(text);
}

TEST(Print, WritesToTheConsole) { EXPECT_NO_THROW(std::println("a line from std::println, {}", "formatted")); }

}  // namespace
