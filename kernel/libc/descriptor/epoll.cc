#include "kernel/libc/descriptor/epoll.h"

#include <errno.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/thread.h"
#include "kernel/libc/descriptor/console_file.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {
namespace {

// The bits of epoll_event::events that are no readiness.
constexpr Events kModes = EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE;

bool MayChangeByItself(const File& file) { return file.kind() == FileKind::kTimer || file.kind() == FileKind::kEpoll; }

}  // namespace

// Keeps the entries where Epoll's privacy allows it.
class EpollPool {
 public:
  Pool<Epoll> epolls;
  Pool<Epoll::Entry> entries;
};

namespace {

constinit EpollPool pool;

}  // namespace

Epoll* Epoll::Make() { return pool.epolls.New(); }

void Epoll::Release() {
  while (Entry* const entry = all_.First()) {
    entry->file.changes()->Remove(*entry);
    Forget(*entry);
  }
  pool.epolls.Delete(*this);
}

void Epoll::OnChange(Waiter& waiter) {
  Entry& entry = static_cast<Entry&>(waiter);
  entry.epoll.MakeReady(entry);
}

void Epoll::OnGone(Waiter& waiter) {
  Entry& entry = static_cast<Entry&>(waiter);
  entry.epoll.Forget(entry);
}

// An entry that was told once with EPOLLONESHOT wants nothing more until it is modified.
bool Epoll::IsArmed(const Entry& entry) { return (entry.event.events & ~kModes) != 0; }

Events Epoll::ReadyEvents(const Entry& entry) {
  return IsArmed(entry) ? entry.file.Poll() & (entry.event.events | kAlwaysTold) & ~kModes : 0;
}

// By the file's watchers, which are few, not by this epoll's entries, which are many.
Epoll::Entry* Epoll::Find(const File& file, int descriptor) const {
  WaitQueue* const changes = const_cast<File&>(file).changes();
  if (changes == nullptr) return nullptr;
  for (Waiter* waiter = changes->First(); waiter != nullptr; waiter = WaitQueue::Next(*waiter)) {
    if (waiter->notify() != &OnChange) continue;
    Entry& entry = static_cast<Entry&>(*waiter);
    if (&entry.epoll == this && entry.descriptor == descriptor) return &entry;
  }
  return nullptr;
}

// How many epolls a change here goes through before it ends, and through how many it may come.
int Epoll::DepthAbove() const {
  int deepest = 0;
  for (Waiter* waiter = changes_.First(); waiter != nullptr; waiter = WaitQueue::Next(*waiter)) {
    if (waiter->notify() != &OnChange) continue;
    deepest = std::max(deepest, 1 + static_cast<const Entry*>(waiter)->epoll.DepthAbove());
  }
  return deepest;
}

int Epoll::DepthBelow() const {
  int deepest = 0;
  for (const Entry* entry = all_.First(); entry != nullptr; entry = all_.Next(*entry)) {
    if (entry->file.kind() != FileKind::kEpoll) continue;
    deepest = std::max(deepest, 1 + static_cast<const Epoll&>(entry->file).DepthBelow());
  }
  return deepest;
}

bool Epoll::Reaches(const Epoll& other) const {
  if (this == &other) return true;
  for (const Entry* entry = all_.First(); entry != nullptr; entry = all_.Next(*entry)) {
    if (entry->file.kind() == FileKind::kEpoll && static_cast<const Epoll&>(entry->file).Reaches(other)) return true;
  }
  return false;
}

// Whether `file` may be watched: no circle, and no chain that a notification could not follow on any stack.
bool Epoll::CanNest(const File& file) const {
  if (file.kind() != FileKind::kEpoll) return true;
  const auto& below = static_cast<const Epoll&>(file);
  return !below.Reaches(*this) && DepthAbove() + 1 + below.DepthBelow() <= kDeepest;
}

long Epoll::Add(File& file, int descriptor, const epoll_event& event) {
  if (&file == this) return -EINVAL;
  ListenTo(file);
  if (file.changes() == nullptr) return -EPERM;
  if (!CanNest(file)) return -ELOOP;
  if (Find(file, descriptor) != nullptr) return -EEXIST;
  Entry* const entry = pool.entries.New(*this, file, descriptor);
  if (entry == nullptr) return -ENOMEM;
  file.changes()->Add(*entry);
  all_.PushBack(*entry);
  if (MayChangeByItself(file)) ++timed_;
  Arm(*entry, event);
  return 0;
}

