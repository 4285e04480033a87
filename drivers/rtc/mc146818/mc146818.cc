#include "drivers/rtc/mc146818/mc146818.h"

#include <array>
#include <cstdint>
#include <optional>

#include "drivers/rtc/mc146818/registers.h"

namespace drivers::rtc {
namespace {

using mc146818::HOURS, mc146818::REGISTER_B;

constexpr int kNonsense = -1;

// A register's number, or kNonsense for a digit above 9.
int Decode(std::uint8_t value, bool is_binary) {
  if (is_binary) return value;
  return (value & 0x0f) > 9 || (value >> 4) > 9 ? kNonsense : (value >> 4) * 10 + (value & 0x0f);
}

bool IsWithin(int value, int least, int most) { return value >= least && value <= most; }

// 0 to 23, or kNonsense.
int DecodeHours(std::uint8_t value, std::uint8_t status_b) {
  const bool is_binary = REGISTER_B::DM::IsIn(status_b);
  if (REGISTER_B::HOURS_24::IsIn(status_b)) return Decode(value, is_binary);
  const int hours = Decode(value & ~HOURS::AFTERNOON::kMask, is_binary);
  if (!IsWithin(hours, 1, 12)) return kNonsense;
  return hours % 12 + (HOURS::AFTERNOON::IsIn(value) ? 12 : 0);
}

bool IsLeap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int DaysIn(int month, int year) {
  constexpr std::array<std::uint8_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && IsLeap(year) ? 1 : 0);
}

std::int64_t DaysSince1970(int year, int month, int day) {
  std::int64_t days = day - 1;
  for (int earlier = 1970; earlier < year; ++earlier) days += IsLeap(earlier) ? 366 : 365;
  for (int earlier = 1; earlier < month; ++earlier) days += DaysIn(earlier, year);
  return days;
}

int DecodeYear(const Mc146818Time& time, bool is_binary) {
  const int of_century = Decode(time.year, is_binary);
  if (!IsWithin(of_century, 0, 99)) return kNonsense;
  const int century = Decode(time.century, is_binary);
  if (IsWithin(century, 19, 21)) return century * 100 + of_century;
  return of_century < 70 ? 2000 + of_century : 1900 + of_century;
}

}  // namespace

std::optional<std::int64_t> ToUnixNanoseconds(const Mc146818Time& time) {
  const bool is_binary = REGISTER_B::DM::IsIn(time.status_b);
  const int seconds = Decode(time.seconds, is_binary);
  const int minutes = Decode(time.minutes, is_binary);
  const int hours = DecodeHours(time.hours, time.status_b);
  const int day = Decode(time.day, is_binary);
  const int month = Decode(time.month, is_binary);
  const int year = DecodeYear(time, is_binary);
  if (!IsWithin(seconds, 0, 59) || !IsWithin(minutes, 0, 59) || !IsWithin(hours, 0, 23)) return std::nullopt;
  if (!IsWithin(year, 1970, 2199) || !IsWithin(month, 1, 12) || !IsWithin(day, 1, DaysIn(month, year))) {
    return std::nullopt;
  }
  const std::int64_t in_seconds = ((DaysSince1970(year, month, day) * 24 + hours) * 60 + minutes) * 60 + seconds;
  return in_seconds * 1'000'000'000;
}

}  // namespace drivers::rtc
