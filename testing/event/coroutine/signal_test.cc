// From an interrupt handler to a coroutine: no signal is lost, and a coroutine that is gone is not touched.
#include "kernel/event/signal.h"

#include <chrono>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/event/run.h"
#include "kernel/time/clock.h"
#include "kernel/time/real_time_timer.h"

namespace {

using kernel::Duration;
using kernel::Task;
using namespace std::chrono_literals;

constinit kernel::Signal from_handler;
constinit volatile int interrupts = 0;
constinit kernel::time::RealTimeTimer timer(
    [](void*) {
      interrupts = interrupts + 1;
      from_handler.Raise();
    },
    nullptr);

TEST(Signal, AHandlerWakesACoroutineEachTime) {
  constexpr int kInterrupts = 200;
  kernel::Run([]() -> Task<> {
    EXPECT_EQ(interrupts, 0);
    for (int i = 1; i <= kInterrupts; ++i) {
      // One after the other, each while the coroutine waits or is about to.
      EXPECT_TRUE(timer.StartOnce(kernel::time::Now() + Duration::Microseconds(i % 50)));
      co_await from_handler.Wait();
      EXPECT_EQ(interrupts, i);
    }
  }());
}

TEST(Signal, OneThatCameBeforeTheWaitIsNotLostAndCountsOnce) {
  kernel::Run([]() -> Task<> {
    kernel::Signal signal;
    signal.Raise();
    signal.Raise();
    co_await kernel::Sleep(1ms);
    co_await signal.Wait();
    EXPECT_FALSE(
        (co_await kernel::WithTimeout([](kernel::Signal& signal) -> Task<> { co_await signal.Wait(); }(signal), 1ms))
            .has_value());
  }());
}

TEST(Signal, NothingComesForACoroutineThatIsGone) {
  kernel::Run([]() -> Task<> {
    {
      kernel::Signal signal;
      Task<> gone = [](kernel::Signal& signal) -> Task<> {
        co_await signal.Wait();
        ADD_FAILURE() << "cancelled, and run all the same";
      }(signal);
      gone.Start(co_await kernel::CurrentExecutor());
      co_await kernel::Yield();
      signal.Raise();
      gone = Task<>();
      signal.Raise();
    }
    co_await kernel::Sleep(1ms);
  }());
}

}  // namespace
