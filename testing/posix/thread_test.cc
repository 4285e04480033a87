// Threads: [POSIX] pthread_*, sem_*, sched_yield. Threads are cooperative: one runs until it waits, yields or ends.
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <time.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {
namespace {

// `nanoseconds` from now, on `clock`.
timespec In(clockid_t clock, long nanoseconds) {
  timespec time = {};
  EXPECT_EQ(clock_gettime(clock, &time), 0);
  time.tv_nsec += nanoseconds;
  time.tv_sec += time.tv_nsec / 1'000'000'000;
  time.tv_nsec %= 1'000'000'000;
  return time;
}

pthread_t Start(void* (*run)(void*), void* argument = nullptr) {
  pthread_t thread = {};
  EXPECT_EQ(pthread_create(&thread, nullptr, run, argument), 0);
  return thread;
}

void* Join(pthread_t thread) {
  void* result = nullptr;
  EXPECT_EQ(pthread_join(thread, &result), 0);
  return result;
}

TEST(Threads, AThreadGetsItsArgumentAndGivesItsResult) {
  int value = 1;
  void* const result = Join(Start(
      [](void* argument) -> void* {
        ++*static_cast<int*>(argument);
        return argument;
      },
      &value));
  EXPECT_EQ(result, &value);
  EXPECT_EQ(value, 2);
}

TEST(Threads, ExitEndsAThreadFromAnywhere) {
  static constexpr auto kDeeper = [](void* argument) { pthread_exit(argument); };
  int value = 0;
  EXPECT_EQ(Join(Start(
                [](void* argument) -> void* {
                  kDeeper(argument);
                  return nullptr;
                },
                &value)),
            &value);
}

TEST(Threads, EachKnowsItself) {
  const pthread_t me = pthread_self();
  EXPECT_TRUE(pthread_equal(me, pthread_self()));
  pthread_t other = Start(
      [](void* creator) -> void* {
        return pthread_equal(*static_cast<pthread_t*>(creator), pthread_self()) != 0 ? creator : nullptr;
      },
      const_cast<pthread_t*>(&me));
  EXPECT_EQ(Join(other), nullptr);
}

TEST(Threads, ADetachedThreadNeedsNoJoin) {
  static sem_t done;
  ASSERT_EQ(sem_init(&done, 0, 0), 0);
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED), 0);
  pthread_t thread = {};
  ASSERT_EQ(pthread_create(
                &thread, &attributes,
                [](void*) -> void* {
                  sem_post(&done);
                  return nullptr;
                },
                nullptr),
            0);
  EXPECT_EQ(sem_wait(&done), 0);
  EXPECT_EQ(pthread_attr_destroy(&attributes), 0);
}

TEST(Threads, AThreadHasTheStackThatItsAttributesAskFor) {
  constexpr std::size_t kSize = 512 * 1024;
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kSize), 0);
  pthread_t thread = {};
  ASSERT_EQ(pthread_create(
                &thread, &attributes,
                [](void* done) -> void* {
                  volatile char room[kSize - 16 * 1024];
                  for (std::size_t i = 0; i < sizeof(room); i += 1024) room[i] = 1;
                  return room[1024] == 1 ? done : nullptr;
                },
                &attributes),
            0);
  EXPECT_EQ(Join(thread), &attributes);
  EXPECT_EQ(pthread_attr_setstacksize(&attributes, 1), EINVAL);
}

TEST(Threads, ANormalMutexExcludes) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static int inside;
  static int most;
  inside = most = 0;
  std::vector<pthread_t> threads;
  for (int i = 0; i < 8; ++i) {
    threads.push_back(Start([](void*) -> void* {
      for (int round = 0; round < 50; ++round) {
        pthread_mutex_lock(&mutex);
        if (++inside > most) most = inside;
        sched_yield();
        --inside;
        pthread_mutex_unlock(&mutex);
      }
      return nullptr;
    }));
  }
  for (const pthread_t thread : threads) Join(thread);
  EXPECT_EQ(most, 1);
}

