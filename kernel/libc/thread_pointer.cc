#include <cstdint>

#include "kernel/arch/cpu.h"
#include "kernel/libc/calls.h"

// Apart from thread.cc: every program has a thread pointer, few make a thread.
void __enkel_set_thread_pointer(void* value) {
  kernel::arch::SetThreadPointer(reinterpret_cast<std::uintptr_t>(value));
}
