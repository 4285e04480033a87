#include "net/dns/resolver.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/dns/answer.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/random_source.h"
#include "net/timers.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"

namespace net::dns {
namespace {

using kernel::Duration;
using kernel::Error;
using kernel::Fail;
using kernel::Instant;
using kernel::Result;
using wire::DnsName;
using wire::DnsQuestion;
using wire::DnsType;

constexpr unsigned kRounds = 4;                           // through all servers
constexpr Duration kFirstTimeout = Duration::Seconds(1);  // twice as long in each round
constexpr Duration kStreamTimeout = Duration::Seconds(5);
constexpr unsigned kMostBadReplies = 16;  // then somebody guesses, and the next try is another target. [RFC5452] 9.3

// The largest datagram that a server may send without having been asked for more. [RFC1035] 2.3.4
constexpr std::size_t kLargestDatagram = wire::kLargestDnsDatagram;

DnsName Localhost() { return *DnsName::FromText("localhost"); }
DnsName Invalid() { return *DnsName::FromText("invalid"); }

}  // namespace

Resolver::Resolver(Context& context, udp::Udp& udp, std::span<std::byte> cache_storage)
    : context_(context), udp_(udp), cache_(context.random(), cache_storage) {}

void Resolver::SetServers(std::span<const IpAddress> servers) {
  server_count_ = std::min(servers.size(), servers_.size());
  std::ranges::copy(servers.first(server_count_), servers_.begin());
  first_server_ = 0;
  cache_.Clear();
}

Lookup::Lookup(Resolver& resolver, LookupObserver& observer)
    : Timer(&OnTimer), resolver_(resolver), observer_(observer), socket_(resolver.udp_, this) {}

Lookup::~Lookup() { Cancel(); }

void Lookup::Start(const DnsQuestion& question) {
  CHECK(!is_running_);
  question_ = asked_ = question;
  aliases_ = 0;
  ttl_ = ~0u;
  if (const std::optional<Answer> known = KnownAnswer()) {
    result_ = *known;
    return;
  }
  if (resolver_.server_count_ == 0) {
    result_ = Fail(Error::kUnreachable);
    return;
  }
  // Two queries with the same question at a time would make a forgery easier. [RFC5452] 5
  leader_ = FindTwin();
  Link();
  if (leader_ != nullptr || Try()) return;
  Unlink();
  result_ = Fail(Error::kUnreachable);
}

void Lookup::Cancel() {
  if (!is_running_) return;
  StopTry();
  Unlink();
  leader_ = nullptr;
  // Who relied on this one goes on by itself.
  Lookup* heir = nullptr;
  for (Lookup* other = resolver_.lookups_; other != nullptr; other = other->next_) {
    if (other->leader_ != this) continue;
    other->leader_ = heir;
    if (heir == nullptr) heir = other;
  }
  if (heir != nullptr) heir->TryNext();
}

// What nobody needs to be asked: names with a meaning of their own [RFC6761] 6.3, 6.4, and what is in the cache.
std::optional<Answer> Lookup::KnownAnswer() const {
  if (question_.name.IsIn(Localhost())) {
    Answer answer = {.kind = Answer::Kind::kNoData};
    if (question_.type == DnsType::kA) answer.addresses[answer.count++] = Ipv4Address::Of(127, 0, 0, 1);
    if (question_.type == DnsType::kAaaa) answer.addresses[answer.count++] = Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1);
    if (answer.count != 0) answer.kind = Answer::Kind::kAddresses;
    return answer;
  }
  if (question_.name.IsIn(Invalid())) return Answer{.kind = Answer::Kind::kNoName};
  const Answer* const cached = resolver_.cache_.Find(question_, resolver_.context_.now());
  return cached == nullptr ? std::optional<Answer>() : *cached;
}

// The lookup that asks the same already, if there is one. A program has few at a time.
Lookup* Lookup::FindTwin() const {
  for (Lookup* other = resolver_.lookups_; other != nullptr; other = other->next_) {
    if (other->leader_ == nullptr && other->question_.type == question_.type &&
        other->question_.name == question_.name) {
      return other;
    }
  }
  return nullptr;
}

void Lookup::Link() {
  is_running_ = true;
  tries_ = 0;
  was_refused_ = false;
  next_ = std::exchange(resolver_.lookups_, this);
}

void Lookup::Unlink() {
  is_running_ = false;
  Lookup** link = &resolver_.lookups_;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
}

void Lookup::StopTry() {
  resolver_.context_.timers().Stop(*this);
  socket_.Close();
  if (std::exchange(has_stream_, false)) resolver_.streams_->Cancel(*this);
}

void Lookup::WaitFor(Duration wait) {
  deadline_ = resolver_.context_.now() + wait;
  resolver_.context_.timers().Start(*this, deadline_);
  resolver_.context_.RequestPoll();
}

// Asks the next server; round after round, each with more patience. False: all rounds are over.
bool Lookup::Try() {
  const std::size_t count = resolver_.server_count_;
  while (count != 0 && tries_ < kRounds * count) {
    server_ = resolver_.servers_[(resolver_.first_server_ + tries_) % count];
    const unsigned round = tries_ / static_cast<unsigned>(count);
    ++tries_;
    bad_replies_ = 0;
    if (SendQuery()) {
      WaitFor(Duration{kFirstTimeout.nanoseconds << round});
      return true;
    }
    socket_.Close();
    was_refused_ = true;
  }
  return false;
}

void Lookup::TryNext() {
  StopTry();
  if (!Try()) Settle(Fail(was_refused_ || resolver_.server_count_ == 0 ? Error::kUnreachable : Error::kTimedOut));
}

