// Threads and what they wait with. They are cooperative: one runs until it blocks.
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <latch>
#include <mutex>
#include <numeric>
#include <semaphore>
#include <set>
#include <shared_mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace {

using namespace std::chrono_literals;

TEST(Threads, RunAndAreJoined) {
  int result = 0;
  std::thread thread([&result] { result = 42; });
  thread.join();
  EXPECT_EQ(result, 42);
}

TEST(Threads, HaveDifferentIds) {
  std::set<std::thread::id> ids = {std::this_thread::get_id()};
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ids.size(), 9u);
}

TEST(Threads, CanBeMadeAThousandTimes) {
  int count = 0;
  for (int i = 0; i < 1'000; ++i) std::thread([&count] { ++count; }).join();
  EXPECT_EQ(count, 1'000);
}

TEST(Threads, ADetachedThreadEndsByItself) {
  std::atomic<int> ended = 0;
  for (int i = 0; i < 20; ++i) std::thread([&ended] { ++ended; }).detach();
  while (ended < 20) std::this_thread::yield();
  std::this_thread::sleep_for(1ms);  // their stacks go meanwhile
  EXPECT_EQ(ended, 20);
}

TEST(Threads, AMutexAdmitsOneAtATime) {
  std::mutex mutex;
  int inside = 0;
  int most = 0;
  long total = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        std::lock_guard lock(mutex);
        most = std::max(most, ++inside);
        std::this_thread::yield();  // another one tries to come in
        ++total;
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(total, 200);
}

TEST(Threads, AConditionVariableHandsOverInBothDirections) {
  std::mutex mutex;
  std::condition_variable changed;
  int value = 0;
  std::vector<int> received;
  std::thread consumer([&] {
    for (int i = 1; i <= 100; ++i) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return value != 0; });
      received.push_back(std::exchange(value, 0));
      changed.notify_one();
    }
  });
  for (int i = 1; i <= 100; ++i) {
    std::unique_lock lock(mutex);
    value = i;
    changed.notify_one();
    changed.wait(lock, [&] { return value == 0; });
  }
  consumer.join();
  std::vector<int> expected(100);
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_EQ(received, expected);
}

TEST(Threads, NotifyAllWakesEveryWaiter) {
  std::mutex mutex;
  std::condition_variable changed;
  bool go = false;
  int woken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 10; ++i) {
    threads.emplace_back([&] {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return go; });
      ++woken;
    });
  }
  std::this_thread::sleep_for(1ms);  // all of them wait now
  {
    std::lock_guard lock(mutex);
    go = true;
  }
  changed.notify_all();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(woken, 10);
}

TEST(Threads, AWaitGivesUpAtItsDeadline) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(never.wait_for(lock, 5ms), std::cv_status::timeout);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 5ms);
  EXPECT_TRUE(lock.owns_lock());
}

TEST(Threads, ATimedMutexGivesUpAndGetsIn) {
  std::timed_mutex mutex;
  mutex.lock();
  bool first = true;
  bool second = false;
  std::atomic<bool> has_given_up = false;
  std::thread thread([&] {
    first = mutex.try_lock_for(2ms);
    has_given_up = true;
    second = mutex.try_lock_for(10s);
    if (second) mutex.unlock();
  });
  while (!has_given_up) std::this_thread::yield();
  std::this_thread::yield();  // it waits again now
  mutex.unlock();
  thread.join();
  EXPECT_FALSE(first);
  EXPECT_TRUE(second);
}

TEST(Threads, SleepersWakeInTheOrderOfTheirDeadlines) {
  const auto start = std::chrono::steady_clock::now() + 50ms;  // in the future for all of them, on a slow machine too
  std::vector<int> order;
  std::vector<std::thread> threads;
  for (const int delay : {30, 10, 20}) {
    threads.emplace_back([&order, start, delay] {
      std::this_thread::sleep_until(start + std::chrono::milliseconds(delay));
      order.push_back(delay);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<int>{10, 20, 30}));
}

TEST(Threads, ASleeperWakesAlthoughOthersNeverSleep) {
  std::atomic<bool> awake = false;
  std::thread sleeper([&awake] {
    std::this_thread::sleep_for(2ms);
    awake = true;
  });
  while (!awake) std::this_thread::yield();
  sleeper.join();
}

TEST(Threads, ReadersShareAndWritersDoNot) {
  std::shared_mutex mutex;
  int readers = 0;
  int most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] {
      std::shared_lock lock(mutex);
      most = std::max(most, ++readers);
      std::this_thread::sleep_for(1ms);
      --readers;
    });
  }
  std::this_thread::yield();
  {
    std::unique_lock lock(mutex);
    EXPECT_EQ(readers, 0);
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 5);
}

