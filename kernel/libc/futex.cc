#include "kernel/event/futex.h"

#include <errno.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernel/arch/cpu.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/timespec.h"
#include "kernel/panic/panic.h"
#include "kernel/time/wall_clock.h"

namespace kernel::event {

// Weak: whoever makes a thread (thread.cc) links these. A program that never does has stdio's and malloc's locks, but
// no scheduler: nobody can wait there, and nobody can wake. Block is there as well where anything may sleep: musl's
// timed waits bring it (toolchain/libc/overlay/common/include/sleeps.h).
[[gnu::weak]] WakeReason Block(Instant deadline);
[[gnu::weak]] WakeReason FutexWait(const volatile std::uint32_t* word, std::uint32_t bits, Instant deadline);
[[gnu::weak]] int FutexWake(const volatile std::uint32_t* word, int limit, std::uint32_t bits);
[[gnu::weak]] int FutexRequeue(const volatile std::uint32_t* from, const volatile std::uint32_t* to, int limit);

}  // namespace kernel::event

namespace kernel::time {

// Weak: whoever tells a program the date links it.
[[gnu::weak]] Instant InstantOf(WallTime date);

}  // namespace kernel::time

namespace {

using kernel::Instant;
using kernel::event::WakeReason;

// [futex(2)]
enum Operation : int { kWait = 0, kWake = 1, kRequeue = 3, kCompareRequeue = 4, kWaitBitset = 9, kWakeBitset = 10 };
constexpr int kPrivate = 128;  // one process: all are
constexpr int kClockRealtime = 256;

int Limit(std::uint64_t count) {
  return static_cast<int>(std::min<std::uint64_t>(count, std::numeric_limits<int>::max()));
}

std::uint32_t Load(const std::uint32_t* word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

bool CanHaveThreads() { return &kernel::event::FutexWake != nullptr; }

// The wait of a program's only thread.
WakeReason WaitAlone(Instant deadline) {
  if (deadline == kernel::event::kNever) {
    kernel::panic::Panic("deadlock: the only thread waits, without a deadline, and nothing can wake it");
  }
  while (board::Now() < deadline) {
    if (&kernel::event::Block == nullptr) {
      kernel::arch::Relax();
    } else if (kernel::event::Block(deadline) == WakeReason::kInterrupted) {
      return WakeReason::kInterrupted;
    }
  }
  return WakeReason::kTimedOut;
}

int Wake(std::uint32_t* word, std::uint32_t limit, std::uint32_t bits) {
  return CanHaveThreads() ? kernel::event::FutexWake(word, Limit(limit), bits) : 0;
}

enum class Timeout : std::uint8_t { kDuration, kInstant, kDate };

// Of a valid time.
Instant DeadlineOf(const timespec& time, Timeout kind) {
  const kernel::Duration duration = kernel::libc::ToDuration(time);
  if (kind == Timeout::kDuration) return kernel::libc::Later(board::Now(), duration);
  // A program that nobody told the date names an instant.
  const bool is_date = kind == Timeout::kDate && &kernel::time::InstantOf != nullptr;
  return is_date ? kernel::time::InstantOf({duration.nanoseconds}) : Instant{duration.nanoseconds};
}

long Wait(std::uint32_t* word, std::uint32_t expected, std::uint32_t bits, const timespec* timeout, Timeout kind) {
  if (bits == 0) return -EINVAL;
  Instant deadline = kernel::event::kNever;
  if (timeout != nullptr) {
    if (!kernel::libc::IsValid(*timeout)) return -EINVAL;
    deadline = DeadlineOf(*timeout, kind);
  }
  if (Load(word) != expected) return -EAGAIN;
  switch (CanHaveThreads() ? kernel::event::FutexWait(word, bits, deadline) : WaitAlone(deadline)) {
    case WakeReason::kWoken:
      return 0;
    case WakeReason::kTimedOut:
      return -ETIMEDOUT;
    case WakeReason::kInterrupted:
      return -EINTR;
  }
  __builtin_unreachable();
}

// Wakes `wake` waiters and moves `move` others to `word2`.
long Requeue(std::uint32_t* word, std::uint32_t wake, std::uint64_t move, std::uint32_t* word2) {
  if (word2 == nullptr) return -EFAULT;
  if (reinterpret_cast<std::uintptr_t>(word2) % alignof(std::uint32_t) != 0) return -EINVAL;
  if (!CanHaveThreads()) return 0;
  const int woken = Wake(word, wake, kernel::event::kEveryBit);
  return woken + kernel::event::FutexRequeue(word, word2, Limit(move));
}

}  // namespace

long sys_futex(std::uint32_t* word, int operation, std::uint32_t value, std::uintptr_t value2, std::uint32_t* word2,
               std::uint32_t value3) {
  if (word == nullptr) return -EFAULT;
  if (reinterpret_cast<std::uintptr_t>(word) % alignof(std::uint32_t) != 0) return -EINVAL;
  const auto* const timeout = reinterpret_cast<const timespec*>(value2);
  switch (operation & ~(kPrivate | kClockRealtime)) {
    case kWait:
      return Wait(word, value, kernel::event::kEveryBit, timeout, Timeout::kDuration);
    case kWaitBitset:
      return Wait(word, value, value3, timeout, (operation & kClockRealtime) != 0 ? Timeout::kDate : Timeout::kInstant);
    case kWake:
      return Wake(word, value, kernel::event::kEveryBit);
    case kWakeBitset:
      return value3 == 0 ? -EINVAL : Wake(word, value, value3);
    case kRequeue:
      return Requeue(word, value, static_cast<std::uint32_t>(value2), word2);
    case kCompareRequeue:
      if (Load(word) != value3) return -EAGAIN;
      return Requeue(word, value, static_cast<std::uint32_t>(value2), word2);
    default:
      return -ENOSYS;
  }
}
