#include "kernel/libc/descriptor/timer.h"

#include <errno.h>

#include <cstddef>
#include <cstdint>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"

namespace kernel::libc {
namespace {

constinit Pool<Timer> timers;

}  // namespace

Timer* Timer::Make(int clock, int flags) { return timers.New(clock, flags); }

void Timer::Release() { timers.Delete(*this); }

void Timer::Set(Instant first, Duration interval) {
  next_ = first;
  interval_ = interval;
  changes_.Notify();
}

std::uint64_t Timer::Expirations(Instant now) const {
  if (next_ > now) return 0;
  if (interval_.nanoseconds == 0) return 1;
  return 1 + static_cast<std::uint64_t>((now - next_).nanoseconds / interval_.nanoseconds);
}

Instant Timer::FirstAfter(Instant now) const {
  const std::uint64_t expirations = Expirations(now);
  if (expirations == 0) return next_;
  if (interval_.nanoseconds == 0) return kNever;
  // Not before `now`, and less than an interval after it, so that it overflows only where the end of time is near.
  const std::int64_t passed = interval_.nanoseconds * static_cast<std::int64_t>(expirations - 1);
  const Instant last = next_ + Duration{passed};
  return interval_.nanoseconds > (kNever - last).nanoseconds ? kNever : last + interval_;
}

Timer::Setting Timer::Get() const {
  const Instant now = board::Now();
  const Instant next = FirstAfter(now);
  return {.rest = next == kNever ? Duration{} : next - now, .interval = interval_};
}

long Timer::Read(Buffers& buffers) {
  if (buffers.size() < sizeof(std::uint64_t)) return -EINVAL;
  const Instant now = board::Now();
  const std::uint64_t expirations = Expirations(now);
  if (expirations == 0) return -EAGAIN;
  next_ = FirstAfter(now);
  buffers.Store(reinterpret_cast<const std::byte*>(&expirations), sizeof expirations);
  return sizeof expirations;
}

Events Timer::Poll() { return Expirations(board::Now()) > 0 ? kCanRead : 0; }

Instant Timer::NextChange() { return FirstAfter(board::Now()); }

}  // namespace kernel::libc
