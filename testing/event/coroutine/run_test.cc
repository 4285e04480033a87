// kernel::Run and its coroutines as a program uses them.
#include "kernel/event/run.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/counting_new.h"
#include "kernel/base/result.h"
#include "kernel/base/task_without_exceptions.h"

namespace {

using kernel::Error;
using kernel::Sleep;
using kernel::Task;
using kernel::WhenAll;
using kernel::WhenAny;
using kernel::WithTimeout;
using kernel::Yield;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

Task<int> After(std::chrono::nanoseconds duration, int value) {
  co_await Sleep(duration);
  co_return value;
}

Task<int> Throw() {
  co_await Yield();
  throw std::runtime_error("from a task");
}

TEST(RunTest, GivesWhatTheTaskGives) {
  EXPECT_EQ(kernel::Run(After(1ms, 7)), 7);
  bool has_run = false;
  kernel::Run([&]() -> Task<> {
    has_run = true;
    co_return;
  }());
  EXPECT_TRUE(has_run);
}

TEST(RunTest, AnExceptionLeavesRun) {
  try {
    (void)kernel::Run(Throw());
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "from a task");
  }
}

TEST(RunTest, ASleepLastsAsLongAsItSays) {
  const auto start = steady_clock::now();
  kernel::Run([]() -> Task<> {
    co_await Sleep(5ms);
    co_await Sleep(kernel::Duration::Milliseconds(5));
  }());
  EXPECT_GE(steady_clock::now() - start, 10ms);
}

TEST(RunTest, SleepsOverlap) {
  // Ten times as long one after the other; the bound leaves room for a busy machine.
  const auto start = steady_clock::now();
  kernel::Run([]() -> Task<> {
    std::vector<Task<int>> tasks;
    for (int i = 0; i < 100; ++i) tasks.push_back(After(20ms, i));
    co_await WhenAll(std::span(tasks));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(tasks[static_cast<std::size_t>(i)].Take(), i);
  }());
  EXPECT_GE(steady_clock::now() - start, 20ms);
  EXPECT_LT(steady_clock::now() - start, 1s);
}

TEST(RunTest, WhatComesTooLateIsCancelled) {
  kernel::Run([]() -> Task<> {
    const auto start = steady_clock::now();
    EXPECT_EQ(co_await WithTimeout(After(24h, 1), 5ms), kernel::Fail(Error::kTimedOut));
    EXPECT_GE(steady_clock::now() - start, 5ms);
    EXPECT_EQ(co_await WithTimeout(After(1ms, 2), 24h), 2);
    const auto winner = co_await WhenAny(After(24h, 1), After(1ms, 2), After(48h, 3));
    EXPECT_EQ(winner.index(), 1U);
  }());
}

TEST(RunTest, TasksOfRoomsWithoutExceptionsAndOfProgramsMix) {
  kernel::Run([]() -> Task<> {
    EXPECT_EQ(co_await kernel::AddOneWithoutExceptions(After(1ms, 1)), 2);
    // The same Task<int> as the other room has compiled: the exception must pass all the same.
    EXPECT_THROW((void)co_await Throw(), std::runtime_error);
    EXPECT_EQ(co_await kernel::AnswerWithoutExceptions(), 42);
  }());
}

TEST(RunTest, ThreadsAndCoroutinesRunSideBySide) {
  std::string trail;
  std::thread thread([&] {
    for (int i = 0; i < 5; ++i) {
      trail += 't';
      std::this_thread::yield();
    }
  });
  kernel::Run([&]() -> Task<> {
    for (int i = 0; i < 5; ++i) {
      trail += 'c';
      co_await Yield();
    }
  }());
  thread.join();
  EXPECT_EQ(trail, "ctctctctct");
}

TEST(RunTest, EachThreadHasARunOfItsOwn) {
  constexpr int kThreads = 8;
  static thread_local int number = -1;
  std::vector<int> order;
  kernel::WaitQueue start;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&order, &start, i] {
      number = i;
      kernel::Run([](std::vector<int>& order, kernel::WaitQueue& start) -> Task<> {
        co_await start.Wait();
        order.push_back(number);  // the thread that called Run, after every suspension
      }(order, start));
    });
  }
  kernel::Run([](std::vector<int>& order, kernel::WaitQueue& start) -> Task<> {
    co_await Sleep(1ms);
    while (order.size() < kThreads) {
      start.NotifyOne();
      co_await Yield();
    }
  }(order, start));
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(RunTest, AThreadWakesACoroutineThatSleeps) {
  kernel::WaitQueue queue;
  bool is_set = false;
  std::thread thread([&] {
    std::this_thread::sleep_for(5ms);
    is_set = true;
    queue.NotifyAll();
  });
  kernel::Run([&]() -> Task<> {
    while (!is_set) co_await queue.Wait();
  }());
  thread.join();
}

TEST(RunTest, ACallThatBlocksInACoroutineBlocksItsThreadOnly) {
  std::mutex mutex;
  std::condition_variable condition;
  bool is_set = false;
  std::thread thread([&] {
    kernel::Run([&]() -> Task<> {
      co_await Sleep(5ms);
      const std::lock_guard lock(mutex);
      is_set = true;
      condition.notify_all();
    }());
  });
  kernel::Run([&]() -> Task<> {
    const auto blocker = [&]() -> Task<> {
      std::unique_lock lock(mutex);
      condition.wait(lock, [&] { return is_set; });
      co_return;
    };
    const auto sibling = [&]() -> Task<> {
      co_await Yield();
      EXPECT_TRUE(is_set);  // it had to wait for its thread
    };
    co_await WhenAll(sibling(), blocker());
  }());
  thread.join();
}

TEST(RunTest, NothingIsAllocatedATurn) {
  kernel::Run([]() -> Task<> {
    kernel::WaitQueue queue;
    const auto echo = [&]() -> Task<> {
      for (;;) co_await queue.Wait();
    };
    kernel::TaskGroup group(co_await kernel::CurrentExecutor());
    group.Add(echo());
    co_await Sleep(1us);
    const long before = kernel::counting_new::Calls();
    for (int i = 0; i < 1000; ++i) {
      queue.NotifyAll();
      co_await Yield();
      co_await Sleep(1us);
    }
    EXPECT_EQ(kernel::counting_new::Calls(), before);
  }());
}

Task<int> Depth(int depth) {
  if (depth == 0) co_return 0;
  co_return co_await Depth(depth - 1) + 1;
}

TEST(RunTest, NeitherAChainNorALoopOfTasksNeedsStack) {
  // A stack has 128 KiB or more; a call needs 16 bytes at least.
  EXPECT_EQ(kernel::Run(Depth(100'000)), 100'000);
  const int sum = kernel::Run([]() -> Task<int> {
    int sum = 0;
    for (int i = 0; i < 1'000'000; ++i) sum += co_await Depth(0) + 1;
    co_return sum;
  }());
  EXPECT_EQ(sum, 1'000'000);
}

TEST(RunTest, AHundredThousandTasksSleepAtATime) {
  constexpr int kCount = 100'000;
  int ended = 0;
  kernel::Run([](int& ended) -> Task<> {
    const auto sleeper = [&](int i) -> Task<> {
      co_await Sleep(std::chrono::microseconds(1 + i * 7 % 1000));
      ++ended;
    };
    std::vector<Task<>> tasks;
    tasks.reserve(kCount);
    for (int i = 0; i < kCount; ++i) tasks.push_back(sleeper(i));
    co_await WhenAll(std::span(tasks));
  }(ended));
  EXPECT_EQ(ended, kCount);
}

}  // namespace
