#include "kernel/boot/program_words.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace kernel::boot {
namespace {

using Words = std::vector<std::string>;

struct Parsed {
  Words arguments;
  Words variables;
};

Parsed Parse(std::string_view line) {
  ProgramWords words;
  words.Parse(line);
  return {.arguments = Words(words.arguments().begin(), words.arguments().end()),
          .variables = Words(words.variables().begin(), words.variables().end())};
}

TEST(ProgramWords, WithoutALineThereIsTheProgramsName) {
  EXPECT_EQ(Parse("").arguments, Words{"enkel"});
  EXPECT_EQ(Parse(" \t\n").arguments, Words{"enkel"});
  EXPECT_EQ(Parse("").variables, Words{});
}

TEST(ProgramWords, WordsWithAnEqualSignAreTheEnvironment) {
  const Parsed parsed = Parse("serve  TZ=UTC fast level=");
  EXPECT_EQ(parsed.arguments, (Words{"enkel", "serve", "fast"}));
  EXPECT_EQ(parsed.variables, (Words{"TZ=UTC", "level="}));
}

TEST(ProgramWords, AllIsAnArgumentAfterTwoDashes) {
  const Parsed parsed = Parse("A=1 -- B=2 -- c");
  EXPECT_EQ(parsed.arguments, (Words{"enkel", "B=2", "--", "c"}));
  EXPECT_EQ(parsed.variables, Words{"A=1"});
}

TEST(ProgramWords, AWordThatBeginsWithAnEqualSignNamesNothing) {
  EXPECT_EQ(Parse("=x").arguments, (Words{"enkel", "=x"}));
}

TEST(ProgramWords, QuotesKeepSpaces) {
  const Parsed parsed = Parse("\"two words\" NAME=\"a b\" x\"y\"z \"\" open\"to the end");
  EXPECT_EQ(parsed.arguments, (Words{"enkel", "two words", "xyz", "", "opento the end"}));
  EXPECT_EQ(parsed.variables, Words{"NAME=a b"});
}

TEST(ProgramWords, ALineEndsAtItsFirstZero) {
  EXPECT_EQ(Parse(std::string_view("a\0b c", 5)).arguments, (Words{"enkel", "a"}));
}

TEST(ProgramWords, WhatDoesNotFitIsLeftOut) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += " w" + std::to_string(i) + " v=" + std::to_string(i);
  const Parsed parsed = Parse(many);
  EXPECT_EQ(parsed.arguments.size(), ProgramWords::kMostArguments);
  EXPECT_EQ(parsed.arguments.back(), "w30");
  EXPECT_EQ(parsed.variables.size(), ProgramWords::kMostVariables);

  const std::string longest(ProgramWords::kMostBytes - 1, 'x');
  EXPECT_EQ(Parse(longest).arguments, (Words{"enkel", longest}));
  EXPECT_EQ(Parse(longest + " and more").arguments, (Words{"enkel", longest}));
  EXPECT_EQ(Parse(longest + "x").arguments, Words{"enkel"});
  EXPECT_EQ(Parse(longest + "x small").arguments, (Words{"enkel", "small"}));
}

}  // namespace
}  // namespace kernel::boot