TEST(Threads, ARecursiveMutexCountsAndAnErrorCheckingOneRefuses) {
  pthread_mutexattr_t attributes;
  ASSERT_EQ(pthread_mutexattr_init(&attributes), 0);
  pthread_mutex_t mutex;
  ASSERT_EQ(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE), 0);
  ASSERT_EQ(pthread_mutex_init(&mutex, &attributes), 0);
  EXPECT_EQ(pthread_mutex_lock(&mutex), 0);
  EXPECT_EQ(pthread_mutex_lock(&mutex), 0);
  EXPECT_EQ(pthread_mutex_unlock(&mutex), 0);
  EXPECT_EQ(pthread_mutex_unlock(&mutex), 0);
  EXPECT_EQ(pthread_mutex_unlock(&mutex), EPERM);
  EXPECT_EQ(pthread_mutex_destroy(&mutex), 0);
  ASSERT_EQ(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK), 0);
  ASSERT_EQ(pthread_mutex_init(&mutex, &attributes), 0);
  EXPECT_EQ(pthread_mutex_lock(&mutex), 0);
  EXPECT_EQ(pthread_mutex_lock(&mutex), EDEADLK);
  EXPECT_EQ(pthread_mutex_trylock(&mutex), EBUSY);
  EXPECT_EQ(pthread_mutex_unlock(&mutex), 0);
  EXPECT_EQ(pthread_mutex_unlock(&mutex), EPERM);
}

TEST(Threads, ATimedLockGivesUpAtItsTime) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  ASSERT_EQ(pthread_mutex_lock(&mutex), 0);
  const pthread_t thread = Start([](void*) -> void* {
    const timespec until = In(CLOCK_REALTIME, 1'000'000);
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(pthread_mutex_timedlock(&mutex, &until)));
  });
  EXPECT_EQ(reinterpret_cast<std::intptr_t>(Join(thread)), ETIMEDOUT);
  EXPECT_EQ(pthread_mutex_unlock(&mutex), 0);
}

struct Gate {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
  int waiting = 0;
  int passes = 0;
  int passed = 0;
};

void* PassGate(void* argument) {
  Gate& gate = *static_cast<Gate*>(argument);
  pthread_mutex_lock(&gate.mutex);
  ++gate.waiting;
  while (gate.passes == 0) pthread_cond_wait(&gate.changed, &gate.mutex);
  --gate.passes;
  ++gate.passed;
  pthread_mutex_unlock(&gate.mutex);
  return nullptr;
}

TEST(Threads, ASignalWakesOneAndABroadcastAll) {
  Gate gate;
  std::vector<pthread_t> threads;
  for (int i = 0; i < 5; ++i) threads.push_back(Start(&PassGate, &gate));
  while (gate.waiting < 5) sched_yield();
  pthread_mutex_lock(&gate.mutex);
  gate.passes = 1;
  pthread_cond_signal(&gate.changed);
  pthread_mutex_unlock(&gate.mutex);
  while (gate.passed < 1) sched_yield();
  EXPECT_EQ(gate.passed, 1);
  pthread_mutex_lock(&gate.mutex);
  gate.passes = 4;
  pthread_cond_broadcast(&gate.changed);
  pthread_mutex_unlock(&gate.mutex);
  for (const pthread_t thread : threads) Join(thread);
  EXPECT_EQ(gate.passed, 5);
}

