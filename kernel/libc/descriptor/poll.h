// Waiting for any of several files: what poll and select stand on.
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_POLL_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_POLL_H_

#include <cstddef>
#include <span>

#include "kernel/base/time.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

// One file that a thread waits for.
struct Watch : WaitingThread {
  FileReference file;  // empty: never ready
  Events wanted = 0;
  Events ready = 0;  // of `wanted` and kAlwaysTold
};

// Suspends the caller until a file is ready for what its watch wants, or `deadline`, and sets every `ready`. Returns
// how many files are ready (0: the deadline came), or -EINTR. A deadline that has passed only looks.
long Await(std::span<Watch> watches, Instant deadline);

// Room for `count` watches of the calling thread: in the object itself for a few, on pages for many.
class Watches {
 public:
  explicit Watches(std::size_t count);
  ~Watches();
  Watches(const Watches&) = delete;
  Watches& operator=(const Watches&) = delete;

  bool IsValid() const { return first_ != nullptr; }  // false: no memory is left
  std::span<Watch> all() { return {first_, count_}; }

 private:
  static constexpr std::size_t kFew = 4;
  std::size_t count_;
  Watch* first_ = nullptr;
  alignas(Watch) std::byte few_[kFew * sizeof(Watch)];
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_POLL_H_
