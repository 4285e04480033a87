// The thread pointer is IA32_FS_BASE. Writing it takes ring 0 or, on the linux board, a real system call: the kernel
// knows which. (On aarch64 musl's own file writes TPIDR_EL0, which works everywhere.)
#include "pthread_impl.h"

void __enkel_set_thread_pointer(void* value);

hidden int __set_thread_area(void* value) {
  __enkel_set_thread_pointer(value);
  return 0;
}
