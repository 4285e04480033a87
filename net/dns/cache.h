// Answers that still hold. A fixed number of them; the one that nobody wanted for the longest time makes room.
#ifndef ENKEL_NET_DNS_CACHE_H_
#define ENKEL_NET_DNS_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/dns/answer.h"
#include "net/random_source.h"
#include "net/wire/dns.h"

namespace net::dns {

// How long an answer is believed at most, whatever it says: a bad one is over some day.
inline constexpr std::uint32_t kLongestTtl = 24 * 3600;         // seconds
inline constexpr std::uint32_t kLongestNegativeTtl = 3 * 3600;  // seconds. [RFC2308] 5

struct CacheCounters {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t evictions = 0;  // of answers that still held
};

// Looks up and adds in constant time. Does not allocate; not interrupt-safe.
class Cache {
 public:
  // Cuts `storage` into entries. Names are spread by a secret of `random`, so that nobody can choose them to collide.
  Cache(RandomSource& random, std::span<std::byte> storage);
  ~Cache() = default;
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  static std::size_t StorageFor(std::size_t entries);  // bytes

  // What was said to `question`, with the seconds that it still holds, if it does; null otherwise. The answer stays
  // until the next Add.
  const Answer* Find(const wire::DnsQuestion& question, kernel::Instant now);

  // Keeps an answer for its time; one without a time is not kept.
  void Add(const wire::DnsQuestion& question, const Answer& answer, kernel::Instant now);

  // Forgets all: the servers are others now.
  void Clear();

  std::size_t capacity() const { return entries_.size(); }
  std::size_t size() const { return size_; }
  const CacheCounters& counters() const { return counters_; }

 private:
  struct Entry;
  std::uint64_t HashOf(const wire::DnsQuestion& question) const;
  Entry** SlotOf(const wire::DnsQuestion& question, std::uint64_t hash);
  void Forget(Entry& entry);
  void MoveToFront(Entry& entry);
  void Unlink(Entry& entry);

  RandomSource& random_;
  std::span<Entry> entries_;
  std::span<Entry*> buckets_;  // as many; a chain each
  Entry* newest_ = nullptr;    // by use
  Entry* oldest_ = nullptr;
  Entry* free_ = nullptr;
  std::size_t size_ = 0;
  CacheCounters counters_;
};

}  // namespace net::dns

#endif  // ENKEL_NET_DNS_CACHE_H_
