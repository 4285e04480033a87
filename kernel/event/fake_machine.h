// What kernel/event needs of a machine besides its interrupts (kernel/interrupt/fake_interrupts.h), for tests on a
// host. Contexts are those of ucontext.h; a panic prints its reason to stderr and aborts (EXPECT_DEATH sees it).
#ifndef ENKEL_KERNEL_EVENT_FAKE_MACHINE_H_
#define ENKEL_KERNEL_EVENT_FAKE_MACHINE_H_

#include <array>
#include <cstddef>
#include <functional>
#include <memory>

#include "kernel/base/time.h"
#include "kernel/event/thread.h"
#include "kernel/interrupt/fake_interrupts.h"

namespace kernel::event {

// board::Now() of the test: jumps to the next alarm when the machine sleeps, and moves by nothing else.
using interrupt::fake_now;

// Moves the time, and lets in what becomes pending by that.
void PassTime(Duration duration);

// A thread with its stack that runs `body` and ends.
class FakeThread {
 public:
  explicit FakeThread(std::function<void()> body);
  ~FakeThread();  // CHECKs that it has ended

  Thread& thread() { return thread_; }
  bool has_ended() const { return has_ended_; }

 private:
  static void Run(void* self);

  static constexpr std::size_t kStackSize = 256 * 1024;
  std::function<void()> body_;
  std::unique_ptr<std::array<std::byte, kStackSize>> stack_;
  Thread thread_;
  bool has_ended_ = false;
};

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_FAKE_MACHINE_H_
