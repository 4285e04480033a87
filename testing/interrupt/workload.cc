#include "testing/interrupt/workload.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/arch/interrupts.h"
#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/deferred.h"
#include "kernel/event/thread.h"
#include "kernel/event/timer.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/time/clock.h"
#include "kernel/time/real_time_timer.h"

namespace testing_interrupt {
namespace {

using kernel::Duration;
using kernel::time::RealTimeTimer;

void UseThreads() {
  std::mutex mutex;
  std::condition_variable changed;
  int arrived = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&, i] {
      std::this_thread::sleep_for(std::chrono::microseconds(10 * i));
      std::this_thread::yield();
      const std::scoped_lock lock(mutex);
      ++arrived;
      changed.notify_all();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return arrived == 16; });
  (void)changed.wait_for(lock, std::chrono::microseconds(50), [] { return false; });
  lock.unlock();
  for (std::thread& thread : threads) thread.join();
}

void UseMemory() {
  std::vector<std::unique_ptr<std::byte[]>> blocks;
  for (std::size_t size = 16; size <= (std::size_t{4} << 20); size *= 2) {
    blocks.push_back(std::make_unique<std::byte[]>(size));
    blocks.push_back(std::make_unique<std::byte[]>(size + 1));
  }
  for (std::size_t i = 0; i < blocks.size(); i += 2) blocks[i].reset();
  for (int i = 0; i < 100; ++i) blocks.push_back(std::make_unique<std::byte[]>(5000));
}

void UseConsole() {
  std::array<char, 64> input;
  (void)board::ConsoleRead(input);
  for (int i = 0; i < 10; ++i) std::printf("a line of the workload, number %d\n", i);
}

constinit std::atomic<int> timer_runs = 0;

void CountRun(void*) { timer_runs.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

void RunTimerWorkload() {
  constexpr int kTimers = kernel::time::kMostRealTimeTimers - 1;
  std::vector<std::unique_ptr<RealTimeTimer>> timers;
  for (int i = 0; i < kTimers; ++i) timers.push_back(std::make_unique<RealTimeTimer>(&CountRun, nullptr));
  timer_runs = 0;
  const kernel::Instant at_once = kernel::time::Now() + Duration::Microseconds(500);
  for (auto& timer : timers) CHECK(timer->StartOnce(at_once).has_value());
  while (timer_runs.load() < kTimers) kernel::arch::PollInterrupts();
  for (int i = 0; i < kTimers; ++i) {
    CHECK(timers[static_cast<std::size_t>(i)]
              ->StartPeriodic(kernel::time::Now(), Duration::Microseconds(1'000 + 17 * i))
              .has_value());
  }
  while (timer_runs.load() < 4 * kTimers) kernel::arch::PollInterrupts();
  for (auto& timer : timers) timer->Stop();
}

namespace {

using kernel::event::Deferred;
using kernel::event::Timer;

struct Counted {
  int runs = 0;
  Deferred deferred{[](void* self) { ++static_cast<Counted*>(self)->runs; }, this};
  Timer timer{[](void* self) { ++static_cast<Counted*>(self)->runs; }, this};
};

// Work that a thread posts, work that a handler posts, work that is taken back; and the loop's timers, of which some
// come at the same moment and some never.
void UseLoop() {
  constexpr int kEach = 100;
  std::vector<std::unique_ptr<Counted>> counted;
  for (int i = 0; i < kEach; ++i) counted.push_back(std::make_unique<Counted>());
  const auto runs = [&] {
    int sum = 0;
    for (const auto& each : counted) sum += each->runs;
    return sum;
  };
  for (const auto& each : counted) each->deferred.Post();
  counted[0]->deferred.Cancel();
  while (runs() < kEach - 1) kernel::event::Yield();

  Counted from_handler;
  RealTimeTimer handler([](void* work) { static_cast<Deferred*>(work)->Post(); }, &from_handler.deferred);
  CHECK(handler.StartPeriodic(kernel::time::Now(), Duration::Microseconds(113)).has_value());
  while (from_handler.runs < 10) kernel::event::Yield();
  handler.Stop();
  from_handler.deferred.Cancel();

  const kernel::Instant start = kernel::time::Now();
  for (int i = 0; i < kEach; ++i) {
    counted[static_cast<std::size_t>(i)]->timer.Set(start + Duration::Microseconds(i % 2 == 0 ? 200 : 3 * i));
  }
  for (int i = 0; i < kEach; i += 10) counted[static_cast<std::size_t>(i)]->timer.Cancel();
  while (runs() < kEach - 1 + kEach - kEach / 10) std::this_thread::sleep_for(std::chrono::microseconds(50));
}

void UseLines() {
  for (int i = 0; i < 10; ++i) {
    auto line = kernel::interrupt::Register(
        board::ConsoleInputLine(), kernel::interrupt::Trigger::kHighLevel, "workload", [](void*) {}, nullptr);
    CHECK(line.has_value());
    line->Mask();
    line->Unmask();
    kernel::interrupt::ReleaseHeldLines();
    (void)kernel::interrupt::ReadTotals();
  }
}

}  // namespace

void RunWorkload() {
  UseThreads();
  UseMemory();
  UseConsole();
  UseLoop();
  UseLines();
}

}  // namespace testing_interrupt
