// Thread cancellation without signals. Threads are cooperative, so a thread that is to be cancelled is suspended in a
// call of its own: the kernel ends that call with -EINTR (tkill SIGCANCEL), and the thread notices here when it goes
// on. A thread with asynchronous cancelability is therefore cancelled at its next cancellation point too.
#include "pthread_impl.h"
#include "syscall.h"

hidden long __cancel(void) {
  pthread_t self = __pthread_self();
  if (self->canceldisable == PTHREAD_CANCEL_ENABLE || self->cancelasync) pthread_exit(PTHREAD_CANCELED);
  self->canceldisable = PTHREAD_CANCEL_DISABLE;
  return -ECANCELED;
}

// See __syscall_cp.c for no_sanitize.
__attribute__((no_sanitize("kcfi"))) hidden long __enkel_cancellation_point(long (*call)(), long a, long b, long c,
                                                                            long d, long e, long f) {
  pthread_t self = __pthread_self();
  long (*handler)(long, long, long, long, long, long) = (void*)call;
  int state = self->canceldisable;
  // close() takes effect even when it is cancelled, so PTHREAD_CANCEL_MASKED does not apply to it and it never repeats.
  int is_close = call == (long (*)())sys_close;

  if (state == PTHREAD_CANCEL_DISABLE || (state != PTHREAD_CANCEL_ENABLE && is_close)) {
    return handler(a, b, c, d, e, f);
  }
  if (self->cancel) return __cancel();
  long result = handler(a, b, c, d, e, f);
  if (result == -EINTR && !is_close && self->cancel && self->canceldisable != PTHREAD_CANCEL_DISABLE) return __cancel();
  return result;
}

void __testcancel(void) {
  pthread_t self = __pthread_self();
  if (self->cancel && !self->canceldisable) __cancel();
}

int pthread_cancel(pthread_t thread) {
  a_store(&thread->cancel, 1);
  if (thread != __pthread_self()) return pthread_kill(thread, SIGCANCEL);
  if (thread->canceldisable == PTHREAD_CANCEL_ENABLE && thread->cancelasync) pthread_exit(PTHREAD_CANCELED);
  return 0;
}
