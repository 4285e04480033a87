// Dates as HTTP writes them: "Sun, 06 Nov 1994 08:49:37 GMT". [RFC9110] 5.6.7
#ifndef ENKEL_NET_HTTP_DATE_H_
#define ENKEL_NET_HTTP_DATE_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace net::http {

inline constexpr std::size_t kDateSize = 29;

// Seconds since 1970-01-01 00:00 UTC, of the years 1970 to 9999.
void WriteDate(std::int64_t unix_time, std::span<char, kDateSize> text);

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_DATE_H_
