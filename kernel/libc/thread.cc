#include "kernel/event/thread.h"

#include <errno.h>
#include <sched.h>

#include <cstddef>
#include <cstdint>
#include <new>

#include "kernel/arch/cpu.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/boot/exit.h"
#include "kernel/event/futex.h"
#include "kernel/libc/calls.h"
#include "kernel/memory/anonymous.h"

namespace {

using kernel::event::Thread;

// A thread that musl made. Lies at the top of the thread's own stack, so that any number of threads needs no pool.
struct ClonedThread {
  Thread thread;
  int (*entry)(void*);
  void* argument;
};

// What is left to do when a thread has left its stack. Lies on that stack.
struct Farewell {
  int* clear;
  std::uint64_t unmap_base;
  std::uint64_t unmap_size;  // 0: nothing to unmap
};

void SayFarewell(void* argument) {
  const Farewell farewell = *static_cast<Farewell*>(argument);
  if (farewell.unmap_size != 0) {
    const kernel::Result<void> unmapped = kernel::memory::Unmap({farewell.unmap_base}, farewell.unmap_size);
    // Without a page for a page table the stack is lost, but the program goes on.
    CHECK(unmapped || unmapped.error() == kernel::Error::kOutOfMemory);
  }
  if (farewell.clear == nullptr) return;
  __atomic_store_n(farewell.clear, 0, __ATOMIC_SEQ_CST);
  kernel::event::FutexWake(reinterpret_cast<const volatile std::uint32_t*>(farewell.clear), 1);
}

[[noreturn]] void EndThread(int code, std::uint64_t unmap_base, std::uint64_t unmap_size) {
  if (kernel::event::ThreadCount() == 1) kernel::boot::Exit(code);
  Farewell farewell = {
      .clear = kernel::event::Current().clear_at_exit, .unmap_base = unmap_base, .unmap_size = unmap_size};
  kernel::event::Exit(&SayFarewell, &farewell);
}

void RunClonedThread(void* argument) {
  auto* const self = static_cast<ClonedThread*>(argument);
  EndThread(self->entry(self->argument) & 0xff, 0, 0);
}

}  // namespace

int __enkel_clone(int (*entry)(void*), void* stack, int flags, void* argument, int* parent_tid, void* tls,
                  int* clear_tid) {
  // A thread shares all; a process of its own (fork, posix_spawn) cannot be had.
  constexpr int kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
  if ((flags & kThread) != kThread) return -ENOSYS;
  if (entry == nullptr || stack == nullptr) return -EINVAL;

  // The context of the calling thread, which may be the first one, gets its thread pointer by the switch itself.
  const std::uint64_t thread_pointer =
      (flags & CLONE_SETTLS) != 0 ? reinterpret_cast<std::uintptr_t>(tls) : kernel::arch::ThreadPointer();
  const std::uint64_t top = kernel::RoundDown(reinterpret_cast<std::uintptr_t>(stack) - sizeof(ClonedThread), 16);
  auto* const made =
      new (reinterpret_cast<void*>(top)) ClonedThread{.thread = {}, .entry = entry, .argument = argument};
  if ((flags & CLONE_CHILD_CLEARTID) != 0) made->thread.clear_at_exit = clear_tid;
  made->thread.blocked_signals = kernel::event::Current().blocked_signals;
  kernel::event::Start(made->thread, reinterpret_cast<std::byte*>(top), thread_pointer, &RunClonedThread, made);
  if ((flags & CLONE_PARENT_SETTID) != 0 && parent_tid != nullptr) *parent_tid = made->thread.id();
  return made->thread.id();
}

long sys_exit(int code) { EndThread(code & 0xff, 0, 0); }

void __enkel_unmapself(void* base, std::size_t size) {
  EndThread(0, reinterpret_cast<std::uintptr_t>(base), kernel::RoundUp(size, kernel::kPageSize));
}