long Epoll::Modify(File& file, int descriptor, const epoll_event& event) {
  Entry* const entry = Find(file, descriptor);
  if (entry == nullptr) return -ENOENT;
  Arm(*entry, event);
  return 0;
}

long Epoll::Delete(File& file, int descriptor) {
  Entry* const entry = Find(file, descriptor);
  if (entry == nullptr) return -ENOENT;
  file.changes()->Remove(*entry);
  Forget(*entry);
  return 0;
}

// A file that is ready now is told of, edge-triggered or not.
void Epoll::Arm(Entry& entry, const epoll_event& event) {
  entry.event = event;
  entry.next_change = entry.file.NextChange();
  if (ready_.IsLinked(entry)) ready_.Remove(entry);
  if (ReadyEvents(entry) != 0) MakeReady(entry);
  // Who waits may have to wake earlier.
  if (entry.next_change != kNever) changes_.Notify();
}

void Epoll::Forget(Entry& entry) {
  if (MayChangeByItself(entry.file)) --timed_;
  if (ready_.IsLinked(entry)) ready_.Remove(entry);
  all_.Remove(entry);
  pool.entries.Delete(entry);
}

void Epoll::MakeReady(Entry& entry) {
  // A timer that was set anew changes at another time.
  if (MayChangeByItself(entry.file)) entry.next_change = entry.file.NextChange();
  if (IsArmed(entry) && !ready_.IsLinked(entry)) ready_.PushBack(entry);
  changes_.Notify();
}

// Entries whose time has come have changed, as if somebody had said so.
void Epoll::LookAtClock() {
  if (timed_ == 0) return;
  const Instant now = board::Now();
  for (Entry* entry = all_.First(); entry != nullptr; entry = all_.Next(*entry)) {
    if (entry->next_change <= now) MakeReady(*entry);
  }
}

long Epoll::Take(std::span<epoll_event> events) {
  std::size_t candidates = 0;
  for (Entry* entry = ready_.First(); entry != nullptr; entry = ready_.Next(*entry)) ++candidates;
  std::size_t taken = 0;
  // Those that stay ready go to the end of the list, behind the candidates.
  for (; candidates != 0 && taken < events.size(); --candidates) {
    Entry& entry = *ready_.PopFront();
    const Events ready = ReadyEvents(entry);
    if (ready == 0) continue;
    events[taken] = entry.event;
    events[taken++].events = ready;
    if ((entry.event.events & EPOLLONESHOT) != 0) {
      entry.event.events &= kModes;
    } else if ((entry.event.events & EPOLLET) == 0 && !ready_.IsLinked(entry)) {
      ready_.PushBack(entry);
    }
  }
  return static_cast<long>(taken);
}

long Epoll::Wait(std::span<epoll_event> events, Instant deadline) {
  bool has_yielded = false;
  for (;;) {
    LookAtClock();
    const bool is_last_look = board::Now() >= deadline;
    const long taken = Take(events);
    if (taken != 0 || (is_last_look && has_yielded)) return taken;
    // A program that asks in a loop and never waits: others, the network among them, have their turn all the same.
    if (is_last_look) {
      event::Yield();
      has_yielded = true;
      continue;
    }
    if (WaitForChange(changes_, std::min(deadline, NextChange())) == -EINTR) return -EINTR;
  }
}

Events Epoll::Poll() {
  LookAtClock();
  for (Entry* entry = ready_.First(); entry != nullptr; entry = ready_.Next(*entry)) {
    if (ReadyEvents(*entry) != 0) return kCanRead;
  }
  return 0;
}

Instant Epoll::NextChange() {
  Instant next = kNever;
  if (timed_ == 0) return next;
  for (Entry* entry = all_.First(); entry != nullptr; entry = all_.Next(*entry)) {
    next = std::min(next, entry->next_change);
  }
  return next;
}

}  // namespace kernel::libc
