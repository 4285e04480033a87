// abseil's Mutex and what is built on it.
#include <thread>
#include <vector>

#include "absl/synchronization/barrier.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace {

TEST(AbseilSynchronization, AMutexAdmitsOneAtATime) {
  absl::Mutex mutex;
  int inside = 0;
  int most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 25; ++round) {
        absl::MutexLock lock(&mutex);
        most = std::max(most, ++inside);
        std::this_thread::yield();
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
}

TEST(AbseilSynchronization, AwaitWaitsForACondition) {
  absl::Mutex mutex;
  int value = 0;
  std::thread producer([&] {
    for (int i = 0; i < 5; ++i) {
      absl::MutexLock lock(&mutex);
      ++value;
      std::this_thread::yield();
    }
  });
  {
    absl::MutexLock lock(&mutex);
    mutex.Await(absl::Condition(+[](int* v) { return *v == 5; }, &value));
    EXPECT_EQ(value, 5);
  }
  producer.join();
}

TEST(AbseilSynchronization, AwaitGivesUpAtItsDeadline) {
  absl::Mutex mutex;
  bool never = false;
  const absl::Time start = absl::Now();
  absl::MutexLock lock(&mutex);
  EXPECT_FALSE(mutex.AwaitWithTimeout(absl::Condition(&never), absl::Milliseconds(3)));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(3));
}

TEST(AbseilSynchronization, ACondVarSignalsAndTimesOut) {
  absl::Mutex mutex;
  absl::CondVar changed;
  bool go = false;
  std::thread thread([&] {
    absl::MutexLock lock(&mutex);
    go = true;
    changed.Signal();
  });
  {
    absl::MutexLock lock(&mutex);
    while (!go) changed.Wait(&mutex);
    EXPECT_TRUE(changed.WaitWithTimeout(&mutex, absl::Milliseconds(2)));
  }
  thread.join();
}

TEST(AbseilSynchronization, ANotificationReachesAll) {
  absl::Notification go;
  absl::BlockingCounter arrived(5);
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] {
      go.WaitForNotification();
      arrived.DecrementCount();
    });
  }
  EXPECT_FALSE(go.WaitForNotificationWithTimeout(absl::Milliseconds(1)));
  go.Notify();
  arrived.Wait();
  for (std::thread& thread : threads) thread.join();
}

TEST(AbseilSynchronization, ReadersShare) {
  absl::Mutex mutex;
  int readers = 0;
  int most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      absl::ReaderMutexLock lock(&mutex);
      most = std::max(most, ++readers);
      absl::SleepFor(absl::Milliseconds(1));
      --readers;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 4);
}

TEST(AbseilSynchronization, ABarrierReleasesAllAtOnce) {
  constexpr int kThreads = 4;
  auto* barrier = new absl::Barrier(kThreads);
  int before = 0;
  bool all_there = true;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ++before;
      const bool is_last = barrier->Block();
      all_there = all_there && before == kThreads;
      if (is_last) delete barrier;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(all_there);
}

}  // namespace
