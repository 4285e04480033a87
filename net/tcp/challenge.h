// How many acknowledgments strangers can make us send. [RFC5961] 7
#ifndef ENKEL_NET_TCP_CHALLENGE_H_
#define ENKEL_NET_TCP_CHALLENGE_H_

#include <cstdint>

#include "kernel/base/time.h"
#include "net/random_source.h"

namespace net::tcp {

struct ControlBlock;

// Of the whole stack. The number allowed in a second is random, so that nobody can find out by counting whether a guess
// about somebody else's connection drew a challenge (CVE-2016-5696).
class ChallengeLimit {
 public:
  bool Allows(RandomSource& random, kernel::Instant now);

 private:
  static constexpr std::uint32_t kLeast = 500;  // a second
  static constexpr std::uint32_t kSpread = 1000;

  std::int64_t second_ = -1;
  std::uint32_t left_ = 0;
};

// Sends an acknowledgment that makes an honest peer show itself, unless this connection had ten in five seconds
// already, or the stack too many.
void SendChallenge(ControlBlock& block);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_CHALLENGE_H_