TEST(Threads, AsyncGivesItsResultOrItsException) {
  std::future<int> sum = std::async(std::launch::async, [] { return 1 + 2; });
  std::future<void> failure = std::async(std::launch::async, [] { throw std::runtime_error("async"); });
  std::future<std::string> later = std::async(std::launch::deferred, [] { return std::string("deferred"); });
  EXPECT_EQ(sum.get(), 3);
  EXPECT_THROW(failure.get(), std::runtime_error);
  EXPECT_EQ(later.get(), "deferred");

  std::promise<int> promise;
  std::future<int> unready = promise.get_future();
  EXPECT_EQ(unready.wait_for(1ms), std::future_status::timeout);
  promise.set_value(1);
  EXPECT_EQ(unready.wait_for(0s), std::future_status::ready);
}

TEST(Threads, AtomicsCanBeWaitedFor) {
  std::atomic<int> value = 0;
  std::thread thread([&value] {
    value.wait(0);
    value = 2;
    value.notify_all();
  });
  std::this_thread::yield();
  value = 1;
  value.notify_all();
  value.wait(1);
  thread.join();
  EXPECT_EQ(value, 2);
}

TEST(Threads, LatchesBarriersAndSemaphoresCount) {
  constexpr int kThreads = 4;
  std::latch latch(kThreads);
  std::counting_semaphore<kThreads> slots(1);
  int rounds = 0;
  std::barrier barrier(kThreads, [&rounds]() noexcept { ++rounds; });
  int total = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 3; ++round) barrier.arrive_and_wait();
      slots.acquire();
      ++total;
      slots.release();
      latch.count_down();
    });
  }
  latch.wait();
  EXPECT_EQ(total, kThreads);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(rounds, 3);
}

TEST(Threads, OnceIsOnce) {
  std::once_flag flag;
  int calls = 0;
  const auto make = [&] {
    static const int value = [&] {
      std::this_thread::yield();  // the others come to the guard of this local static
      return ++calls;
    }();
    return value;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      std::call_once(flag, [&] {
        std::this_thread::yield();
        calls += 100;
      });
      EXPECT_EQ(make(), 101);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, 101);
}

void* SleepForEver(void*) {
  for (;;) sleep(1'000);
}

TEST(Threads, ABlockedThreadCanBeCancelled) {
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, nullptr, &SleepForEver, nullptr), 0);
  std::this_thread::yield();  // it sleeps now
  ASSERT_EQ(pthread_cancel(thread), 0);
  void* result = nullptr;
  ASSERT_EQ(pthread_join(thread, &result), 0);
  EXPECT_EQ(result, PTHREAD_CANCELED);
}

TEST(Threads, AThreadWithAStackOfItsOwnerRuns) {
  alignas(16) static std::byte stack[64 * 1024];
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  ASSERT_EQ(pthread_attr_setstack(&attributes, stack, sizeof stack), 0);
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, [](void* argument) { return argument; }, stack), 0);
  void* result = nullptr;
  ASSERT_EQ(pthread_join(thread, &result), 0);
  EXPECT_EQ(result, stack);
  pthread_attr_destroy(&attributes);
}

TEST(Threads, TimedWaitsOfTheCLibraryGiveUp) {
  sem_t semaphore;
  ASSERT_EQ(sem_init(&semaphore, 0, 0), 0);
  timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_nsec += 2'000'000;
  if (deadline.tv_nsec >= 1'000'000'000) {
    deadline.tv_nsec -= 1'000'000'000;
    ++deadline.tv_sec;
  }
  EXPECT_EQ(sem_timedwait(&semaphore, &deadline), -1);
  EXPECT_EQ(errno, ETIMEDOUT);
  sem_post(&semaphore);
  EXPECT_EQ(sem_timedwait(&semaphore, &deadline), 0);
  sem_destroy(&semaphore);
}

}  // namespace
