// epoll: which of many files are ready, without a look at all of them. [epoll(7)]
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_EPOLL_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_EPOLL_H_

#include <sys/epoll.h>

#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "kernel/event/intrusive_list.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

// Level- and edge-triggered, one-shot. One epoll may watch another, four deep, but not in a circle.
class Epoll final : public File {
 public:
  Epoll() : File(O_RDWR, FileKind::kEpoll) {}

  // Null when no memory is left.
  static Epoll* Make();

  // Watches `file`, known to the program as `descriptor`; an entry goes by itself when the file is released.
  // Errors: -EEXIST, -EPERM (a file that is always ready), -EINVAL (itself), -ELOOP, -ENOMEM.
  long Add(File& file, int descriptor, const epoll_event& event);
  long Modify(File& file, int descriptor, const epoll_event& event);  // -ENOENT
  long Delete(File& file, int descriptor);                            // -ENOENT

  // Takes up to events.size() ready entries; suspends the caller until there is one, or `deadline`. -EINTR. May block.
  long Wait(std::span<epoll_event> events, Instant deadline);

  Events Poll() override;
  WaitQueue* changes() override { return &changes_; }
  Instant NextChange() override;

 protected:
  void Release() override;

 private:
  friend class EpollPool;

  struct Entry : Waiter {
    Entry(Epoll& owner, File& watched, int number)
        : Waiter(&OnChange, &OnGone), epoll(owner), file(watched), descriptor(number) {}
    Epoll& epoll;
    File& file;
    int descriptor;
    epoll_event event = {};
    Instant next_change = kNever;  // when the file changes by itself
    event::ListLinks<Entry> all_links;
    event::ListLinks<Entry> ready_links;
  };

  static constexpr int kDeepest = 4;

  static void OnChange(Waiter& waiter);
  static void OnGone(Waiter& waiter);
  static Events ReadyEvents(const Entry& entry);
  static bool IsArmed(const Entry& entry);

  Entry* Find(const File& file, int descriptor) const;
  int DepthAbove() const;
  int DepthBelow() const;
  bool Reaches(const Epoll& other) const;
  bool CanNest(const File& file) const;
  void Arm(Entry& entry, const epoll_event& event);
  void Forget(Entry& entry);
  void MakeReady(Entry& entry);
  void LookAtClock();
  long Take(std::span<epoll_event> events);

  event::IntrusiveList<Entry, &Entry::all_links> all_;
  event::IntrusiveList<Entry, &Entry::ready_links>
      ready_;      // changed, or level-triggered and told once; maybe not ready
  int timed_ = 0;  // entries that may have a next_change: timers and epolls
  WaitQueue changes_;
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_EPOLL_H_
