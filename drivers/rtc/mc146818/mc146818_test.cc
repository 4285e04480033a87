#include "drivers/rtc/mc146818/mc146818.h"

#include <array>
#include <cstdint>
#include <optional>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/rtc/mc146818/registers.h"

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

constexpr Rule Byte(std::uint32_t number, std::uint8_t value) {
  return {.offset = number, .bytes = 1, .reset = value, .is_read_only = true};
}
// A second before 2027, on the mains and on the battery.
constexpr std::array kTable = {Byte(0x00, 0x59), Byte(0x02, 0x59), Byte(0x04, 0x23), Byte(0x07, 0x31),
                               Byte(0x08, 0x12), Byte(0x09, 0x26), Byte(0x0a, 0x26), Byte(0x0b, kBcd24),
                               Byte(0x0d, 0x80), Byte(0x32, 0x20)};
constexpr std::int64_t kNewYear = 1'798'761'600LL * 1'000'000'000;

// A chip that counts a second on after some reads, and says for some reads before that it will.
class Chip final : public RuleModel {
 public:
  explicit Chip(int update_at = 1'000'000) : RuleModel(kTable), update_at_(update_at) {}

 private:
  void BeforeLoad(std::uint32_t) override {
    ++reads_;
    const bool is_updating = reads_ > update_at_ - 8 && reads_ <= update_at_;
    Put(0x0a, is_updating ? 0xa6 : 0x26);
    if (reads_ != update_at_ + 1) return;
    for (const std::uint32_t number : {0x00, 0x02, 0x04}) Put(number, 0);
    for (const std::uint32_t number : {0x07, 0x08}) Put(number, 1);
    Put(0x09, 0x27);
  }

  int update_at_;
  int reads_ = 0;
};

TEST(ReadMc146818, NeverMixesTwoSeconds) {
  for (int update_at = 1; update_at < 60; ++update_at) {
    Chip chip(update_at);
    const auto time = ReadMc146818(DoubleRegisters(chip));
    ASSERT_TRUE(time);
    EXPECT_TRUE(*time == kNewYear || *time == kNewYear - 1'000'000'000) << update_at << ": " << *time;
    EXPECT_TRUE(chip.complaints.empty());
    EXPECT_TRUE(chip.writes.empty());
  }
}

TEST(ReadMc146818Script, AnUpdateInBetweenIsReadOverAgain) {
  using namespace mc146818;
  Script script;
  const auto reads_all = [&script](std::uint8_t seconds) {
    script.Reads<SECONDS>(seconds).Reads<MINUTES>(0).Reads<HOURS>(0).Reads<DATE_OF_MONTH>(1).Reads<MONTH>(1);
    script.Reads<YEAR>(0x70).Reads<CENTURY>(0x19).Reads<REGISTER_B>(kBcd24);
  };
  script.Reads<REGISTER_D>(0x80).Reads<REGISTER_A>(0x80, 3).Reads<REGISTER_A>(0);
  reads_all(6);
  script.Reads<REGISTER_A>(0x80).Reads<REGISTER_A>(0);
  reads_all(7);
  script.Reads<REGISTER_A>(0);
  reads_all(8);
  script.Reads<REGISTER_A>(0);
  reads_all(8);
  script.Reads<REGISTER_A>(0);
  reads_all(8);
  EXPECT_EQ(ReadMc146818(DoubleRegisters(script)), 8'000'000'000);
  EXPECT_EQ(script.verdict(), "");
}

TEST(ReadMc146818Faults, AnAbsentAnEmptyAndAStuckChipAreNoDate) {
  using enum RegisterFault::Kind;
  Chip chip;
  FaultyRegisters faulty(chip);
  const DoubleRegisters registers(faulty);
  faulty.Break({.kind = kGone});
  EXPECT_EQ(ReadMc146818(registers), std::nullopt);
  faulty.Mend();
  faulty.Break({.kind = kStuckLow, .offset = 0x0d});  // its battery was empty
  EXPECT_EQ(ReadMc146818(registers), std::nullopt);
  faulty.Mend();
  const int before = faulty.accesses();
  faulty.Break({.kind = kStuckHigh, .offset = 0x0a});  // always busy
  EXPECT_EQ(ReadMc146818(registers), std::nullopt);
  EXPECT_LT(faulty.accesses() - before, 1'000'000);
}

}  // namespace
}  // namespace drivers::rtc
