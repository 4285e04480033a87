#include "kernel/base/task_group.h"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "kernel/base/counting_new.h"
#include "kernel/base/resumption.h"
#include "kernel/base/task.h"
#include "kernel/base/turn.h"
#include "kernel/base/wait_queue.h"

namespace kernel {
namespace {

// Fails when a test leaves a frame, or anything else from operator new, behind.
class TaskGroupTest : public testing::Test {
 protected:
  ~TaskGroupTest() override { EXPECT_EQ(counting_new::LiveBlocks(), blocks_at_start_); }

  void RunUntilIdle() {
    while (executor_.RunTurn()) {
    }
  }

  long blocks_at_start_ = counting_new::LiveBlocks();
  Executor executor_;
};

struct Witness {
  std::string& trail;
  char name;
  ~Witness() { trail += name; }
};

Task<> Wait(WaitQueue& queue, std::string& trail, char name) {
  const Witness witness{trail, name};
  co_await queue.Wait();
}

Task<> Fail(WaitQueue& queue) {
  co_await queue.Wait();
  throw std::runtime_error("failed");
}

TEST_F(TaskGroupTest, TasksComeAndGo) {
  std::string trail;
  WaitQueue first;
  WaitQueue second;
  TaskGroup group(executor_);
  group.Add(Wait(first, trail, 'a'));
  group.Add(Wait(second, trail, 'b'));
  group.Add(Wait(first, trail, 'c'));
  EXPECT_EQ(group.size(), 3U);
  RunUntilIdle();
  second.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(trail, "b");
  EXPECT_EQ(group.size(), 2U);
  group.Add(Wait(second, trail, 'd'));
  first.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(trail, "bac");
  second.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(group.size(), 0U);
}

TEST_F(TaskGroupTest, JoinWaitsForAllThatWereAddedMeanwhileToo) {
  std::string trail;
  WaitQueue queue;
  auto main = [&]() -> Task<> {
    TaskGroup group(co_await CurrentExecutor());
    const auto parent = [&]() -> Task<> {
      group.Add(Wait(queue, trail, 'a'));
      co_return;
    };
    co_await group.Join();  // of nothing
    group.Add(parent());
    co_await group.Join();
    trail += '!';
  };
  Task<> task = main();
  task.Start(executor_);
  RunUntilIdle();
  EXPECT_EQ(trail, "");
  queue.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(trail, "a!");
}

TEST_F(TaskGroupTest, CancelAllEndsTheYoungestFirst) {
  std::string trail;
  WaitQueue never;
  TaskGroup group(executor_);
  for (const char name : {'a', 'b', 'c'}) group.Add(Wait(never, trail, name));
  RunUntilIdle();
  group.CancelAll();
  EXPECT_EQ(trail, "cba");
  EXPECT_EQ(group.size(), 0U);
  EXPECT_TRUE(never.IsEmpty());
}

TEST_F(TaskGroupTest, TheEndOfTheGroupEndsItsTasks) {
  std::string trail;
  WaitQueue never;
  auto main = [&]() -> Task<> {
    TaskGroup group(co_await CurrentExecutor());
    group.Add(Wait(never, trail, 'a'));
    co_await group.Join();
  };
  {
    Task<> task = main();
    task.Start(executor_);
    RunUntilIdle();
  }
  EXPECT_EQ(trail, "a");
}

TEST_F(TaskGroupTest, ATaskMayCancelTheOthersOfItsGroupByThrowing) {
  std::string trail;
  WaitQueue failing;
  WaitQueue never;
  auto main = [&]() -> Task<std::string> {
    TaskGroup group(co_await CurrentExecutor());
    group.Add(Wait(never, trail, 'a'));
    group.Add(Fail(failing));
    group.Add(Wait(never, trail, 'b'));
    try {
      co_await group.Join();
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(group.size(), 0U);
      co_return error.what();
    }
    co_return "nothing was thrown";
  };
  Task<std::string> task = main();
  task.Start(executor_);
  RunUntilIdle();
  failing.NotifyAll();
  RunUntilIdle();
  EXPECT_EQ(task.Take(), "failed");
  EXPECT_EQ(trail, "ba");
}

TEST_F(TaskGroupTest, WhoOnlyAddsLearnsOfAFailureByTheNextAdd) {
  std::string trail;
  WaitQueue queue;
  TaskGroup group(executor_);
  group.Add(Fail(queue));
  RunUntilIdle();
  queue.NotifyAll();
  RunUntilIdle();
  EXPECT_THROW(group.Add(Wait(queue, trail, 'a')), std::runtime_error);
  group.Add(Wait(queue, trail, 'b'));
  EXPECT_EQ(group.size(), 1U);
}

TEST_F(TaskGroupTest, AFailureThatNobodyTakesIsDestroyed) {
  const auto witness = std::make_shared<int>(1);
  {
    TaskGroup group(executor_);
    group.Add([](std::shared_ptr<int> held) -> Task<> {
      throw held;
      co_return;
    }(witness));
    RunUntilIdle();
    EXPECT_GT(witness.use_count(), 1);
  }
  EXPECT_EQ(witness.use_count(), 1);
}

TEST_F(TaskGroupTest, WithoutMemoryNothingIsAdded) {
  std::string trail;
  WaitQueue queue;
  TaskGroup group(executor_);
  counting_new::FailAfter(0);
  Task<> without_frame = Wait(queue, trail, 'a');
  counting_new::FailAfter(-1);
  EXPECT_FALSE(group.TryAdd(std::move(without_frame)));

  Task<> with_frame = Wait(queue, trail, 'b');
  counting_new::FailAfter(0);
  EXPECT_FALSE(group.TryAdd(std::move(with_frame)));
  counting_new::FailAfter(-1);
  with_frame = Wait(queue, trail, 'c');
  counting_new::FailAfter(0);
  EXPECT_THROW(group.Add(std::move(with_frame)), std::bad_alloc);
  counting_new::FailAfter(-1);
  EXPECT_EQ(group.size(), 0U);
}

TEST(TaskGroupDeathTest, AGroupOutlivesWhoJoinsIt) {
  EXPECT_DEATH(
      {
        Executor executor;
        std::string trail;
        WaitQueue never;
        std::optional<TaskGroup> group(std::in_place, executor);
        group->Add(Wait(never, trail, 'a'));
        auto main = [&]() -> Task<> { co_await group->Join(); };
        Task<> task = main();
        task.Start(executor);
        executor.RunTurn();
        group.reset();
      },
      "joining_.IsEmpty");
}

}  // namespace
}  // namespace kernel
