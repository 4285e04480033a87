// What timers cost among a million others, on a host:
//
//   ./bazelw run -c opt //kernel/base:timer_queue_benchmark
//
// Target: no operation takes more than twice as long per row of the tree with 1,000,000 timers as with 1,000; there are
// 20 rows against 10, and the rest of the growth is the CPU's caches.
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"

namespace kernel {
namespace {

class Timers {
 public:
  explicit Timers(std::size_t size) : elements_(size) {
    for (TimerQueue::Element& element : elements_) queue_.Insert(element, Deadline());
  }
  TimerQueue& queue() { return queue_; }
  TimerQueue::Element& Any() { return elements_[random_() % elements_.size()]; }
  Instant Deadline() { return now_ + Duration::Nanoseconds(static_cast<std::int64_t>(random_() % 1'000'000'000)); }
  void PassTo(Instant now) { now_ = now; }

 private:
  std::minstd_rand random_{1};
  Instant now_;
  TimerQueue queue_;
  std::vector<TimerQueue::Element> elements_;
};

void CancelAndInsert(benchmark::State& state) {
  Timers timers(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    TimerQueue::Element& element = timers.Any();
    timers.queue().Remove(element);
    timers.queue().Insert(element, timers.Deadline());
  }
}
BENCHMARK(CancelAndInsert)->Arg(1'000)->Arg(1'000'000);

void ExpireAndInsert(benchmark::State& state) {
  Timers timers(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    TimerQueue::Element& element = *timers.queue().TakeDue(kNever);
    timers.PassTo(element.deadline());
    timers.queue().Insert(element, timers.Deadline());
  }
}
BENCHMARK(ExpireAndInsert)->Arg(1'000)->Arg(1'000'000);

}  // namespace
}  // namespace kernel

BENCHMARK_MAIN();
