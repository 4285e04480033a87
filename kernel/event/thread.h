// Cooperative threads: a thread runs until it blocks, yields or ends. Nothing takes the CPU from it but interrupts, so
// code between two of these calls needs no lock against other threads.
//
// One loop a core runs the threads of that core; today there is one core. A thread that blocks hands the CPU straight
// to the next one that is ready, unless the loop has work (kernel/event/deferred.h, timer.h); where none is ready, the
// machine sleeps until an interrupt.
//
// No function here allocates, and none is interrupt-safe: a handler that wants to wake a thread posts work that does.
#ifndef ENKEL_KERNEL_EVENT_THREAD_H_
#define ENKEL_KERNEL_EVENT_THREAD_H_

#include <cstddef>
#include <cstdint>

#include "kernel/arch/context.h"
#include "kernel/base/time.h"
#include "kernel/event/intrusive_list.h"

namespace kernel::event {

using kernel::kNever;

inline constexpr int kMainThreadId = 1;
inline constexpr int kLargestThreadId = 0x3fff'ffff;  // musl keeps two flags above it in a mutex word

// Why Block returned.
enum class WakeReason : std::uint8_t {
  kWoken,        // by Wake
  kTimedOut,     // the deadline came
  kInterrupted,  // by Interrupt
};

// One flow of control with its stack. The object must stay where it is from Start until its end; the thread of main()
// exists from the beginning. Whoever makes a thread owns the object and the stack, and may reuse both from the moment
// when the `farewell` of Exit runs.
class Thread {
 public:
  constexpr Thread() = default;
  constexpr explicit Thread(int id) : id_(id), state_(State::kRunning) {}
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  int id() const { return id_; }  // 1 to kLargestThreadId; no two living threads have the same

  // The word that becomes 0 when this thread ends, with a wake-up of one futex waiter; null for none. kernel/libc's
  // own.
  int* clear_at_exit = nullptr;

  // Signals that are held back, and those of them that were raised: bit n - 1 for signal n. kernel/libc's own.
  std::uint64_t blocked_signals = 0;
  std::uint64_t pending_signals = 0;

 private:
  friend struct Loop;

  enum class State : std::uint8_t { kNew, kRunning, kReady, kBlocked, kEnded };

  arch::Context context_;
  ListLinks<Thread> ready_links_;
  ListLinks<Thread> all_links_;
  int id_ = 0;
  State state_ = State::kNew;
  WakeReason reason_ = WakeReason::kWoken;
};

// The thread that runs.
Thread& Current();

// Makes `thread` ready to run `entry(argument)` on the stack that ends at `stack_top`; it runs when the caller blocks
// or yields. `entry` must not return: it ends in Exit.
void Start(Thread& thread, std::byte* stack_top, std::uint64_t thread_pointer, void (*entry)(void*), void* argument);

// The living thread of that id; null if there is none.
Thread* FindThread(int id);

// How many threads live, the caller included.
int ThreadCount();

// Lets every other ready thread run first.
void Yield();

// Suspends the caller until Wake, Interrupt or `deadline`. May come back with kWoken for no reason that the caller
// knows: whoever waits for a condition checks it again. When every thread waits and nothing can ever happen again (no
// deadline, no timer, no interrupt line that is let through), the machine panics and says so.
[[nodiscard]] WakeReason Block(Instant deadline = kNever);

// Makes a blocked thread ready; does nothing for one that is not blocked.
void Wake(Thread& thread);

// Ends the wait of a blocked thread with kInterrupted. False, and nothing done, for one that is not blocked.
bool Interrupt(Thread& thread);

// Ends the caller. `farewell(argument)` runs next, on the loop's stack: from then on nothing uses the thread's object
// and stack. It may wake, but not block.
[[noreturn]] void Exit(void (*farewell)(void*), void* argument);

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_THREAD_H_
