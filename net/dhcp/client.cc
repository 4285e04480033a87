#include "net/dhcp/client.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/dhcp/lease.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"

namespace net::dhcp {
namespace {

using kernel::Duration;
using kernel::Instant;
using State = Client::State;
using wire::Dhcp;

constexpr Ipv4Address kBroadcast = {0xffff'ffff};
constexpr Duration kNone = {};
constexpr Duration kAfterDecline = Duration::Seconds(10);      // [RFC2131] 3.1 step 5
constexpr Duration kLeastWaitToRenew = Duration::Seconds(60);  // [RFC2131] 4.4.5
constexpr int kLongestBackoff = 4;                             // doublings of 4 s, to 64 s. [RFC2131] 4.1
constexpr int kMostRequests = 5;                               // the first, and four again. [RFC2131] 3.1 step 5
constexpr int kMostReboots = 3;
constexpr int kMostDoublingsOfNak = 6;

constexpr unsigned Bit(State state) { return 1u << static_cast<unsigned>(state); }

// Which states may follow each, besides kStopped. [RFC2131] figure 5
constexpr std::array<unsigned, 9> kFollowers = {
    /* kStopped */ Bit(State::kInit) | Bit(State::kSelecting) | Bit(State::kRebooting),
    /* kInit */ Bit(State::kSelecting),
    /* kSelecting */ Bit(State::kRequesting),
    /* kRequesting */ Bit(State::kProbing) | Bit(State::kSelecting) | Bit(State::kInit),
    /* kRebooting */ Bit(State::kProbing) | Bit(State::kBound) | Bit(State::kRenewing) | Bit(State::kRebinding) |
        Bit(State::kSelecting) | Bit(State::kInit) | Bit(State::kRebooting),
    /* kProbing */ Bit(State::kBound) | Bit(State::kInit) | Bit(State::kRebooting),
    /* kBound */ Bit(State::kRenewing) | Bit(State::kRebooting) | Bit(State::kInit),
    /* kRenewing */ Bit(State::kBound) | Bit(State::kRebinding) | Bit(State::kRebooting) | Bit(State::kInit),
    /* kRebinding */ Bit(State::kBound) | Bit(State::kRebooting) | Bit(State::kInit),
};

}  // namespace

Client::Client(Context& context, MacAddress mac, ClientObserver& observer)
    : Timer(&OnTimer), context_(context), observer_(observer), mac_(mac) {}

Client::~Client() { context_.timers().Stop(*this); }

void Client::SetState(State state) {
  CHECK(state == State::kStopped || (kFollowers[static_cast<std::size_t>(state_)] & Bit(state)) != 0);
  state_ = state;
}

void Client::SetTimer(Duration wait) {
  context_.timers().Start(*this, context_.now() + wait);
  context_.RequestPoll();
}

// 4, 8, 16, 32, 64 s, each with up to a second more or less.
Duration Client::Backoff() {
  const std::int64_t seconds = std::int64_t{4} << std::clamp(attempts_ - 1, 0, kLongestBackoff);
  const std::int64_t shift = std::int64_t{context_.random().Below(2001)} - 1000;
  return Duration::Milliseconds(seconds * 1000 + shift);
}

// Half of what is left, but a minute at least. [RFC2131] 4.4.5
Duration Client::HalfUntil(Instant end) {
  const Duration left = end - context_.now();
  return std::min(left, std::max(Duration{left.nanoseconds / 2}, kLeastWaitToRenew));
}

void Client::Start(Ipv4Address previous) {
  Stop();
  began_ = context_.now();
  naks_in_a_row_ = 0;
  wanted_ = previous;
  if (previous.IsHost()) {
    Request(State::kRebooting);
  } else {
    Discover();
  }
}

void Client::Stop() {
  if (state_ == State::kProbing) observer_.StopProbe();
  context_.timers().Stop(*this);
  SetState(State::kStopped);
  LoseLease();
}

void Client::Release() {
  if (has_lease_) {
    Dhcp message = NewMessage(Dhcp::Type::kRelease);
    message.xid = static_cast<std::uint32_t>(context_.random().Next());
    message.client = lease_.address;
    message.server = lease_.server;
    observer_.SendDhcp(message, lease_.address, lease_.server);
  }
  Stop();
}

void Client::OnLinkUp() {
  switch (state_) {
    case State::kStopped:
      return;
    case State::kInit:
    case State::kSelecting:
    case State::kRequesting:
      // Nothing is known of this network yet, so there is no reason to wait any longer.
      SetState(State::kStopped);
      began_ = context_.now();
      Discover();
      return;
    case State::kProbing:
      observer_.StopProbe();
      wanted_ = candidate_.address;
      break;
    default:
      if (has_lease_) wanted_ = lease_.address;
      break;
  }
  began_ = context_.now();
  Request(State::kRebooting);
}

void Client::Begin(Duration wait) {
  SetState(State::kInit);
  SetTimer(wait);
}

void Client::Discover() {
  SetState(State::kSelecting);
  xid_ = static_cast<std::uint32_t>(context_.random().Next());
  attempts_ = 0;
  began_ = context_.now();
  SendDiscover();
}

// Enters a state that asks for wanted_ or for the lease that there is.
void Client::Request(State state) {
  SetState(state);
  if (state != State::kRequesting) xid_ = static_cast<std::uint32_t>(context_.random().Next());
  attempts_ = 0;
  asked_ = context_.now();
  SendRequest();
}

Dhcp Client::NewMessage(Dhcp::Type type) const {
  const std::int64_t seconds = (context_.now() - began_).nanoseconds / 1'000'000'000;
  return {.operation = Dhcp::Operation::kRequest,
          .type = type,
          .xid = xid_,
          .seconds = static_cast<std::uint16_t>(std::clamp<std::int64_t>(seconds, 0, 0xffff)),
          .hardware = mac_};
}

void Client::SendDiscover() {
  Dhcp message = NewMessage(Dhcp::Type::kDiscover);
  message.wants_broadcast = true;  // IP takes nothing for an address that is not there yet
  message.wants_parameters = true;
  if (wanted_.IsHost()) message.requested = wanted_;
  ++attempts_;
  SetTimer(Backoff());
  observer_.SendDhcp(message, {}, kBroadcast);
}

// What each state puts into a request. [RFC2131] 4.3.6, table 5
void Client::SendRequest() {
  Dhcp message = NewMessage(Dhcp::Type::kRequest);
  message.wants_parameters = true;
  Ipv4Address source;
  Ipv4Address destination = kBroadcast;
  Duration wait;
  ++attempts_;
  if (state_ == State::kRequesting || state_ == State::kRebooting) {
    message.requested = wanted_;
    message.wants_broadcast = true;
    if (state_ == State::kRequesting) message.server = wanted_server_;
    wait = Backoff();
  } else {
    message.client = source = lease_.address;
    if (state_ == State::kRenewing) destination = lease_.server;
    wait = HalfUntil(state_ == State::kRenewing ? lease_.rebinding : lease_.end);
  }
  SetTimer(wait);
  observer_.SendDhcp(message, source, destination);
}

void Client::OnTimer(Timer& timer, Instant now) { static_cast<Client&>(timer).OnTimer(now); }

void Client::OnTimer(Instant now) {
  switch (state_) {
    case State::kStopped:
    case State::kProbing:
      return;
    case State::kInit:
      return Discover();
    case State::kSelecting:
      return SendDiscover();
    case State::kRequesting:
      return attempts_ < kMostRequests ? SendRequest() : Discover();
    case State::kRebooting:
      if (attempts_ < kMostReboots) return SendRequest();
      return has_lease_ ? Resume() : Discover();
    case State::kBound:
      began_ = now;
      return Request(State::kRenewing);
    case State::kRenewing:
      return now < lease_.rebinding ? RequestAgain() : Request(State::kRebinding);
    case State::kRebinding:
      if (now < lease_.end) return RequestAgain();
      wanted_ = lease_.address;
      Begin(kNone);
      return LoseLease();
  }
}

// To renew takes so long that each message is an exchange of its own, and the lease counts from the one that is
// answered.
void Client::RequestAgain() {
  xid_ = static_cast<std::uint32_t>(context_.random().Next());
  asked_ = context_.now();
  SendRequest();
}

// Nobody said that the lease does not hold any more: it does, for its time. [RFC2131] 3.2 step 4
void Client::Resume() {
  const Instant now = context_.now();
  if (now >= lease_.rebinding) return Request(State::kRebinding);
  if (now >= lease_.renewal) return Request(State::kRenewing);
  SetState(State::kBound);
  context_.timers().Stop(*this);
  if (lease_.renewal != kernel::kNever) SetTimer(lease_.renewal - now);
}

void Client::Receive(std::span<const std::byte> bytes) {
  const auto message = Dhcp::Parse(bytes);
  if (!message) {
    ++counters_.malformed;
    return;
  }
  if (message->operation != Dhcp::Operation::kReply || message->xid != xid_ || message->hardware != mac_) {
    ++counters_.foreign;
    return;
  }
  const bool is_asking = state_ == State::kRequesting || state_ == State::kRebooting || state_ == State::kRenewing ||
                         state_ == State::kRebinding;
  if (state_ == State::kSelecting && message->type == Dhcp::Type::kOffer) {
    OnOffer(*message);
  } else if (is_asking && message->type == Dhcp::Type::kAck) {
    OnAck(*message);
  } else if (is_asking && message->type == Dhcp::Type::kNak) {
    OnNak(*message);
  } else {
    ++counters_.unexpected;
  }
}

// The first offer is taken: a second one is seldom better, and never sooner.
void Client::OnOffer(const Dhcp& message) {
  const std::optional<Lease> lease = LeaseOf(message, context_.now());
  if (!lease) {
    ++counters_.refused;
    return;
  }
  ++counters_.accepted;
  wanted_ = lease->address;
  wanted_server_ = lease->server;
  Request(State::kRequesting);
}

// Where one server was asked, no other may answer.
bool Client::IsFromAsked(const Dhcp& message) const {
  if (!message.server) return false;
  if (state_ == State::kRequesting) return *message.server == wanted_server_;
  return state_ != State::kRenewing || *message.server == lease_.server;
}

void Client::OnAck(const Dhcp& message) {
  const Ipv4Address asked_for = has_lease_ ? lease_.address : wanted_;
  if (!IsFromAsked(message) || message.your != asked_for) {
    ++counters_.foreign;
    return;
  }
  const std::optional<Lease> lease = LeaseOf(message, asked_);
  if (!lease) {
    ++counters_.refused;
    return;
  }
  ++counters_.accepted;
  naks_in_a_row_ = 0;
  candidate_ = *lease;
  context_.timers().Stop(*this);
  if (has_lease_) return Bind();
  SetState(State::kProbing);
  observer_.Probe(candidate_.address);
}

void Client::OnNak(const Dhcp& message) {
  if (!IsFromAsked(message)) {
    ++counters_.foreign;
    return;
  }
  ++counters_.naks;
  // At once, but not again and again.
  const Duration wait = naks_in_a_row_ == 0 ? kNone : Duration::Seconds(std::int64_t{1} << naks_in_a_row_);
  naks_in_a_row_ = std::min(naks_in_a_row_ + 1, kMostDoublingsOfNak);
  wanted_ = {};
  Begin(wait);
  LoseLease();
}

void Client::OnProbed(bool is_free) {
  if (state_ != State::kProbing) return;
  if (is_free) return Bind();
  Decline(candidate_);
}

void Client::Bind() {
  lease_ = candidate_;
  has_lease_ = true;
  SetState(State::kBound);
  if (lease_.renewal != kernel::kNever) SetTimer(std::max(lease_.renewal - context_.now(), kNone));
  observer_.OnBound(lease_);
}

void Client::OnConflict() {
  if (has_lease_) Decline(lease_);
}

void Client::Decline(const Lease& lease) {
  ++counters_.conflicts;
  Dhcp message = NewMessage(Dhcp::Type::kDecline);
  message.xid = static_cast<std::uint32_t>(context_.random().Next());
  message.requested = lease.address;
  message.server = lease.server;
  wanted_ = {};
  Begin(kAfterDecline);
  LoseLease();
  observer_.SendDhcp(message, {}, kBroadcast);
}

void Client::LoseLease() {
  if (!has_lease_) return;
  has_lease_ = false;
  observer_.OnLost();
}

}  // namespace net::dhcp
