#include "kernel/event/futex.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/event/intrusive_list.h"
#include "kernel/event/thread.h"

namespace kernel::event {
namespace {

using Word = const volatile std::uint32_t*;

struct Waiter {
  Thread& thread;
  Word word;
  std::uint32_t bits;
  bool is_woken = false;
  ListLinks<Waiter> links = {};
};

using Waiters = IntrusiveList<Waiter, &Waiter::links>;

constexpr std::size_t kBuckets = 32;  // a power of two
constinit std::array<Waiters, kBuckets> buckets;

Waiters& BucketOf(Word word) {
  // Fibonacci hashing: words that lie close to each other go to different lists.
  const std::uint64_t mixed = (reinterpret_cast<std::uintptr_t>(word) >> 2) * 0x9e37'79b9'7f4a'7c15;
  return buckets[mixed >> 59];
}
static_assert(std::uint64_t{1} << (64 - 59) == kBuckets);

}  // namespace

WakeReason FutexWait(Word word, std::uint32_t bits, Instant deadline) {
  Waiter waiter = {.thread = Current(), .word = word, .bits = bits};
  BucketOf(word).PushBack(waiter);
  const WakeReason reason = Block(deadline);
  // A wake-up that met this waiter counts, even when the deadline came before the thread ran again: it would be lost.
  if (waiter.is_woken) return WakeReason::kWoken;
  BucketOf(waiter.word).Remove(waiter);  // `waiter.word`: it may have been requeued
  return reason;
}

int FutexWake(Word word, int limit, std::uint32_t bits) {
  Waiters& waiters = BucketOf(word);
  int woken = 0;
  for (Waiter* waiter = waiters.First(); waiter != nullptr && woken < limit;) {
    Waiter& candidate = *waiter;
    waiter = waiters.Next(candidate);
    if (candidate.word != word || (candidate.bits & bits) == 0) continue;
    waiters.Remove(candidate);
    candidate.is_woken = true;
    Wake(candidate.thread);
    ++woken;
  }
  return woken;
}

int FutexRequeue(Word from, Word to, int limit) {
  if (from == to) return 0;
  Waiters& source = BucketOf(from);
  Waiters& target = BucketOf(to);
  int moved = 0;
  for (Waiter* waiter = source.First(); waiter != nullptr && moved < limit;) {
    Waiter& candidate = *waiter;
    waiter = source.Next(candidate);
    if (candidate.word != from) continue;
    source.Remove(candidate);
    candidate.word = to;
    target.PushBack(candidate);
    ++moved;
  }
  return moved;
}

}  // namespace kernel::event
