#include "kernel/libc/descriptor/poll.h"

#include <errno.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/thread.h"
#include "kernel/libc/descriptor/console_file.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/wait_queue.h"
#include "kernel/memory/memory.h"

namespace kernel::libc {
namespace {

std::uint64_t PagesFor(std::size_t watches) { return RoundUp(watches * sizeof(Watch), kPageSize) / kPageSize; }

long Look(std::span<Watch> watches) {
  long ready = 0;
  for (Watch& watch : watches) {
    if (!watch.file) continue;
    watch.ready = watch.file->Poll() & (watch.wanted | kAlwaysTold);
    if (watch.ready != 0) ++ready;
  }
  return ready;
}

event::WakeReason Wait(std::span<Watch> watches, Instant deadline) {
  for (Watch& watch : watches) {
    if (!watch.file) continue;
    deadline = std::min(deadline, watch.file->NextChange());
    if (watch.file->changes() != nullptr) watch.file->changes()->Add(watch);
  }
  const event::WakeReason reason = event::Block(deadline);
  for (Watch& watch : watches) {
    if (watch.file && watch.file->changes() != nullptr) watch.file->changes()->Remove(watch);
  }
  return reason;
}

}  // namespace

long Await(std::span<Watch> watches, Instant deadline) {
  for (const Watch& watch : watches) {
    if (watch.file) ListenTo(*watch.file);
  }
  if (const long ready = Look(watches); ready != 0) return ready;
  // A program that asks in a loop and never waits: others, the network among them, have their turn all the same.
  if (board::Now() >= deadline) event::Yield();
  for (;;) {
    const bool is_last_look = board::Now() >= deadline;
    const long ready = Look(watches);
    if (ready != 0 || is_last_look) return ready;
    if (Wait(watches, deadline) == event::WakeReason::kInterrupted) return -EINTR;
  }
}

Watches::Watches(std::size_t count) : count_(count) {
  void* room = few_;
  if (count > kFew) {
    const Result<VirtualAddress> pages = memory::AllocatePages(PagesFor(count));
    if (!pages) return;
    room = reinterpret_cast<void*>(pages->value);
  }
  first_ = static_cast<Watch*>(room);
  for (std::size_t i = 0; i < count; ++i) new (first_ + i) Watch();
}

Watches::~Watches() {
  if (first_ == nullptr) return;
  std::destroy_n(first_, count_);
  // Without a page for a page table the pages are lost, but the program goes on.
  if (count_ > kFew) (void)memory::FreePages({reinterpret_cast<std::uintptr_t>(first_)}, PagesFor(count_));
}

}  // namespace kernel::libc
