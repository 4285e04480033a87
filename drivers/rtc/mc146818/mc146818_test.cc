#include "drivers/rtc/mc146818/mc146818.h"

#include <cstdint>
#include <optional>

#include "gtest/gtest.h"

namespace drivers::rtc {
namespace {

constexpr std::uint8_t kBcd24 = 0x02, kBinary24 = 0x06, kBcd12 = 0x00, kBinary12 = 0x04;

std::optional<std::int64_t> Seconds(const Mc146818Time& time) {
  const auto nanoseconds = ToUnixNanoseconds(time);
  if (!nanoseconds) return std::nullopt;
  return *nanoseconds / 1'000'000'000;
}

TEST(ToUnixNanoseconds, KnowsTheChipsFourForms) {
  constexpr std::int64_t kExpected = 1'795'224'615;  // date -u -d '2026-11-21 01:30:15' +%s
  EXPECT_EQ(Seconds({0x15, 0x30, 0x01, 0x21, 0x11, 0x26, 0x20, kBcd24}), kExpected);
  EXPECT_EQ(Seconds({15, 30, 1, 21, 11, 26, 20, kBinary24}), kExpected);
  EXPECT_EQ(Seconds({0x15, 0x30, 0x01, 0x21, 0x11, 0x26, 0x20, kBcd12}), kExpected);
  EXPECT_EQ(Seconds({15, 30, 1, 21, 11, 26, 20, kBinary12}), kExpected);
  EXPECT_EQ(Seconds({0x15, 0x30, 0x81, 0x21, 0x11, 0x26, 0x20, kBcd12}), kExpected + 12 * 3600);
  EXPECT_EQ(Seconds({0x15, 0x30, 0x13, 0x21, 0x11, 0x26, 0x20, kBcd24}), kExpected + 12 * 3600);
}

TEST(ToUnixNanoseconds, TwelveIsMidnightOrNoon) {
  const auto midnight = Seconds({0, 0, 0x12, 1, 1, 0x70, 0x19, kBcd12});
  EXPECT_EQ(midnight, 0);
  EXPECT_EQ(Seconds({0, 0, 0x92, 1, 1, 0x70, 0x19, kBcd12}), 12 * 3600);
  EXPECT_EQ(Seconds({0, 0, 0x00, 1, 1, 0x70, 0x19, kBcd12}), std::nullopt);
  EXPECT_EQ(Seconds({0, 0, 0x13, 1, 1, 0x70, 0x19, kBcd12}), std::nullopt);
}

TEST(ToUnixNanoseconds, KnowsLeapYears) {
  EXPECT_EQ(Seconds({0, 0, 0, 29, 2, 24, 20, kBinary24}), 1'709'164'800);
  EXPECT_EQ(Seconds({0, 0, 0, 1, 3, 24, 20, kBinary24}), 1'709'251'200);
  EXPECT_EQ(Seconds({0, 0, 0, 29, 2, 26, 20, kBinary24}), std::nullopt);
  EXPECT_EQ(Seconds({0, 0, 0, 29, 2, 0, 20, kBinary24}), 951'782'400);
  EXPECT_EQ(Seconds({0, 0, 0, 29, 2, 0, 21, kBinary24}), std::nullopt);
}

TEST(ToUnixNanoseconds, GuessesTheCenturyWhereTheRegisterSaysNone) {
  for (const std::uint8_t nonsense : {0x00, 0xff, 0x18, 0x22, 0x45}) {
    EXPECT_EQ(Seconds({0, 0, 0, 1, 1, 0x26, nonsense, kBcd24}), 1'767'225'600);
    EXPECT_EQ(Seconds({0, 0, 0, 1, 1, 0x99, nonsense, kBcd24}), 915'148'800);
  }
}

TEST(ToUnixNanoseconds, NonsenseIsNoDate) {
  const Mc146818Time good = {0x59, 0x59, 0x23, 0x31, 0x12, 0x26, 0x20, kBcd24};
  EXPECT_TRUE(Seconds(good));
  for (auto member : {&Mc146818Time::seconds, &Mc146818Time::minutes, &Mc146818Time::hours, &Mc146818Time::day,
                      &Mc146818Time::month, &Mc146818Time::year}) {
    for (const std::uint8_t nonsense : {0x1a, 0xa1, 0xff}) {
      Mc146818Time bad = good;
      bad.*member = nonsense;
      EXPECT_EQ(Seconds(bad), std::nullopt);
    }
  }
  Mc146818Time bad = good;
  bad.seconds = 0x60;
  EXPECT_EQ(Seconds(bad), std::nullopt);
  bad = good;
  bad.day = 0;
  EXPECT_EQ(Seconds(bad), std::nullopt);
  bad = good;
  bad.month = 0x13;
  EXPECT_EQ(Seconds(bad), std::nullopt);
  bad = good;
  bad.century = 0x19;
  bad.year = 0x69;
  EXPECT_EQ(Seconds(bad), std::nullopt) << "before 1970";
}

// A chip that counts a second on after some reads, and says for some reads before that it will.
struct Chip {
  int update_at = 1'000'000;
  bool is_there = true;
  bool has_power = true;
  bool is_always_busy = false;
  int reads = 0;

  std::uint8_t Read(std::uint8_t index) {
    ++reads;
    if (!is_there) return 0xff;
    const bool is_after = reads > update_at;
    const bool is_updating = is_always_busy || (reads > update_at - 8 && !is_after);
    switch (index) {
      case 0x00:
        return is_after ? 0x00 : 0x59;
      case 0x02:
        return is_after ? 0x00 : 0x59;
      case 0x04:
        return is_after ? 0x00 : 0x23;
      case 0x07:
        return is_after ? 0x01 : 0x31;
      case 0x08:
        return is_after ? 0x01 : 0x12;
      case 0x09:
        return is_after ? 0x27 : 0x26;
      case 0x32:
        return 0x20;
      case 0x0a:
        return is_updating ? 0xa6 : 0x26;
      case 0x0b:
        return kBcd24;
      case 0x0d:
        return has_power ? 0x80 : 0x00;
      default:
        ADD_FAILURE() << int{index};
        return 0;
    }
  }
};

TEST(ReadMc146818, NeverMixesTwoSeconds) {
  constexpr std::int64_t kNewYear = 1'798'761'600LL * 1'000'000'000;
  for (int update_at = 1; update_at < 60; ++update_at) {
    Chip chip{.update_at = update_at};
    const auto time = ReadMc146818(chip);
    ASSERT_TRUE(time);
    EXPECT_TRUE(*time == kNewYear || *time == kNewYear - 1'000'000'000) << update_at << ": " << *time;
  }
}

TEST(ReadMc146818, AnAbsentAnEmptyAndAStuckChipAreNoDate) {
  Chip absent{.is_there = false};
  EXPECT_EQ(ReadMc146818(absent), std::nullopt);
  Chip empty{.has_power = false};
  EXPECT_EQ(ReadMc146818(empty), std::nullopt);
  Chip stuck{.is_always_busy = true};
  EXPECT_EQ(ReadMc146818(stuck), std::nullopt);
  EXPECT_LT(stuck.reads, 1'000'000);
}

}  // namespace
}  // namespace drivers::rtc
