// Dates as HTTP writes them: "Sun, 06 Nov 1994 08:49:37 GMT". [RFC9110] 5.6.7
#ifndef ENKEL_NET_HTTP_DATE_H_
#define ENKEL_NET_HTTP_DATE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace net::http {

inline constexpr std::size_t kDateSize = 29;

// Seconds since 1970-01-01 00:00 UTC, of the years 1970 to 9999.
void WriteDate(std::int64_t unix_time, std::span<char, kDateSize> text);

// The same back, also from the two forms that nobody may write any more: "Sunday, 06-Nov-94 08:49:37 GMT" (a year that
// would lie after 2050 is one of the last century) and "Sun Nov  6 08:49:37 1994". Nothing: it is no date of the years
// 1970 to 9999. The day of the week is not compared. parse_date.cc
std::optional<std::int64_t> ParseDate(std::string_view text);

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_DATE_H_
