#include "net/tcp/challenge.h"

#include <cstdint>

#include "kernel/base/time.h"
#include "net/random_source.h"
#include "net/tcp/control_block.h"
#include "net/tcp/stack.h"
#include "net/tcp/transmit.h"

namespace net::tcp {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;  // nanoseconds
constexpr std::int64_t kInterval = 5;            // seconds
constexpr std::uint8_t kMostInInterval = 10;

}  // namespace

bool ChallengeLimit::Allows(RandomSource& random, kernel::Instant now) {
  const std::int64_t second = now.nanoseconds / kSecond;
  if (second != second_) {
    second_ = second;
    left_ = kLeast + random.Below(kSpread);
  }
  if (left_ == 0) return false;
  --left_;
  return true;
}

void SendChallenge(ControlBlock& block) {
  Stack& stack = block.stack;
  const auto interval = static_cast<std::uint32_t>(stack.now().nanoseconds / kSecond / kInterval);
  if (interval != block.challenge_interval) {
    block.challenge_interval = interval;
    block.challenges = 0;
  }
  if (block.challenges == kMostInInterval || !stack.challenge_limit.Allows(stack.context.random(), stack.now())) {
    ++stack.counters.limited_challenges;
    return;
  }
  ++block.challenges;
  ++stack.counters.challenges;
  SendAck(block);
}

}  // namespace net::tcp
