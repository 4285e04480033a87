// A detached thread's end: the kernel leaves the thread's stack and unmaps it then.
#include "pthread_impl.h"

_Noreturn void __enkel_unmapself(void* base, size_t size);

_Noreturn void __unmapself(void* base, size_t size) { __enkel_unmapself(base, size); }
