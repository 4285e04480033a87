#include "net/dns/cache.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "kernel/base/time.h"
#include "net/dns/answer.h"
#include "net/random_source.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"
#include "net/wire/endian.h"

namespace net::dns {
namespace {

using kernel::Duration;
using kernel::Instant;

constexpr std::uint64_t kDomain = 0x646e'7363'6163'6865;  // keeps these hashes apart from others of the same secret

std::uint32_t TimeOf(const Answer& answer) {
  const bool is_negative = answer.kind == Answer::Kind::kNoData || answer.kind == Answer::Kind::kNoName;
  return std::min(answer.ttl, is_negative ? kLongestNegativeTtl : kLongestTtl);
}

}  // namespace

struct Cache::Entry {
  std::uint64_t hash = 0;
  Entry* next = nullptr;  // in the bucket, or of the free ones
  Entry* newer = nullptr;
  Entry* older = nullptr;
  Instant end = {};
  wire::DnsQuestion question = {};
  Answer answer = {};
};

std::size_t Cache::StorageFor(std::size_t entries) {
  return entries * (sizeof(Entry) + sizeof(void*)) + alignof(Entry);
}

Cache::Cache(RandomSource& random, std::span<std::byte> storage) : random_(random) {
  const auto misaligned = reinterpret_cast<std::uintptr_t>(storage.data()) % alignof(Entry);
  const std::size_t skipped = misaligned == 0 ? 0 : alignof(Entry) - misaligned;
  if (storage.size() < skipped) return;
  const std::size_t count = (storage.size() - skipped) / (sizeof(Entry) + sizeof(void*));
  std::byte* const start = storage.data() + skipped;
  auto* const entries = reinterpret_cast<Entry*>(start);
  auto** const buckets = reinterpret_cast<Entry**>(start + count * sizeof(Entry));
  for (std::size_t i = 0; i < count; ++i) {
    new (static_cast<void*>(&buckets[i])) Entry*(nullptr);
    new (&entries[i]) Entry{.next = free_};
    free_ = &entries[i];
  }
  entries_ = {entries, count};
  buckets_ = {buckets, count};
}

std::uint64_t Cache::HashOf(const wire::DnsQuestion& question) const {
  std::array<std::byte, 8 + 4 + wire::kMostNameBytes> bytes;
  wire::StoreBig(&bytes[0], kDomain);
  wire::StoreBig(&bytes[8], static_cast<std::uint16_t>(question.type));
  wire::StoreBig(&bytes[10], question.network_class);
  const auto name = question.name.bytes();
  // Setting this bit makes letters equal in either case, and other characters no worse than a collision.
  std::ranges::transform(name, &bytes[12], [](std::byte byte) { return byte | std::byte{0x20}; });
  return random_.Hash(std::span(bytes).first(12 + name.size()));
}

// The pointer to the question's entry, or the null at the end of its chain.
Cache::Entry** Cache::SlotOf(const wire::DnsQuestion& question, std::uint64_t hash) {
  Entry** slot = &buckets_[hash % buckets_.size()];
  while (*slot != nullptr) {
    const Entry& entry = **slot;
    if (entry.hash == hash && entry.question.type == question.type &&
        entry.question.network_class == question.network_class && entry.question.name == question.name) {
      break;
    }
    slot = &(*slot)->next;
  }
  return slot;
}

void Cache::Unlink(Entry& entry) {
  (entry.newer == nullptr ? newest_ : entry.newer->older) = entry.older;
  (entry.older == nullptr ? oldest_ : entry.older->newer) = entry.newer;
  entry.newer = entry.older = nullptr;
}

void Cache::MoveToFront(Entry& entry) {
  if (newest_ == &entry) return;
  if (entry.newer != nullptr) Unlink(entry);
  entry.older = newest_;
  (newest_ == nullptr ? oldest_ : newest_->newer) = &entry;
  newest_ = &entry;
}

void Cache::Forget(Entry& entry) {
  *SlotOf(entry.question, entry.hash) = entry.next;
  Unlink(entry);
  entry.next = free_;
  free_ = &entry;
  --size_;
}

const Answer* Cache::Find(const wire::DnsQuestion& question, Instant now) {
  if (entries_.empty()) return nullptr;
  Entry* const entry = *SlotOf(question, HashOf(question));
  if (entry == nullptr || entry->end <= now) {
    if (entry != nullptr) Forget(*entry);
    ++counters_.misses;
    return nullptr;
  }
  ++counters_.hits;
  MoveToFront(*entry);
  entry->answer.ttl = static_cast<std::uint32_t>((entry->end - now).nanoseconds / 1'000'000'000);
  return &entry->answer;
}

void Cache::Add(const wire::DnsQuestion& question, const Answer& answer, Instant now) {
  const std::uint32_t ttl = TimeOf(answer);
  if (ttl == 0 || entries_.empty()) return;
  const std::uint64_t hash = HashOf(question);
  Entry* entry = *SlotOf(question, hash);
  if (entry == nullptr) {
    if (free_ == nullptr) {
      if (oldest_->end > now) ++counters_.evictions;
      Forget(*oldest_);
    }
    entry = free_;
    free_ = entry->next;
    entry->next = nullptr;
    entry->hash = hash;
    entry->question = question;
    *SlotOf(question, hash) = entry;
    ++size_;
  }
  entry->answer = answer;
  entry->end = now + Duration::Seconds(ttl);
  MoveToFront(*entry);
}

void Cache::Clear() {
  while (oldest_ != nullptr) Forget(*oldest_);
}

}  // namespace net::dns