// Chooses an identifier and a spelling, and writes the query.
std::size_t Lookup::WriteQuery(std::span<std::byte> bytes) {
  RandomSource& random = resolver_.context_.random();
  id_ = static_cast<std::uint16_t>(random.Next());
  // Not every server repeats a spelling: the later rounds do without.
  is_spelling_exact_ = tries_ <= 2 * resolver_.server_count_;
  if (is_spelling_exact_) asked_.name.ShuffleCase(random.Next());
  return wire::WriteDnsQuery(id_, asked_, bytes);
}

bool Lookup::SendQuery() {
  std::array<std::byte, wire::kLargestDnsQuery> bytes;
  const std::size_t size = WriteQuery(bytes);
  Packet packet = resolver_.context_.packets().Take();
  Buffer buffer = resolver_.context_.buffers().Take();
  if (!packet || !buffer || buffer.capacity() < size) return false;
  std::ranges::copy(std::span(bytes).first(size), buffer.data());
  if (!packet.Append(std::move(buffer), 0, size)) return false;
  // The socket's port is random, and nobody else's datagrams come in.
  if (!socket_.Connect({server_, wire::kDnsPort}) || !socket_.Send(std::move(packet))) return false;
  ++resolver_.counters_.queries;
  return true;
}

bool Lookup::AskOverStream() {
  if (resolver_.streams_ == nullptr) return false;
  std::array<std::byte, wire::kLargestDnsQuery> bytes;
  const std::size_t size = WriteQuery(bytes);
  if (!resolver_.streams_->Ask(*this, {server_, wire::kDnsPort}, std::span(bytes).first(size))) return false;
  has_stream_ = true;
  ++resolver_.counters_.queries;
  WaitFor(kStreamTimeout);
  return true;
}

// A socket must not be closed while it tells of a datagram, so the timer looks at it, at once.
void Lookup::OnChange(udp::Socket&) {
  if (!has_stream_) resolver_.context_.timers().Start(*this, resolver_.context_.now());
}

void Lookup::OnTimer(Timer& timer, Instant now) { static_cast<Lookup&>(timer).ReceiveOrGiveUp(now); }

void Lookup::ReceiveOrGiveUp(Instant now) {
  while (!has_stream_) {
    auto datagram = socket_.Receive();
    if (!datagram && datagram.error() == Error::kWouldBlock) break;
    if (!(datagram ? Judge(Read(datagram->payload)) : Judge(std::unexpected(ReplyError::kFailure)))) return;
  }
  if (now < deadline_) return resolver_.context_.timers().Start(*this, deadline_);
  ++resolver_.counters_.time_outs;
  TryNext();
}

std::expected<Answer, ReplyError> Lookup::Read(const Packet& payload) const {
  std::array<std::byte, kLargestDatagram> bytes;
  if (payload.size() > bytes.size()) return std::unexpected(ReplyError::kMalformed);
  const std::size_t size = payload.CopyTo(0, bytes);
  return ReadReply(std::span(bytes).first(size), id_, asked_, is_spelling_exact_);
}

void Lookup::OnStreamReply(std::span<const std::byte> message) {
  has_stream_ = false;
  // Over a connection there are no forgeries to wait behind, and nothing is truncated.
  const auto reply = ReadReply(message, id_, asked_, is_spelling_exact_);
  Judge(reply ? reply : std::unexpected(ReplyError::kFailure));
}

void Lookup::OnStreamFailure() {
  has_stream_ = false;
  Judge(std::unexpected(ReplyError::kFailure));
}

// Whether the try goes on: what came was none of ours.
bool Lookup::Judge(const std::expected<Answer, ReplyError>& reply) {
  Counters& counters = resolver_.counters_;
  if (reply) {
    Take(*reply);
    return false;
  }
  switch (reply.error()) {
    case ReplyError::kNotForUs:
    case ReplyError::kMalformed:
      ++(reply.error() == ReplyError::kNotForUs ? counters.not_ours : counters.malformed);
      if (++bad_replies_ < kMostBadReplies) return true;
      break;
    case ReplyError::kTruncated:
      ++counters.truncated;
      socket_.Close();
      if (AskOverStream()) return false;
      was_refused_ = true;
      break;
    case ReplyError::kFailure:
      ++counters.failures;
      was_refused_ = true;
      break;
  }
  TryNext();
  return false;
}

void Lookup::Take(const Answer& answer) {
  ++resolver_.counters_.answers;
  const auto servers = resolver_.servers();
  if (const auto place = std::ranges::find(servers, server_); place != servers.end()) {
    resolver_.first_server_ = static_cast<std::size_t>(place - servers.begin());
  }
  StopTry();
  if (answer.kind == Answer::Kind::kAlias) return TakeAlias(answer);
  Answer whole = answer;
  whole.ttl = std::min(whole.ttl, ttl_);
  resolver_.cache_.Add(question_, whole, resolver_.context_.now());
  Settle(whole);
}

// Asks for what the name stands for. A server that knows it too will have said so at once.
void Lookup::TakeAlias(const Answer& answer) {
  if (++aliases_ > kMostAliases) return Settle(Fail(Error::kUnreachable));
  ttl_ = std::min(ttl_, answer.ttl);
  asked_.name = answer.name;
  tries_ = 0;
  TryNext();
}

void Lookup::Settle(const Result<Answer>& result) {
  const Result<Answer> settled = result;
  Unlink();
  result_ = settled;
  // Those that relied on this one; what they start meanwhile does not.
  for (Lookup* other = resolver_.lookups_; other != nullptr;) {
    if (other->leader_ != this) {
      other = other->next_;
      continue;
    }
    other->leader_ = nullptr;
    other->Unlink();
    other->result_ = settled;
    other->observer_.OnResolved(*other);
    other = resolver_.lookups_;
  }
  observer_.OnResolved(*this);
}

}  // namespace net::dns
