// The resolver: asks name servers, and remembers what they said. A stub: it trusts the servers that it is given to find
// answers, and nobody else. [RFC1035] 7, [RFC5452], [RFC9267]
//
//   Resolver resolver(context, udp, cache_storage);
//   resolver.SetServers(lease.name_servers);
//   Lookup lookup(resolver, observer);
//   lookup.Start({name, DnsType::kA});         // observer.OnResolved(lookup), later
//
// Each try of each query has a port, an identifier and a spelling of its own, all random.
#ifndef ENKEL_NET_DNS_RESOLVER_H_
#define ENKEL_NET_DNS_RESOLVER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/dns/answer.h"
#include "net/dns/cache.h"
#include "net/packet/packet.h"
#include "net/timers.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"

namespace net::dns {

class Lookup;

inline constexpr std::size_t kMostServers = 4;
inline constexpr std::size_t kLargestMessage = 4096;  // bytes of a reply over TCP; of a longer one there is no use

// How a query goes where a datagram does not suffice (over_tcp.h). A program without it has answers of 512 bytes.
class StreamQueries {
 public:
  // Asks `server`; lookup.OnStreamReply or OnStreamFailure tells the end, unless Cancel comes first. False: no.
  virtual bool Ask(Lookup& lookup, const Endpoint& server, std::span<const std::byte> query) = 0;
  virtual void Cancel(Lookup& lookup) = 0;

 protected:
  ~StreamQueries() = default;
};

struct Counters {
  std::uint64_t queries = 0;  // sent
  std::uint64_t answers = 0;  // believed
  std::uint64_t time_outs = 0;
  std::uint64_t failures = 0;   // servers that would not say
  std::uint64_t truncated = 0;  // replies, asked again over TCP
  // Replies that were dropped. What comes from another address or port than was asked does not even come here.
  std::uint64_t not_ours = 0;  // to another question, or with another identifier or spelling
  std::uint64_t malformed = 0;
};

// One a stack. Not interrupt-safe; nothing blocks or allocates.
class Resolver {
 public:
  // `cache_storage`: Cache::StorageFor(entries) bytes, or none. All arguments outlive it, and it outlives its lookups.
  Resolver(Context& context, udp::Udp& udp, std::span<std::byte> cache_storage);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Who is asked from the next try on: the first kMostServers, the first of them first. Forgets all answers.
  void SetServers(std::span<const IpAddress> servers);
  std::span<const IpAddress> servers() const { return std::span(servers_).first(server_count_); }

  // Queries over TCP, from now on.
  void UseStreams(StreamQueries& streams) { streams_ = &streams; }

  const Counters& counters() const { return counters_; }
  const Cache& cache() const { return cache_; }

 private:
  friend class Lookup;

  Context& context_;
  udp::Udp& udp_;
  Cache cache_;
  StreamQueries* streams_ = nullptr;
  std::array<IpAddress, kMostServers> servers_;
  std::size_t server_count_ = 0;
  std::size_t first_server_ = 0;  // the one that answered last
  Lookup* lookups_ = nullptr;     // that run
  Counters counters_;
};

class LookupObserver {
 public:
  // Look at result(). May start the lookup again, or another one; destroys none.
  virtual void OnResolved(Lookup& lookup) = 0;

 protected:
  ~LookupObserver() = default;
};

// A question on its way. Belongs to who asks: to destroy it is to cancel it.
class Lookup final : private Timer, private udp::Observer {
 public:
  Lookup(Resolver& resolver, LookupObserver& observer);
  ~Lookup();
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  // Asks, unless the answer is known: then it is there when Start returns, and OnResolved is not called. CHECKs that
  // it does not run.
  void Start(const wire::DnsQuestion& question);
  void Cancel();

  bool is_running() const { return is_running_; }

  // The end of the last Start: an answer of any kind but kAlias, also kNoData and kNoName. Errors: kUnreachable (no
  // server, or none that would say), kTimedOut (no answer).
  const kernel::Result<Answer>& result() const { return result_; }

  // What came of StreamQueries::Ask. `message` is all of it.
  void OnStreamReply(std::span<const std::byte> message);
  void OnStreamFailure();

  const wire::DnsQuestion& question() const { return question_; }

 private:
  void OnChange(udp::Socket& socket) override;
  static void OnTimer(Timer& timer, kernel::Instant now);

  std::optional<Answer> KnownAnswer() const;
  Lookup* FindTwin() const;
  void Link();
  void Unlink();

  [[nodiscard]] bool Try();
  void TryNext();
  void StopTry();
  void WaitFor(kernel::Duration wait);
  std::size_t WriteQuery(std::span<std::byte> bytes);
  bool SendQuery();
  bool AskOverStream();

  void ReceiveOrGiveUp(kernel::Instant now);
  std::expected<Answer, ReplyError> Read(const Packet& payload) const;
  bool Judge(const std::expected<Answer, ReplyError>& reply);
  void Take(const Answer& answer);
  void TakeAlias(const Answer& answer);
  void Settle(const kernel::Result<Answer>& result);

  Resolver& resolver_;
  LookupObserver& observer_;
  udp::Socket socket_;
  Lookup* next_ = nullptr;    // that runs
  Lookup* leader_ = nullptr;  // asks the same for both
  bool is_running_ = false;
  bool has_stream_ = false;
  bool is_spelling_exact_ = false;  // the server has to repeat the spelling
  bool was_refused_ = false;        // by a server, in these tries
  int aliases_ = 0;                 // that were asked for one after the other
  unsigned tries_ = 0;
  unsigned bad_replies_ = 0;  // in this try
  std::uint16_t id_ = 0;
  std::uint32_t ttl_ = 0;       // of the aliases so far
  kernel::Instant deadline_;    // of this try
  IpAddress server_;            // of this try
  wire::DnsQuestion question_;  // as the caller asked
  wire::DnsQuestion asked_;     // the last alias of its name, in a spelling
  kernel::Result<Answer> result_ = kernel::Fail(kernel::Error::kClosed);
};

}  // namespace net::dns

#endif  // ENKEL_NET_DNS_RESOLVER_H_
