// timerfd: a file that can be read when a time has come. [timerfd_create(2)]
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_TIMER_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_TIMER_H_

#include <cstdint>

#include "kernel/base/time.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

// Times are those of board::Now(), whatever clock the program named.
class Timer final : public File {
 public:
  struct Setting {
    Duration rest;      // until the next expiration; 0: disarmed
    Duration interval;  // between later ones; 0: there is only one
  };

  // `clock`: what the program named it by; kept for the program only.
  Timer(int clock, int flags) : File(O_RDWR | flags, FileKind::kTimer), clock_(clock) {}

  // Null when no memory is left.
  static Timer* Make(int clock, int flags);

  // Arms it for `first`, which may have passed, or disarms it (kNever). Forgets expirations that nobody read.
  void Set(Instant first, Duration interval);
  Setting Get() const;
  int clock() const { return clock_; }

  long Read(Buffers& buffers) override;
  Events Poll() override;
  WaitQueue* changes() override { return &changes_; }
  Instant NextChange() override;

 protected:
  void Release() override;

 private:
  // How often it has expired since it was read, or set, until `now`.
  std::uint64_t Expirations(Instant now) const;
  Instant FirstAfter(Instant now) const;

  int clock_;
  Instant next_ = kNever;  // the first expiration that was not read
  Duration interval_;
  WaitQueue changes_;
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_TIMER_H_
