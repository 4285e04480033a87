// The locks that wait with a deadline, by their public names. What musl calls by its own names inside is the plain lock
// of every program, too, which never sleeps where there is one thread; who calls one of these may (sleeps.h).
#include "pthread_impl.h"
#include "sleeps.h"

int pthread_mutex_timedlock(pthread_mutex_t* restrict m, const struct timespec* restrict at) {
  return __pthread_mutex_timedlock(m, at);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t* restrict lock, const struct timespec* restrict at) {
  return __pthread_rwlock_timedrdlock(lock, at);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t* restrict lock, const struct timespec* restrict at) {
  return __pthread_rwlock_timedwrlock(lock, at);
}
