#include "kernel/base/task.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/counting_new.h"
#include "kernel/base/resumption.h"
#include "kernel/base/task_without_exceptions.h"
#include "kernel/base/wait_queue.h"

namespace kernel {
namespace {

// Runs until nothing is ready.
template <typename T>
void RunUntilIdle(Executor& executor, Task<T>& task) {
  task.Start(executor);
  while (executor.RunTurn()) {
  }
}

Task<int> Answer() { co_return 42; }

Task<> AppendWhenNotified(WaitQueue& queue, std::string& trail, char name) {
  co_await queue.Wait();
  trail += name;
}

// Fails when a test leaves a frame, or anything else from operator new, behind.
class TaskTest : public testing::Test {
 protected:
  ~TaskTest() override { EXPECT_EQ(counting_new::LiveBlocks(), blocks_at_start_); }

  long blocks_at_start_ = counting_new::LiveBlocks();
  Executor executor_;
};

TEST_F(TaskTest, NothingRunsBeforeSomebodyWaits) {
  bool has_run = false;
  const auto coroutine = [&]() -> Task<> {
    has_run = true;
    co_return;
  };
  {
    const Task<> never = coroutine();
  }
  EXPECT_FALSE(has_run);
  Task<> task = coroutine();
  RunUntilIdle(executor_, task);
  EXPECT_TRUE(has_run);
}

TEST_F(TaskTest, ValuesReferencesAndMoveOnlyResultsReachTheAwaiter) {
  int variable = 1;
  const auto reference = [&]() -> Task<int&> { co_return variable; };
  const auto owner = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  const auto text = []() -> Task<std::string> { co_return "a text that is too long for the small buffer"; };
  auto main = [&]() -> Task<int> {
    (co_await reference()) = 2;
    const std::unique_ptr<int> seven = co_await owner();
    EXPECT_EQ((co_await text()).size(), 44U);
    co_return co_await Answer() + *seven;
  };
  Task<int> task = main();
  RunUntilIdle(executor_, task);
  ASSERT_TRUE(task.IsDone());
  EXPECT_EQ(task.Take(), 49);
  EXPECT_TRUE(task.IsEmpty());
  EXPECT_EQ(variable, 2);
}

TEST_F(TaskTest, AResultThatNobodyTakesIsDestroyed) {
  const auto witness = std::make_shared<int>(1);
  {
    Task<std::shared_ptr<int>> task = [](std::shared_ptr<int> held) -> Task<std::shared_ptr<int>> {
      co_return held;
    }(witness);
    RunUntilIdle(executor_, task);
    EXPECT_GT(witness.use_count(), 1);
  }
  EXPECT_EQ(witness.use_count(), 1);
}

TEST_F(TaskTest, AnExceptionLeavesTheCoAwait) {
  const auto thrower = []() -> Task<int> {
    throw std::runtime_error("no number");
    co_return 1;
  };
  const auto middle = [&]() -> Task<int> { co_return co_await thrower(); };
  auto main = [&]() -> Task<std::string> {
    try {
      (void)co_await middle();
    } catch (const std::runtime_error& error) {
      co_return error.what();
    }
    co_return "nothing was thrown";
  };
  Task<std::string> task = main();
  RunUntilIdle(executor_, task);
  EXPECT_EQ(task.Take(), "no number");
}

TEST_F(TaskTest, AnExceptionThatNobodyTakesIsDestroyed) {
  const auto witness = std::make_shared<int>(1);
  {
    Task<> task = [](std::shared_ptr<int> held) -> Task<> {
      throw held;
      co_return;
    }(witness);
    RunUntilIdle(executor_, task);
    EXPECT_TRUE(task.HasFailed());
    EXPECT_GT(witness.use_count(), 1);
  }
  EXPECT_EQ(witness.use_count(), 1);
}

TEST_F(TaskTest, ALoopOverTasksThatEndAtOnceNeedsNoStack) {
  auto main = []() -> Task<int> {
    int sum = 0;
    for (int i = 0; i < 1'000'000; ++i) sum += co_await Answer() - 41;
    co_return sum;
  };
  Task<int> task = main();
  RunUntilIdle(executor_, task);
  EXPECT_EQ(task.Take(), 1'000'000);
}

Task<int> Depth(int depth, WaitQueue* bottom) {
  if (depth > 0) co_return co_await Depth(depth - 1, bottom) + 1;
  if (bottom != nullptr) co_await bottom->Wait();
  co_return 0;
}

TEST_F(TaskTest, AChainOfAMillionTasksNeedsNoStack) {
  Task<int> task = Depth(1'000'000, nullptr);
  RunUntilIdle(executor_, task);
  EXPECT_EQ(task.Take(), 1'000'000);
}

TEST_F(TaskTest, AChainOfAMillionTasksIsCancelledWithoutStack) {
  WaitQueue never;
  {
    Task<int> task = Depth(1'000'000, &never);
    RunUntilIdle(executor_, task);
    EXPECT_FALSE(never.IsEmpty());
    EXPECT_EQ(counting_new::LiveBlocks() - blocks_at_start_, 1'000'001);
  }
  EXPECT_TRUE(never.IsEmpty());
}

TEST_F(TaskTest, CancellingDestroysTheVariablesFromTheInsideOut) {
  struct Witness {
    std::string& trail;
    char name;
    ~Witness() { trail += name; }
  };
  std::string trail;
  WaitQueue never;
  const auto inner = [&]() -> Task<> {
    const Witness c{trail, 'c'};
    const Witness d{trail, 'd'};
    co_await never.Wait();
    trail += '!';
  };
  auto outer = [&]() -> Task<> {
    const Witness a{trail, 'a'};
    const Witness b{trail, 'b'};
    co_await inner();
  };
  {
    Task<> task = outer();
    RunUntilIdle(executor_, task);
    EXPECT_EQ(trail, "");
  }
  EXPECT_EQ(trail, "dcba");
}

TEST_F(TaskTest, ACoroutineMayOwnTheQueueThatItWaitsIn) {
  auto main = []() -> Task<> {
    WaitQueue own;
    co_await own.Wait();
  };
  Task<> task = main();
  RunUntilIdle(executor_, task);
  EXPECT_FALSE(task.IsDone());
}

TEST_F(TaskTest, ATaskThatIsReadyIsCancelledBeforeItRuns) {
  std::string trail;
  WaitQueue queue;
  Task<> kept = AppendWhenNotified(queue, trail, 'a');
  {
    Task<> cancelled = AppendWhenNotified(queue, trail, 'b');
    Task<> never_started = AppendWhenNotified(queue, trail, 'c');
    kept.Start(executor_);
    cancelled.Start(executor_);
    never_started.Start(executor_);
    executor_.RunTurn();
    queue.NotifyAll();
    EXPECT_TRUE(executor_.HasReady());
  }
  executor_.RunTurn();
  EXPECT_EQ(trail, "a");
  EXPECT_FALSE(executor_.HasReady());
}

TEST_F(TaskTest, AssigningCancelsWhatWasThere) {
  WaitQueue never;
  std::string trail;
  Task<> task = AppendWhenNotified(never, trail, 'a');
  RunUntilIdle(executor_, task);
  task = AppendWhenNotified(never, trail, 'b');
  EXPECT_TRUE(never.IsEmpty());
  EXPECT_EQ(counting_new::LiveBlocks() - blocks_at_start_, 1);
}

TEST_F(TaskTest, NotificationsComeInTheOrderOfWaiting) {
  std::string trail;
  WaitQueue queue;
  std::vector<Task<>> tasks;
  for (const char name : {'a', 'b', 'c', 'd'}) {
    tasks.push_back(AppendWhenNotified(queue, trail, name));
    tasks.back().Start(executor_);
  }
  executor_.RunTurn();
  EXPECT_TRUE(queue.NotifyOne());
  executor_.RunTurn();
  EXPECT_EQ(trail, "a");
  tasks[1] = Task<>();  // leaves from the middle
  queue.NotifyAll();
  executor_.RunTurn();
  EXPECT_EQ(trail, "acd");
  EXPECT_FALSE(queue.NotifyOne());
}

TEST_F(TaskTest, ATurnRunsWhatWasReadyAtItsStart) {
  std::string trail;
  WaitQueue queue;
  // Each makes the other ready, for ever.
  const auto player = [&](char name) -> Task<> {
    for (;;) {
      trail += name;
      queue.NotifyAll();
      co_await queue.Wait();
    }
  };
  Task<> ping = player('i');
  Task<> pong = player('o');
  ping.Start(executor_);
  pong.Start(executor_);
  EXPECT_TRUE(executor_.RunTurn());
  EXPECT_EQ(trail, "io");
  EXPECT_TRUE(executor_.RunTurn());
  EXPECT_EQ(trail, "ioi");
  EXPECT_TRUE(executor_.RunTurn());
  EXPECT_EQ(trail, "ioio");
}

TEST_F(TaskTest, AnIdleExecutorIsToldOfWork) {
  static int calls;
  calls = 0;
  Executor executor([](Executor&) { ++calls; });
  WaitQueue queue;
  std::string trail;
  Task<> a = AppendWhenNotified(queue, trail, 'a');
  Task<> b = AppendWhenNotified(queue, trail, 'b');
  a.Start(executor);
  b.Start(executor);
  EXPECT_EQ(calls, 1);
  executor.RunTurn();
  queue.NotifyAll();
  EXPECT_EQ(calls, 2);
  executor.RunTurn();
  EXPECT_EQ(trail, "ab");
}

TEST_F(TaskTest, SuspendingAndResumingAllocateNothing) {
  WaitQueue queue;
  auto main = [&]() -> Task<> {
    for (;;) co_await queue.Wait();
  };
  Task<> task = main();
  RunUntilIdle(executor_, task);
  const long before = counting_new::Calls();
  for (int i = 0; i < 1000; ++i) {
    queue.NotifyAll();
    executor_.RunTurn();
  }
  EXPECT_EQ(counting_new::Calls(), before);
}

TEST_F(TaskTest, AMillionTasksWaitAtATime) {
  constexpr int kCount = 1'000'000;
  int ended = 0;
  WaitQueue queue;
  {
    std::vector<Task<>> tasks;
    tasks.reserve(kCount);
    const auto waiter = [&]() -> Task<> {
      co_await queue.Wait();
      ++ended;
    };
    for (int i = 0; i < kCount; ++i) {
      tasks.push_back(waiter());
      tasks.back().Start(executor_);
    }
    executor_.RunTurn();
    queue.NotifyAll();
    executor_.RunTurn();
  }
  EXPECT_EQ(ended, kCount);
}

TEST_F(TaskTest, WithoutMemoryForItsFrameATaskIsEmptyAndAwaitingItThrows) {
  auto main = [&]() -> Task<std::string> {
    counting_new::FailAfter(0);
    Task<int> task = Answer();
    counting_new::FailAfter(-1);
    EXPECT_TRUE(task.IsEmpty());
    try {
      (void)co_await std::move(task);
    } catch (const std::bad_alloc&) {
      co_return "bad_alloc";
    }
    co_return "nothing was thrown";
  };
  Task<std::string> task = main();
  RunUntilIdle(executor_, task);
  EXPECT_EQ(task.Take(), "bad_alloc");
}

TEST_F(TaskTest, ARoomWithoutExceptionsAndAProgramWithThemShareTasks) {
  const auto thrower = []() -> Task<int> {
    throw std::runtime_error("from the program");
    co_return 1;
  };
  auto main = [&]() -> Task<std::string> {
    EXPECT_EQ(co_await AnswerWithoutExceptions(), 42);
    EXPECT_EQ(co_await AddOneWithoutExceptions(Answer()), 43);
    // The same Task<int> that the other room has compiled; the exception must find its way here all the same.
    try {
      (void)co_await thrower();
    } catch (const std::runtime_error& error) {
      co_return error.what();
    }
    co_return "nothing was thrown";
  };
  Task<std::string> task = main();
  RunUntilIdle(executor_, task);
  EXPECT_EQ(task.Take(), "from the program");
}

// googletest allocates once for its first death: nothing is counted here.
class TaskDeathTest : public testing::Test {
 protected:
  Executor executor_;
};

TEST_F(TaskDeathTest, AnExceptionMeetsARoomWithoutExceptions) {
  const auto thrower = []() -> Task<int> {
    throw std::runtime_error("from the program");
    co_return 1;
  };
  EXPECT_DEATH(
      {
        Task<int> task = AddOneWithoutExceptions(thrower());
        RunUntilIdle(executor_, task);
      },
      "terminating");
}

TEST_F(TaskDeathTest, ATaskIsAwaitedOnce) {
  EXPECT_DEATH(
      {
        auto main = []() -> Task<int> {
          Task<int> answer = Answer();
          const int first = co_await std::move(answer);
          co_return first + co_await std::move(answer);  // NOLINT(bugprone-use-after-move): the point of the test
        };
        Task<int> task = main();
        RunUntilIdle(executor_, task);
      },
      "a task is awaited twice");
}

TEST_F(TaskDeathTest, ATaskIsStartedOnce) {
  WaitQueue never;
  std::string trail;
  Task<> task = AppendWhenNotified(never, trail, 'a');
  RunUntilIdle(executor_, task);
  EXPECT_DEATH(task.Start(executor_), "executor\\(\\) == nullptr");
}

TEST_F(TaskDeathTest, ARunningTaskDoesNotDestroyItself) {
  EXPECT_DEATH(
      {
        Task<> task;
        const auto inner = [&]() -> Task<> {
          task = Task<>();  // destroys who waits for this, and this
          co_return;
        };
        auto main = [&]() -> Task<> { co_await inner(); };
        task = main();
        RunUntilIdle(executor_, task);
      },
      "IsRunning");
}

TEST_F(TaskDeathTest, ATaskThatWasResumedDoesNotDestroyItself) {
  EXPECT_DEATH(
      {
        WaitQueue queue;
        Task<> task;
        auto main = [&]() -> Task<> {
          co_await queue.Wait();
          task = Task<>();
        };
        task = main();
        RunUntilIdle(executor_, task);
        queue.NotifyOne();
        executor_.RunTurn();
      },
      "IsRunning");
}

// The variable that gives the task up is destroyed by an exception, which came out of another task and a wait.
TEST_F(TaskDeathTest, ATaskThatAnExceptionEndsDoesNotDestroyItself) {
  struct GiveUp {
    Task<>& task;
    ~GiveUp() { task = Task<>(); }
  };
  EXPECT_DEATH(
      {
        WaitQueue queue;
        Task<> task;
        const auto thrower = [&]() -> Task<> {
          co_await queue.Wait();
          throw std::runtime_error("after the wait");
        };
        auto main = [&]() -> Task<> {
          const GiveUp give_up{task};
          co_await thrower();
        };
        task = main();
        RunUntilIdle(executor_, task);
        queue.NotifyOne();
        executor_.RunTurn();
      },
      "IsRunning");
}

// Nor does one task destroy another that has it run.
TEST_F(TaskDeathTest, AResumedTaskDoesNotDestroyWhoWaitsForIt) {
  EXPECT_DEATH(
      {
        WaitQueue queue;
        Task<> task;
        const auto inner = [&]() -> Task<> {
          co_await queue.Wait();
          task = Task<>();
        };
        auto main = [&]() -> Task<> { co_await inner(); };
        task = main();
        RunUntilIdle(executor_, task);
        queue.NotifyOne();
        executor_.RunTurn();
      },
      "IsRunning");
}

// What it may do: let go of another that has ended with an exception, and of one that waits, while one is on its way.
TEST_F(TaskTest, AnExceptionDestroysTheTasksOfTheVariablesThatItUnwinds) {
  WaitQueue queue;
  std::string trail;
  const auto thrower = [&]() -> Task<> {
    co_await queue.Wait();
    throw std::runtime_error("after the wait");
  };
  auto main = [&]() -> Task<> {
    try {
      Task<> waiting = AppendWhenNotified(queue, trail, 'a');
      waiting.Start(executor_);
      co_await thrower();
    } catch (const std::runtime_error&) {
      trail += 'x';
    }
  };
  Task<> task = main();
  RunUntilIdle(executor_, task);
  queue.NotifyOne();  // the thrower came first
  while (executor_.RunTurn()) {
  }
  EXPECT_TRUE(task.IsDone());
  EXPECT_EQ(trail, "x");
  EXPECT_TRUE(queue.IsEmpty());
}

TEST_F(TaskDeathTest, AQueueOutlivesWhoWaitsInIt) {
  EXPECT_DEATH(
      {
        auto queue = std::make_unique<WaitQueue>();
        std::string trail;
        Task<> task = AppendWhenNotified(*queue, trail, 'a');
        RunUntilIdle(executor_, task);
        queue.reset();
      },
      "IsEmpty");
}

}  // namespace
}  // namespace kernel
