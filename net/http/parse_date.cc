#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/http/date.h"

namespace net::http {
namespace {

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::int64_t kSecondsPerDay = 86400;

bool IsLeap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

struct Date {
  std::int64_t year = 0;
  std::int64_t month = 0;   // 1 to 12
  std::int64_t day = 0;     // 1 to 31
  std::int64_t second = 0;  // of the day
};

// Takes a date off the front of a text, part by part; once a part is not there, nothing is.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool is_good() const { return is_good_; }
  bool IsAtEnd() const { return is_good_ && text_.empty(); }

  bool TryTake(std::string_view wanted) {
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(wanted.size());
    return true;
  }
  void Take(std::string_view wanted) { is_good_ = TryTake(wanted) && is_good_; }

  std::int64_t TakeNumber(std::size_t digits) {
    if (text_.size() < digits) return Fail();
    std::int64_t number = 0;
    for (const char c : text_.substr(0, digits)) {
      if (c < '0' || c > '9') return Fail();
      number = number * 10 + (c - '0');
    }
    text_.remove_prefix(digits);
    return number;
  }

  std::int64_t TakeMonth() {
    const std::size_t at = text_.size() < 3 ? kMonths.npos : kMonths.find(text_.substr(0, 3));
    if (at == kMonths.npos || at % 3 != 0) return Fail();
    text_.remove_prefix(3);
    return static_cast<std::int64_t>(at / 3) + 1;
  }

  std::int64_t TakeTime() {
    const std::int64_t hour = TakeNumber(2);
    Take(":");
    const std::int64_t minute = TakeNumber(2);
    Take(":");
    const std::int64_t second = TakeNumber(2);
    if (hour > 23 || minute > 59 || second > 60) return Fail();  // 60: a leap second
    return hour * 3600 + minute * 60 + second;
  }

 private:
  std::int64_t Fail() {
    is_good_ = false;
    return 0;
  }

  std::string_view text_;
  bool is_good_ = true;
};

// "06 Nov 1994 08:49:37 GMT"
Date ReadPresentForm(Reader& reader) {
  Date date;
  date.day = reader.TakeNumber(2);
  reader.Take(" ");
  date.month = reader.TakeMonth();
  reader.Take(" ");
  date.year = reader.TakeNumber(4);
  reader.Take(" ");
  date.second = reader.TakeTime();
  reader.Take(" GMT");
  return date;
}

// "06-Nov-94 08:49:37 GMT"
Date ReadLongForm(Reader& reader) {
  Date date;
  date.day = reader.TakeNumber(2);
  reader.Take("-");
  date.month = reader.TakeMonth();
  reader.Take("-");
  const std::int64_t year = reader.TakeNumber(2);
  date.year = year + (year > 50 ? 1900 : 2000);
  reader.Take(" ");
  date.second = reader.TakeTime();
  reader.Take(" GMT");
  return date;
}

// "Nov  6 08:49:37 1994"
Date ReadOldForm(Reader& reader) {
  Date date;
  date.month = reader.TakeMonth();
  reader.Take(" ");
  date.day = reader.TryTake(" ") ? reader.TakeNumber(1) : reader.TakeNumber(2);
  reader.Take(" ");
  date.second = reader.TakeTime();
  reader.Take(" ");
  date.year = reader.TakeNumber(4);
  return date;
}

Date ReadDate(Reader& reader) {
  for (const std::string_view day : kDays) {
    if (reader.TryTake(day)) {
      reader.Take(", ");
      return ReadLongForm(reader);
    }
    if (reader.TryTake(day.substr(0, 3)))
      return reader.TryTake(", ") ? ReadPresentForm(reader) : (reader.Take(" "), ReadOldForm(reader));
  }
  reader.Take(kDays[0]);
  return {};
}

std::int64_t DaysOfMonth(const Date& date) {
  constexpr std::array<std::int64_t, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kLengths[static_cast<std::size_t>(date.month - 1)] + (date.month == 2 && IsLeap(date.year) ? 1 : 0);
}

// Since 1970-01-01.
std::int64_t DaysTo(const Date& date) {
  const std::int64_t last = date.year - 1;
  std::int64_t days =
      (date.year - 1970) * 365 + (last / 4 - 1969 / 4) - (last / 100 - 1969 / 100) + (last / 400 - 1969 / 400);
  for (Date month = date; --month.month >= 1;) days += DaysOfMonth(month);
  return days + date.day - 1;
}

}  // namespace

std::optional<std::int64_t> ParseDate(std::string_view text) {
  Reader reader(text);
  const Date date = ReadDate(reader);
  if (!reader.IsAtEnd() || date.year < 1970 || date.day < 1 || date.day > DaysOfMonth(date)) return std::nullopt;
  return DaysTo(date) * kSecondsPerDay + date.second;
}

}  // namespace net::http
