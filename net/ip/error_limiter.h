// How many ICMP messages about others' packets we send: a bucket of tokens. [RFC4443] 2.4 (f), [RFC1812] 4.3.2.8
#ifndef ENKEL_NET_IP_ERROR_LIMITER_H_
#define ENKEL_NET_IP_ERROR_LIMITER_H_

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.h"
#include "net/random_source.h"

namespace net {

// At most kBurst messages at once, and kPerSecond on the long run. A message costs one to three tokens, at random: who
// counts the answers cannot tell how many others got, which once gave away the ports of resolvers (SAD DNS).
class ErrorLimiter {
 public:
  static constexpr std::int64_t kPerSecond = 100;
  static constexpr std::int64_t kBurst = 20;

  explicit ErrorLimiter(RandomSource& random) : random_(random) {}

  // Whether a message may be sent now; then it counts.
  bool Take(kernel::Instant now) {
    // Time is what is saved up: a token is the time in which it comes.
    saved_ = std::min(kMost, saved_ + (now - last_).nanoseconds);
    last_ = now;
    const std::int64_t price = kToken * (1 + random_.Below(3));
    if (saved_ < price) return false;
    saved_ -= price;
    return true;
  }

 private:
  static constexpr std::int64_t kMeanPrice = 2;                                      // tokens
  static constexpr std::int64_t kToken = 1'000'000'000 / (kPerSecond * kMeanPrice);  // nanoseconds
  static constexpr std::int64_t kMost = kBurst * kMeanPrice * kToken;

  RandomSource& random_;
  kernel::Instant last_;
  std::int64_t saved_ = kMost;  // nanoseconds
};

}  // namespace net

#endif  // ENKEL_NET_IP_ERROR_LIMITER_H_
