// The timer queue with 1, 1,000 and 1,000,000 timers in it.
#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"
#include "testing/bench/costs/cost.h"

namespace costs {
namespace {

using kernel::Instant;
using kernel::TimerQueue;

std::unique_ptr<TimerQueue> queue;
std::unique_ptr<TimerQueue::Element[]> timers;
TimerQueue::Element one_more;
std::uint64_t state = 1;

Instant NextDeadline() {
  state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
  return {static_cast<std::int64_t>(state >> 24)};
}

template <std::size_t kSize>
void Fill() {
  state = 1;
  queue = std::make_unique<TimerQueue>();
  timers = std::make_unique<TimerQueue::Element[]>(kSize);
  for (std::size_t i = 0; i < kSize; ++i) queue->Insert(timers[i], NextDeadline());
}

void Empty() {
  while (queue->TakeDue(kernel::kNever) != nullptr) {
  }
  queue.reset();
  timers.reset();
}

// A deadline anywhere among the others.
void InsertAndCancel(long count) {
  for (long i = 0; i < count; ++i) {
    queue->Insert(one_more, NextDeadline());
    queue->Remove(one_more);
  }
}

void ExpireAndInsert(long count) {
  for (long i = 0; i < count; ++i) {
    TimerQueue::Element* const due = queue->TakeDue(queue->NextDeadline());
    queue->Insert(*due, NextDeadline());
  }
}

template <std::size_t kSize>
struct Among {
  Among(const char* insert, const char* expire)
      : insert({insert, 1000, &InsertAndCancel, &Fill<kSize>, &Empty}),
        expire({expire, 1000, &ExpireAndInsert, &Fill<kSize>, &Empty}) {}
  Registered insert;
  Registered expire;
};

const Among<1> kOne("timer: insert and cancel, 1 there", "timer: expire and insert, 1 there");
const Among<1000> kThousand("timer: insert and cancel, 1,000 there", "timer: expire and insert, 1,000 there");
const Among<1000000> kMillion("timer: insert and cancel, 1,000,000 there", "timer: expire and insert, 1,000,000 there");

}  // namespace
}  // namespace costs
