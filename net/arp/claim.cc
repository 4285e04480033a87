#include "net/arp/claim.h"

#include <cstdint>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "net/arp/arp.h"
#include "net/interface/interface.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/arp.h"

namespace net::arp {

using kernel::Duration;
using kernel::Instant;

Duration Claim::RandomBetween(Duration least, Duration most) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  const auto range = static_cast<std::uint32_t>((most - least).nanoseconds / kMillisecond);
  return least + Duration::Milliseconds(arp_.context_.random().Below(range + 1));
}

void Claim::Start(Interface& interface, Ipv4Address address, Defence defence) {
  CHECK(state_ == State::kStopped);
  interface_ = &interface;
  address_ = address;
  defence_ = defence;
  state_ = State::kProbing;
  sent_ = 0;
  was_defended_ = false;
  next_ = std::exchange(arp_.claims_, this);
  // Whoever met so many conflicts goes slowly. [RFC5227] 2.1.1
  const Duration wait = conflicts_ >= kMostConflicts ? kRateLimit : RandomBetween({}, kProbeWait);
  arp_.context_.timers().Start(*this, arp_.context_.now() + wait);
  arp_.context_.RequestPoll();
}

void Claim::Stop() {
  if (state_ == State::kStopped) return;
  state_ = State::kStopped;
  arp_.context_.timers().Stop(*this);
  Claim** place = &arp_.claims_;
  while (*place != this) place = &(*place)->next_;
  *place = std::exchange(next_, nullptr);
}

void Claim::OnTimer(Timer& timer, Instant) {
  Claim& claim = static_cast<Claim&>(timer);
  claim.state_ == State::kProbing ? claim.Probe() : claim.Announce();
}

// [RFC5227] 2.1.1
void Claim::Probe() {
  if (sent_ == kProbes) {
    state_ = State::kAnnouncing;
    sent_ = 0;
    conflicts_ = 0;
    Announce();
    observer_.OnClaimed(*this);
    return;
  }
  ++sent_;
  arp_.SendRequest(*interface_, {}, address_, kBroadcastMac);
  const Duration wait = sent_ < kProbes ? RandomBetween(kProbeLeast, kProbeMost) : kAnnounceWait;
  arp_.context_.timers().Start(*this, arp_.context_.now() + wait);
}

// [RFC5227] 2.3
void Claim::Announce() {
  ++sent_;
  arp_.Announce(*interface_, address_);
  if (sent_ == kAnnouncements) {
    state_ = State::kHeld;
  } else {
    arp_.context_.timers().Start(*this, arp_.context_.now() + kAnnounceInterval);
  }
}

bool Claim::IsConflictWith(const wire::Arp& arp) const {
  if (arp.sender == address_) return true;
  // Another probe for the same address: both must look for another.
  return state_ == State::kProbing && arp.operation == wire::Arp::Operation::kRequest && arp.sender.IsUnspecified() &&
         arp.target == address_;
}

void Claim::OnConflict() {
  const Instant now = arp_.context_.now();
  if (state_ != State::kProbing) {
    // One announcement is the whole defence: two hosts that insist would otherwise shout for ever. [RFC5227] 2.4
    const bool is_second = was_defended_ && now - last_defence_ < kDefendInterval;
    if (!is_second) {
      was_defended_ = true;
      last_defence_ = now;
      return arp_.Announce(*interface_, address_);
    }
    if (defence_ == Defence::kInsist) return;
  }
  ++conflicts_;
  Stop();
  observer_.OnConflict(*this);
}

}  // namespace net::arp
