#include "net/wire/mld.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;

// Places, bytes from the ICMPv6 header's start.
constexpr std::size_t kMostDelay = 4;
constexpr std::size_t kReserved = 6;
constexpr std::size_t kGroup = 8;
constexpr std::size_t kRobustness = 24;
constexpr std::size_t kSources = 26;
constexpr std::size_t kSourceSize = 16;

// Delays from 32,768 ms on are floating-point numbers: 1, exponent (3), mantissa (12). [RFC3810] 5.1.3
constexpr std::uint16_t kIsFloat = 0x8000;
constexpr int kMantissaBits = 12;

std::uint32_t DelayOf(std::uint16_t code) {
  if (code < kIsFloat) return code;
  const std::uint32_t mantissa = code & 0xfffu;
  const int exponent = code >> kMantissaBits & 7;
  return (mantissa | 0x1000) << (exponent + 3);
}

std::uint16_t CodeOf(std::uint32_t delay) {
  if (delay < kIsFloat) return static_cast<std::uint16_t>(delay);
  const int exponent = std::bit_width(delay) - kMantissaBits - 4;
  if (exponent > 7) return 0xffff;
  return static_cast<std::uint16_t>(kIsFloat | exponent << kMantissaBits | (delay >> (exponent + 3) & 0xfff));
}

}  // namespace

kernel::Result<ListenerQuery> ListenerQuery::Parse(std::span<const std::byte> message) {
  if (message.size() < kVersion1Size) return Fail(Error::kMalformed);
  ListenerQuery query = {.group = Ipv6Address::Load(&message[kGroup]), .is_version_1 = message.size() == kVersion1Size};
  const auto delay = LoadBig<std::uint16_t>(&message[kMostDelay]);
  query.most_delay = query.is_version_1 ? delay : DelayOf(delay);
  if (!query.group.IsUnspecified() && !query.group.IsMulticast()) return Fail(Error::kMalformed);
  if (query.is_version_1) return query;
  if (message.size() < kSize) return Fail(Error::kMalformed);
  query.sources = LoadBig<std::uint16_t>(&message[kSources]);
  if (query.sources > (message.size() - kSize) / kSourceSize) return Fail(Error::kMalformed);
  if (query.sources > 0 && query.group.IsUnspecified()) return Fail(Error::kMalformed);
  return query;
}

void ListenerQuery::Write(std::span<std::byte> message) const {
  const bool fits = most_delay <= UINT16_MAX;
  StoreBig(&message[kMostDelay],
           is_version_1 ? static_cast<std::uint16_t>(fits ? most_delay : UINT16_MAX) : CodeOf(most_delay));
  StoreBig(&message[kReserved], std::uint16_t{0});
  group.Store(&message[kGroup]);
  if (!is_version_1) StoreBig(&message[kRobustness], std::uint32_t{0});
}

void ListenerRecord::Write(std::span<std::byte> bytes) const {
  bytes[0] = static_cast<std::byte>(kind);
  bytes[1] = std::byte{0};                // no auxiliary data
  StoreBig(&bytes[2], std::uint16_t{0});  // no sources
  group.Store(&bytes[4]);
}

}  // namespace net::wire
