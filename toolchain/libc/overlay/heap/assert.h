/* What mallocng includes as <assert.h> (-DUSE_REAL_ASSERT): its checks of the heap's own data end in a panic that says
 * so. */
#include "heap_guard.h"
#undef assert
#define assert(condition) \
  ((condition) ? (void)0 : __enkel_heap_corrupted("an invalid or double free, or a write outside of a block"))
