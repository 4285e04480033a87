#include "net/wire/ipv4_options.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace net::wire {
namespace {

using Verdict = Ipv4Options::Verdict;

constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kNoOperation = 1;
constexpr std::uint8_t kRecordRoute = 7;
constexpr std::uint8_t kTimestamp = 68;
constexpr std::uint8_t kLooseSourceRoute = 131;
constexpr std::uint8_t kStrictSourceRoute = 137;

// The pointer of an option that routers write into counts from 1 at the option's start, and may be one behind its end
// when the option is full.
bool IsPointerRight(std::span<const std::byte> option, std::uint8_t least) {
  if (option.size() < 3) return false;
  const auto pointer = static_cast<std::uint8_t>(option[2]);
  return pointer >= least && pointer <= option.size() + 1;
}

}  // namespace

Ipv4Options Ipv4Options::Check(std::span<const std::byte> bytes) {
  bool has_route = false;
  bool has_timestamp = false;
  bool is_source_routed = false;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto type = static_cast<std::uint8_t>(bytes[at]);
    if (type == kEnd) break;
    if (type == kNoOperation) {
      ++at;
      continue;
    }
    const Ipv4Options malformed = {.verdict = Verdict::kMalformed, .place = static_cast<std::uint8_t>(at)};
    if (bytes.size() - at < 2) return malformed;
    const auto size = static_cast<std::size_t>(bytes[at + 1]);
    if (size < 2 || size > bytes.size() - at) return malformed;
    const std::span<const std::byte> option = bytes.subspan(at, size);
    switch (type) {
      case kLooseSourceRoute:
      case kStrictSourceRoute:
        is_source_routed = true;
        [[fallthrough]];
      case kRecordRoute:
        if (has_route || !IsPointerRight(option, 4)) return malformed;
        has_route = true;
        break;
      case kTimestamp:
        if (has_timestamp || size < 4 || !IsPointerRight(option, 5)) return malformed;
        has_timestamp = true;
        break;
      default:
        break;
    }
    at += size;
  }
  return {.verdict = is_source_routed ? Verdict::kSourceRouted : Verdict::kFine};
}

}  // namespace net::wire
