// What a client has already, and which part it wants: conditions and ranges. [RFC9110] 12.5.3, 13, 14
#ifndef ENKEL_NET_HTTP_CONDITIONAL_H_
#define ENKEL_NET_HTTP_CONDITIONAL_H_

#include <cstdint>
#include <string_view>

namespace net::http {

// Whether `list`, the value of If-None-Match or If-Match, has this entity tag, or is "*". A tag of the list is weak
// where it begins with W/; ours, "\"abc\"", is strong. [RFC9110] 8.8.3.2
bool HasTagWeakly(std::string_view list, std::string_view tag);
bool HasTagStrongly(std::string_view list, std::string_view tag);

// Whether `accept`, the value of Accept-Encoding, lets `coding` (written without capitals) be used. [RFC9110] 12.5.3
bool MayUseCoding(std::string_view accept, std::string_view coding);

struct ByteRange {
  std::uint64_t first = 0;  // bytes from the start
  std::uint64_t size = 0;   // bytes
};

enum class RangeVerdict : std::uint8_t {
  kWhole,          // nothing was asked for that we would give in part: no range, several, or what is none
  kPart,           // one range
  kUnsatisfiable,  // nothing of the representation lies in it
};

// What `value`, that of Range, asks for of `size` bytes; `range` is set for kPart. [RFC9110] 14.1.2, 14.2
RangeVerdict ParseRange(std::string_view value, std::uint64_t size, ByteRange& range);

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_CONDITIONAL_H_
