// Coroutines: with an executor alone, and in kernel::Run.
#include <chrono>

#include "kernel/event/run.h"
#include "testing/bench/costs/cost.h"

namespace costs {
namespace {

using kernel::Task;

struct Echo {
  kernel::Executor executor;
  kernel::WaitQueue queue;
  Task<> task;
};
Echo* echo = nullptr;

Task<> WaitForEver(kernel::WaitQueue& queue) {
  for (;;) co_await queue.Wait();
}

Task<int> Answer() { co_return 42; }

const Registered kResume({.name = "coroutine: notify, resume and suspend",
                          .count = 1000,
                          .run =
                              [](long count) {
                                for (long i = 0; i < count; ++i) {
                                  echo->queue.NotifyOne();
                                  echo->executor.RunTurn();
                                }
                              },
                          .prepare =
                              [] {
                                echo = new Echo;
                                echo->task = WaitForEver(echo->queue);
                                echo->task.Start(echo->executor);
                                echo->executor.RunTurn();
                              },
                          .finish = [] { delete echo; }});

const Registered kAwait({.name = "coroutine: co_await a task that ends at once", .count = 1000, .run = [](long count) {
                           kernel::Run([](long count) -> Task<> {
                             for (long i = 0; i < count; ++i) Use(co_await Answer());
                           }(count));
                         }});

const Registered kTimeout({.name = "coroutine: the same WithTimeout", .count = 1000, .run = [](long count) {
                             kernel::Run([](long count) -> Task<> {
                               for (long i = 0; i < count; ++i)
                                 Use(co_await kernel::WithTimeout(Answer(), std::chrono::seconds(1)));
                             }(count));
                           }});

const Registered kYield({.name = "coroutine: a turn of Run", .count = 1000, .run = [](long count) {
                           kernel::Run([](long count) -> Task<> {
                             for (long i = 0; i < count; ++i) co_await kernel::Yield();
                           }(count));
                         }});

}  // namespace
}  // namespace costs
