#include "kernel/base/when.h"

#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/counting_new.h"
#include "kernel/base/resumption.h"
#include "kernel/base/task.h"
#include "kernel/base/wait_queue.h"

namespace kernel {
namespace {

// Fails when a test leaves a frame, or anything else from operator new, behind.
class WhenTest : public testing::Test {
 protected:
  ~WhenTest() override { EXPECT_EQ(counting_new::LiveBlocks(), blocks_at_start_); }

  template <typename T>
  void Start(Task<T>& task) {
    task.Start(executor_);
    RunUntilIdle();
  }
  void RunUntilIdle() {
    while (executor_.RunTurn()) {
    }
  }

  long blocks_at_start_ = counting_new::LiveBlocks();
  Executor executor_;
};

template <typename T>
Task<T> After(WaitQueue& queue, T value) {
  co_await queue.Wait();
  co_return value;
}

Task<> Fail(WaitQueue& queue) {
  co_await queue.Wait();
  throw std::runtime_error("failed");
}

Task<> Nothing() { co_return; }

TEST_F(WhenTest, AllGivesEveryResultInItsPlaceWhateverTheOrderOfTheEnds) {
  WaitQueue first;
  WaitQueue second;
  auto main = [&]() -> Task<std::string> {
    auto [text, nothing, number] = co_await WhenAll(After(first, std::string("text")), Nothing(), After(second, 7));
    static_assert(std::is_same_v<decltype(nothing), std::monostate>);
    co_return text + std::to_string(number);
  };
  Task<std::string> task = main();
  Start(task);
  second.NotifyAll();
  RunUntilIdle();
  EXPECT_FALSE(task.IsDone());
  first.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(task.Take(), "text7");
}

TEST_F(WhenTest, AllOfNothingIsThereAtOnce) {
  std::vector<Task<int>> none;
  auto main = [&]() -> Task<> {
    co_await WhenAll();
    co_await WhenAll(std::span(none));
  };
  Task<> task = main();
  Start(task);
  EXPECT_TRUE(task.IsDone());
}

TEST_F(WhenTest, TheFirstExceptionCancelsTheOthersAndLeavesAll) {
  WaitQueue failing;
  WaitQueue never;
  auto main = [&]() -> Task<std::string> {
    try {
      co_await WhenAll(After(never, 1), Fail(failing), After(never, 2));
    } catch (const std::runtime_error& error) {
      EXPECT_TRUE(never.IsEmpty());
      co_return error.what();
    }
    co_return "nothing was thrown";
  };
  Task<std::string> task = main();
  Start(task);
  EXPECT_FALSE(never.IsEmpty());
  failing.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(task.Take(), "failed");
}

TEST_F(WhenTest, AllOfASpanLeavesEachResultInItsTask) {
  constexpr int kCount = 1000;
  WaitQueue queue;
  auto main = [&]() -> Task<int> {
    std::vector<Task<int>> tasks;
    for (int i = 0; i < kCount; ++i) tasks.push_back(After(queue, i));
    co_await WhenAll(std::span(tasks));
    int sum = 0;
    for (Task<int>& task : tasks) sum += task.Take();
    co_return sum;
  };
  Task<int> task = main();
  Start(task);
  while (queue.NotifyOne()) {
    EXPECT_FALSE(task.IsDone());
    executor_.RunTurn();
  }
  EXPECT_EQ(task.Take(), kCount * (kCount - 1) / 2);
}

TEST_F(WhenTest, AnExceptionCancelsTheOthersOfASpan) {
  WaitQueue failing;
  WaitQueue never;
  std::vector<Task<>> tasks;
  tasks.push_back([&]() -> Task<> { co_await never.Wait(); }());
  tasks.push_back(Fail(failing));
  auto main = [&]() -> Task<> { co_await WhenAll(std::span(tasks)); };
  Task<> task = main();
  Start(task);
  failing.NotifyAll();
  RunUntilIdle();
  EXPECT_TRUE(task.HasFailed());
  EXPECT_TRUE(never.IsEmpty());

  EXPECT_THROW(task.Take(), std::runtime_error);
}

TEST_F(WhenTest, AnyGivesTheFirstAndCancelsTheOthers) {
  WaitQueue first;
  WaitQueue second;
  auto main = [&]() -> Task<std::string> {
    auto winner = co_await WhenAny(After(first, 1), After(second, std::string("two")), After(first, 3));
    EXPECT_TRUE(first.IsEmpty());
    EXPECT_EQ(winner.index(), 1U);
    co_return std::get<1>(winner);
  };
  Task<std::string> task = main();
  Start(task);
  second.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(task.Take(), "two");
}

TEST_F(WhenTest, TheEarlierOneOfTwoThatEndInTheSameTurnWins) {
  WaitQueue queue;
  auto main = [&]() -> Task<std::size_t> { co_return (co_await WhenAny(After(queue, 1), After(queue, 2))).index(); };
  Task<std::size_t> task = main();
  Start(task);
  queue.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(task.Take(), 0U);
}

TEST_F(WhenTest, AnyOfOneThatEndsAtOnceNeverStartsTheOthers) {
  bool has_started = false;
  const auto other = [&]() -> Task<> {
    has_started = true;
    co_return;
  };
  auto main = [&]() -> Task<std::size_t> { co_return (co_await WhenAny(Nothing(), other())).index(); };
  Task<std::size_t> task = main();
  Start(task);
  EXPECT_EQ(task.Take(), 0U);
  EXPECT_FALSE(has_started);
}

TEST_F(WhenTest, AnExceptionOfTheFirstLeavesAny) {
  WaitQueue failing;
  WaitQueue never;
  auto main = [&]() -> Task<> { (void)co_await WhenAny(After(never, 1), Fail(failing)); };
  Task<> task = main();
  Start(task);
  failing.NotifyAll();
  RunUntilIdle();
  EXPECT_TRUE(never.IsEmpty());
  EXPECT_THROW(task.Take(), std::runtime_error);
}

TEST_F(WhenTest, AnyOfASpanGivesTheIndex) {
  WaitQueue first;
  WaitQueue second;
  auto main = [&]() -> Task<int> {
    std::vector<Task<int>> tasks;
    for (int i = 0; i < 5; ++i) tasks.push_back(After(i == 3 ? second : first, i * 10));
    const std::size_t index = co_await WhenAny(std::span(tasks));
    EXPECT_EQ(index, 3U);
    EXPECT_TRUE(tasks[0].IsEmpty());
    EXPECT_TRUE(first.IsEmpty());
    co_return tasks[index].Take();
  };
  Task<int> task = main();
  Start(task);
  second.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(task.Take(), 30);
}

TEST_F(WhenTest, CancellingTheOneWhoWaitsCancelsAll) {
  WaitQueue never;
  std::vector<Task<int>> tasks;
  tasks.push_back(After(never, 1));
  auto all = [&]() -> Task<> { (void)co_await WhenAll(After(never, 1), After(never, 2)); };
  auto any = [&]() -> Task<> { (void)co_await WhenAny(After(never, 1), After(never, 2)); };
  auto span = [&]() -> Task<> { co_await WhenAll(std::span(tasks)); };
  for (const int turns : {0, 1, 2}) {
    Task<> task = [](Task<> a, Task<> b) -> Task<> { (void)co_await WhenAll(std::move(a), std::move(b)); }(all(),
                                                                                                           any());
    task.Start(executor_);
    for (int i = 0; i < turns; ++i) executor_.RunTurn();
    task = Task<>();
    EXPECT_TRUE(never.IsEmpty());
    EXPECT_FALSE(executor_.HasReady());
  }
  {
    Task<> task = span();
    Start(task);
  }
  EXPECT_TRUE(never.IsEmpty());
}

TEST_F(WhenTest, WithoutMemoryForOneOfThemNoneIsStarted) {
  WaitQueue never;
  auto main = [&]() -> Task<std::string> {
    counting_new::FailAfter(1);
    Task<int> first = After(never, 1);
    Task<int> second = After(never, 2);
    counting_new::FailAfter(-1);
    try {
      co_await WhenAll(std::move(first), std::move(second));
    } catch (const std::bad_alloc&) {
      EXPECT_TRUE(never.IsEmpty());
      co_return "bad_alloc";
    }
    co_return "nothing was thrown";
  };
  Task<std::string> task = main();
  Start(task);
  EXPECT_EQ(task.Take(), "bad_alloc");
}

}  // namespace
}  // namespace kernel
