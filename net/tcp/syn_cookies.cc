#include "net/tcp/syn_cookies.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/random_source.h"
#include "net/tcp/ends.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/sequence.h"
#include "net/wire/address.h"

namespace net::tcp {
namespace {

// A cookie is good in the minute of its making and in the next.
constexpr std::int64_t kSlot = 60'000'000'000;  // nanoseconds

// The three low bits of the sequence number say which: what SYNs ask for in practice (IPv6's least, tunnels, PPPoE,
// Ethernet with either version, jumbo frames). The other 29 are the hash.
constexpr int kSizeBits = 3;
constexpr std::array<std::uint16_t, 1 << kSizeBits> kSizes = {536, 1220, 1340, 1400, 1440, 1452, 1460, 8940};

// The low bits of the timestamp: window scale in four (15: none), SACK, ECN.
constexpr int kOptionBits = 6;
constexpr std::uint32_t kScaleMask = 15;
constexpr std::uint32_t kSackBit = 1 << 4;
constexpr std::uint32_t kEcnBit = 1 << 5;
constexpr std::uint32_t kNoTimestamps = 1 << kOptionBits;

std::uint32_t SizeIndexOf(std::uint16_t segment_size) {
  const auto above = std::upper_bound(kSizes.begin(), kSizes.end(), segment_size);
  return above == kSizes.begin() ? 0 : static_cast<std::uint32_t>(above - kSizes.begin() - 1);
}

// What an attacker does not know covers all that the cookie says.
std::uint32_t CookieFor(RandomSource& random, const Endpoint& local, const Endpoint& remote, Sequence irs,
                        std::uint32_t size_index, std::uint32_t options, std::int64_t slot) {
  const std::uint64_t said = std::uint64_t{irs.value} << 32 | std::uint64_t{size_index} << 28 |
                             std::uint64_t{options} << 20 | (static_cast<std::uint64_t>(slot) & 0xf'ffff);
  const std::uint64_t hash = HashOfEnds(random, HashUse::kCookie, local, remote, said);
  return static_cast<std::uint32_t>(hash) << kSizeBits | size_index;
}

}  // namespace

Cookie MakeCookie(RandomSource& random, const Endpoint& local, const Endpoint& remote, Sequence irs,
                  const Negotiated& agreed, bool peer_scales, std::uint32_t clock, kernel::Instant now) {
  std::uint32_t options = kNoTimestamps;
  Cookie cookie;
  if (agreed.has_timestamps) {
    options = (peer_scales ? agreed.send_window_shift : kScaleMask) | (agreed.has_sack ? kSackBit : 0) |
              (agreed.has_ecn ? kEcnBit : 0);
    // Never later than the clock: the timestamps that follow must not go back.
    cookie.timestamp = (clock & ~(kNoTimestamps - 1)) | options;
    if (static_cast<std::int32_t>(cookie.timestamp - clock) > 0) cookie.timestamp -= kNoTimestamps;
  }
  cookie.iss = {
      CookieFor(random, local, remote, irs, SizeIndexOf(agreed.send_segment_size), options, now.nanoseconds / kSlot)};
  return cookie;
}

std::optional<Negotiated> CheckCookie(RandomSource& random, const Endpoint& local, const Endpoint& remote, Sequence irs,
                                      Sequence acknowledgment, std::optional<std::uint32_t> echo,
                                      std::uint8_t our_window_shift, kernel::Instant now) {
  const std::uint32_t cookie = (acknowledgment - 1).value;
  const std::uint32_t size_index = cookie % kSizes.size();
  const std::uint32_t options = echo ? *echo % kNoTimestamps : kNoTimestamps;
  const std::int64_t slot = now.nanoseconds / kSlot;
  if (cookie != CookieFor(random, local, remote, irs, size_index, options, slot) &&
      cookie != CookieFor(random, local, remote, irs, size_index, options, slot - 1)) {
    return std::nullopt;
  }
  Negotiated agreed = {.send_segment_size = kSizes[size_index]};
  if (!echo) return agreed;
  agreed.has_timestamps = true;
  agreed.has_sack = (options & kSackBit) != 0;
  agreed.has_ecn = (options & kEcnBit) != 0;
  if ((options & kScaleMask) != kScaleMask) {
    agreed.send_window_shift = static_cast<std::uint8_t>(options & kScaleMask);
    agreed.receive_window_shift = our_window_shift;
  }
  return agreed;
}

}  // namespace net::tcp
