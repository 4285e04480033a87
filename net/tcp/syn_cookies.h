// Handshakes without memory: what a SYN said, in the sequence number and the timestamp of the answer. [RFC4987] 3.6
#ifndef ENKEL_NET_TCP_SYN_COOKIES_H_
#define ENKEL_NET_TCP_SYN_COOKIES_H_

#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/random_source.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/sequence.h"
#include "net/wire/address.h"

namespace net::tcp {

inline constexpr kernel::Duration kCookieLifetime = kernel::Duration::Seconds(120);  // at most

struct Cookie {
  Sequence iss;  // of the SYN-ACK
  std::uint32_t timestamp =
      0;  // of the SYN-ACK, where the SYN had timestamps; carries scale, SACK and ECN in its low bits
};

// `clock` is TimestampAt(now, offset) of this pair of ends. Where the SYN had no timestamps, what is agreed shrinks to
// the segment size: the SYN-ACK must not offer more. `peer_scales`: the SYN had a window scale.
Cookie MakeCookie(RandomSource& random, const Endpoint& local, const Endpoint& remote, Sequence irs,
                  const Negotiated& agreed, bool peer_scales, std::uint32_t clock, kernel::Instant now);

// What was agreed, if `acknowledgment` - 1 is a cookie of ours that is at most two minutes old. `echo` is the
// timestamp's echo, where there is one; without, there are no options but the segment size (rounded down to one of
// eight).
std::optional<Negotiated> CheckCookie(RandomSource& random, const Endpoint& local, const Endpoint& remote, Sequence irs,
                                      Sequence acknowledgment, std::optional<std::uint32_t> echo,
                                      std::uint8_t our_window_shift, kernel::Instant now);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_SYN_COOKIES_H_
