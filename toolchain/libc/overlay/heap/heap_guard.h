/* kernel/libc/heap.cc: a panic, "heap corruption: " and the text. */
#ifndef ENKEL_LIBC_HEAP_GUARD_H_
#define ENKEL_LIBC_HEAP_GUARD_H_

_Noreturn void __enkel_heap_corrupted(const char* what);

#endif
