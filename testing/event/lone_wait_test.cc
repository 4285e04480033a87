// A program of one thread, which makes none and never sleeps by itself, waits with a deadline: the machine sleeps
// meanwhile. ENKEL_WAIT: at a semaphore, a condition variable, a mutex, or a lock for readers and writers; one kind a
// program, so that none brings in what another needs.
#include <pthread.h>
#include <semaphore.h>
#include <threads.h>
#include <time.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>

#include "kernel/event/progress.h"

namespace {

constexpr std::int64_t kWait = 200'000'000;  // nanoseconds

std::int64_t Now(clockid_t clock) {
  timespec time = {};
  if (clock_gettime(clock, &time) != 0) return -1;
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

#define SEMAPHORE 0
#define CONDITION 1
#define MUTEX 2
#define READER 3
#define WRITER 4
#define C11_MUTEX 5

#if ENKEL_WAIT == CONDITION

int WaitUntil(const timespec& until) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  if (pthread_mutex_lock(&mutex) != 0) return -1;
  const int error = pthread_cond_timedwait(&condition, &mutex, &until);
  return pthread_mutex_unlock(&mutex) == 0 ? error : -1;
}

#elif ENKEL_WAIT == MUTEX

int WaitUntil(const timespec& until) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  if (pthread_mutex_lock(&mutex) != 0) return -1;
  const int error = pthread_mutex_timedlock(&mutex, &until);
  return pthread_mutex_unlock(&mutex) == 0 ? error : -1;
}

#elif ENKEL_WAIT == READER || ENKEL_WAIT == WRITER

int WaitUntil(const timespec& until) {
  pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  if (pthread_rwlock_wrlock(&lock) != 0) return -1;
#if ENKEL_WAIT == READER
  const int error = pthread_rwlock_timedrdlock(&lock, &until);
#else
  const int error = pthread_rwlock_timedwrlock(&lock, &until);
#endif
  return pthread_rwlock_unlock(&lock) == 0 ? error : -1;
}

#elif ENKEL_WAIT == C11_MUTEX

int WaitUntil(const timespec& until) {
  mtx_t mutex;
  if (mtx_init(&mutex, mtx_timed) != thrd_success || mtx_lock(&mutex) != thrd_success) return -1;
  const int result = mtx_timedlock(&mutex, &until);
  mtx_unlock(&mutex);
  return result == thrd_timedout ? ETIMEDOUT : -1;
}

#else

int WaitUntil(const timespec& until) {
  sem_t semaphore;
  if (sem_init(&semaphore, 0, 1) != 0) return -1;
  if (sem_timedwait(&semaphore, &until) != 0) return -1;  // it is free
  return sem_timedwait(&semaphore, &until) == 0 ? 0 : errno;
}

#endif

}  // namespace

int main() {
  const std::int64_t deadline = Now(CLOCK_REALTIME) + kWait;
  const timespec until = {.tv_sec = static_cast<time_t>(deadline / 1'000'000'000),
                          .tv_nsec = static_cast<long>(deadline % 1'000'000'000)};
  const std::int64_t before = Now(CLOCK_MONOTONIC);
  const kernel::Duration idle_before = kernel::event::IdleTime();
  if (WaitUntil(until) != ETIMEDOUT) return 3;
  const std::int64_t waited = Now(CLOCK_MONOTONIC) - before;
  const std::int64_t idle = (kernel::event::IdleTime() - idle_before).nanoseconds;
  if (waited < kWait / 2) return 4;
  std::printf("asleep for most of the wait: %s\n", idle > waited / 2 ? "yes" : "no");
  return idle > waited / 2 ? 0 : 5;
}
