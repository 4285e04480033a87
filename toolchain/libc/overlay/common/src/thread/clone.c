// A new thread is made by the kernel's function; there is no system call that returns twice.
#include <stdarg.h>

#include "pthread_impl.h"

int __enkel_clone(int (*entry)(void*), void* stack, int flags, void* argument, int* parent_tid, void* tls,
                  int* clear_tid);

int __clone(int (*entry)(void*), void* stack, int flags, void* argument, ...) {
  va_list list;
  va_start(list, argument);
  int* parent_tid = va_arg(list, int*);
  void* tls = va_arg(list, void*);
  int* clear_tid = va_arg(list, int*);
  va_end(list);
  return __enkel_clone(entry, stack, flags, argument, parent_tid, tls, clear_tid);
}
