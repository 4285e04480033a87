// eventfd: a counter that is waited for. [eventfd(2)]
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_EVENT_COUNTER_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_EVENT_COUNTER_H_

#include <cstdint>

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

class EventCounter final : public File {
 public:
  EventCounter(std::uint64_t value, bool is_semaphore, int flags)
      : File(O_RDWR | flags), value_(value), is_semaphore_(is_semaphore) {}

  // Null when no memory is left.
  static EventCounter* Make(std::uint64_t value, bool is_semaphore, int flags);

  long Read(Buffers& buffers) override;
  long Write(Buffers& buffers) override;
  Events Poll() override;
  WaitQueue* changes() override { return &changes_; }

 protected:
  void Release() override;

 private:
  static constexpr std::uint64_t kLargest = 0xffff'ffff'ffff'fffe;
  std::uint64_t value_;
  bool is_semaphore_;
  WaitQueue changes_;
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_EVENT_COUNTER_H_