TEST(Threads, AConditionTimesOutOnTheClockOfItsAttributes) {
  for (const clockid_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC}) {
    pthread_condattr_t attributes;
    ASSERT_EQ(pthread_condattr_init(&attributes), 0);
    ASSERT_EQ(pthread_condattr_setclock(&attributes, clock), 0);
    pthread_cond_t condition;
    ASSERT_EQ(pthread_cond_init(&condition, &attributes), 0);
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    ASSERT_EQ(pthread_mutex_lock(&mutex), 0);
    const timespec until = In(clock, 1'000'000);
    EXPECT_EQ(pthread_cond_timedwait(&condition, &mutex, &until), ETIMEDOUT);
    timespec now = {};
    ASSERT_EQ(clock_gettime(clock, &now), 0);
    EXPECT_TRUE(now.tv_sec > until.tv_sec || (now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
    EXPECT_EQ(pthread_mutex_unlock(&mutex), 0);  // it is ours again
  }
}

TEST(Threads, ManyReadOrOneWrites) {
  static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  ASSERT_EQ(pthread_rwlock_rdlock(&lock), 0);
  EXPECT_EQ(pthread_rwlock_tryrdlock(&lock), 0);
  EXPECT_EQ(pthread_rwlock_trywrlock(&lock), EBUSY);
  EXPECT_EQ(pthread_rwlock_unlock(&lock), 0);
  EXPECT_EQ(pthread_rwlock_unlock(&lock), 0);
  EXPECT_EQ(pthread_rwlock_trywrlock(&lock), 0);
  EXPECT_EQ(pthread_rwlock_tryrdlock(&lock), EBUSY);
  EXPECT_EQ(pthread_rwlock_unlock(&lock), 0);
}

TEST(Threads, ABarrierOpensWhenAllHaveCome) {
  static pthread_barrier_t barrier;
  ASSERT_EQ(pthread_barrier_init(&barrier, nullptr, 4), 0);
  const auto wait = [](void*) -> void* {
    return pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD ? &barrier : nullptr;
  };
  std::array<pthread_t, 3> threads = {Start(wait), Start(wait), Start(wait)};
  int serial = pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD ? 1 : 0;
  for (const pthread_t thread : threads) serial += Join(thread) != nullptr ? 1 : 0;
  EXPECT_EQ(serial, 1);
  EXPECT_EQ(pthread_barrier_destroy(&barrier), 0);
}

TEST(Threads, OnceIsOnce) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  static int runs;
  const auto run = [](void*) -> void* {
    pthread_once(&once, [] {
      sched_yield();
      ++runs;
    });
    return nullptr;
  };
  std::array<pthread_t, 3> threads = {Start(run), Start(run), Start(run)};
  for (const pthread_t thread : threads) Join(thread);
  EXPECT_EQ(runs, 1);
}

TEST(Threads, AKeysDestructorRunsForEachThreadThatSetAValue) {
  static int destroyed;
  destroyed = 0;
  static pthread_key_t key;
  ASSERT_EQ(pthread_key_create(&key, [](void* value) { destroyed += *static_cast<int*>(value); }), 0);
  EXPECT_EQ(pthread_getspecific(key), nullptr);
  int one = 1;
  const auto set = [](void* value) -> void* {
    pthread_setspecific(key, value);
    sched_yield();
    return pthread_getspecific(key);
  };
  const pthread_t first = Start(set, &one);
  const pthread_t second = Start(set, &one);
  const pthread_t idle = Start([](void*) -> void* { return nullptr; });
  EXPECT_EQ(Join(first), &one);
  EXPECT_EQ(Join(second), &one);
  Join(idle);
  EXPECT_EQ(destroyed, 2);
  EXPECT_EQ(pthread_getspecific(key), nullptr);
  EXPECT_EQ(pthread_key_delete(key), 0);
}

TEST(Threads, ASemaphoreCounts) {
  sem_t semaphore;
  ASSERT_EQ(sem_init(&semaphore, 0, 2), 0);
  EXPECT_EQ(sem_wait(&semaphore), 0);
  EXPECT_EQ(sem_trywait(&semaphore), 0);
  EXPECT_FAILS(sem_trywait(&semaphore), EAGAIN);
  EXPECT_EQ(sem_post(&semaphore), 0);
  int value = 0;
  EXPECT_EQ(sem_getvalue(&semaphore, &value), 0);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(sem_destroy(&semaphore), 0);
}

TEST(Threads, ASemaphoresWaitTimesOut) {
  sem_t semaphore;
  ASSERT_EQ(sem_init(&semaphore, 0, 0), 0);
  const timespec until = In(CLOCK_REALTIME, 1'000'000);
  EXPECT_FAILS(sem_timedwait(&semaphore, &until), ETIMEDOUT);
  const timespec wrong = {.tv_sec = until.tv_sec, .tv_nsec = 1'000'000'000};
  EXPECT_FAILS(sem_timedwait(&semaphore, &wrong), EINVAL);
}

TEST(Threads, YieldLetsAllOthersRunOnce) {
  static int runs;
  runs = 0;
  std::array<pthread_t, 3> threads = {};
  for (pthread_t& thread : threads) {
    thread = Start([](void*) -> void* {
      ++runs;
      return nullptr;
    });
  }
  sched_yield();
  EXPECT_EQ(runs, 3);
  for (const pthread_t thread : threads) Join(thread);
}

}  // namespace
}  // namespace posix
