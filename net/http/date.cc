#include "net/http/date.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace net::http {
namespace {

constexpr std::string_view kDays = "ThuFriSatSunMonTueWed";  // 1970-01-01 was a Thursday
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::int64_t kSecondsPerDay = 86400;

struct Date {
  std::int64_t year;
  std::int64_t month;  // 0 to 11
  std::int64_t day;    // 1 to 31
};

// Of a day since 1970-01-01, in years that begin in March, so that the odd day is their last.
constexpr Date DateOf(std::int64_t days) {
  constexpr std::int64_t kDaysTo1970 = 719468;  // since 0000-03-01
  constexpr std::int64_t kDaysPerEra = 146097;  // 400 years
  const std::int64_t since = days + kDaysTo1970;
  const std::int64_t era = since / kDaysPerEra;
  const std::int64_t day_of_era = since % kDaysPerEra;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;  // 153 days are five months
  const std::int64_t month = (march_month + 2) % 12;
  return {.year = era * 400 + year_of_era + (month < 2 ? 1 : 0),
          .month = month,
          .day = day_of_year - (153 * march_month + 2) / 5 + 1};
}
static_assert(DateOf(0).year == 1970 && DateOf(0).month == 0 && DateOf(0).day == 1);

}  // namespace

void WriteDate(std::int64_t unix_time, std::span<char, kDateSize> text) {
  const std::int64_t days = unix_time / kSecondsPerDay;
  const std::int64_t second = unix_time % kSecondsPerDay;
  const Date date = DateOf(days);
  std::size_t at = 0;
  const auto put = [&](std::string_view part) {
    std::ranges::copy(part, text.begin() + static_cast<std::ptrdiff_t>(at));
    at += part.size();
  };
  const auto put_number = [&](std::int64_t number, std::size_t digits) {
    for (std::size_t i = digits; i-- > 0; number /= 10) text[at + i] = static_cast<char>('0' + number % 10);
    at += digits;
  };
  put(kDays.substr(static_cast<std::size_t>(days % 7) * 3, 3));
  put(", ");
  put_number(date.day, 2);
  put(" ");
  put(kMonths.substr(static_cast<std::size_t>(date.month) * 3, 3));
  put(" ");
  put_number(date.year, 4);
  put(" ");
  put_number(second / 3600, 2);
  put(":");
  put_number(second / 60 % 60, 2);
  put(":");
  put_number(second % 60, 2);
  put(" GMT");
}

}  // namespace net::http
