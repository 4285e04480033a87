#include "net/link_local/link_local.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::link_local {
namespace {

// 169.254.1.0 to 169.254.254.255: the first and the last 256 are reserved. [RFC3927] 2.1
constexpr std::uint32_t kFirst = Ipv4Address::Of(169, 254, 1, 0).value;
constexpr std::uint32_t kCount = 254 * 256;

constexpr std::uint32_t kMaxConflicts = 10;                                     // [RFC3927] 9
constexpr kernel::Duration kRateLimitInterval = kernel::Duration::Seconds(60);  // [RFC3927] 9
constexpr std::uint64_t kDomain = 0x6c69'6e6b'6c6f'636c;  // keeps these hashes apart from others of the same secret

}  // namespace

LinkLocal::LinkLocal(Context& context, MacAddress mac, LinkLocalObserver& observer)
    : Timer(&OnTimer), context_(context), observer_(observer), mac_(mac) {}

LinkLocal::~LinkLocal() { context_.timers().Stop(*this); }

void LinkLocal::Start() {
  if (state_ != State::kStopped) return;
  conflicts_in_a_row_ = 0;
  ProbeNext();
}

void LinkLocal::Stop() {
  const State state = state_;
  state_ = State::kStopped;
  context_.timers().Stop(*this);
  if (state == State::kProbing) observer_.StopProbe();
  if (state == State::kConfigured) observer_.OnLost();
}

// Hosts must not choose the same addresses in the same order, and a stranger must not know them before. [RFC3927] 2.1
void LinkLocal::ProbeNext() {
  std::array<std::byte, 18> bytes;
  wire::StoreBig(&bytes[0], kDomain);
  std::ranges::copy(mac_.bytes, &bytes[8]);
  wire::StoreBig(&bytes[14], ++tries_);
  const std::uint64_t hash = context_.random().Hash(bytes);
  address_.value = kFirst + static_cast<std::uint32_t>((hash >> 32) * kCount >> 32);
  state_ = State::kProbing;
  observer_.Probe(address_);
}

void LinkLocal::TryAnother() {
  ++conflicts_;
  if (++conflicts_in_a_row_ < kMaxConflicts) return ProbeNext();
  state_ = State::kWaiting;
  context_.timers().Start(*this, context_.now() + kRateLimitInterval);
  context_.RequestPoll();
}

void LinkLocal::OnTimer(Timer& timer, kernel::Instant) { static_cast<LinkLocal&>(timer).ProbeNext(); }

void LinkLocal::OnProbed(bool is_free) {
  if (state_ != State::kProbing) return;
  if (!is_free) return TryAnother();
  state_ = State::kConfigured;
  observer_.OnAddress(address_);
}

void LinkLocal::OnConflict() {
  if (state_ != State::kConfigured) return;
  observer_.OnLost();
  TryAnother();
}

}  // namespace net::link_local
