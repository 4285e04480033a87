#include <errno.h>
#include <sys/random.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/thread.h"
#include "kernel/libc/calls.h"
#include "kernel/random/random.h"

namespace {

using kernel::Duration;
using kernel::Instant;

constexpr unsigned kInsecure = 4;                        // GRND_INSECURE: bytes of any quality, at once
constexpr std::size_t kMostBytes = (1 << 25) - 1;        // as on Linux [random(4)]
constexpr Duration kPause = Duration::Milliseconds(10);  // between two looks at the sources

// 0, or -EINTR. Other threads, and a driver that may bring the randomness, run meanwhile.
long WaitForSeed() {
  const Instant limit = board::Now() + kernel::random::kPatience;
  while (!kernel::random::TrySeed()) {
    const Instant now = board::Now();
    if (now >= limit) kernel::random::PanicForWantOfSources();
    if (kernel::event::Block(now + kPause) == kernel::event::WakeReason::kInterrupted) return -EINTR;
  }
  return 0;
}

}  // namespace

long sys_getrandom(void* bytes, std::size_t size, unsigned flags) {
  if ((flags & ~(GRND_NONBLOCK | GRND_RANDOM | kInsecure)) != 0) return -EINVAL;
  if ((flags & kInsecure) != 0 && (flags & GRND_RANDOM) != 0) return -EINVAL;
  if (bytes == nullptr && size > 0) return -EFAULT;
  size = std::min(size, kMostBytes);
  if (!kernel::random::TrySeed()) {
    // There are no insecure numbers: who asks for them does without.
    if ((flags & (GRND_NONBLOCK | kInsecure)) != 0) return -EAGAIN;
    if (const long result = WaitForSeed(); result < 0) return result;
  }
  kernel::random::Fill(std::span(static_cast<std::byte*>(bytes), size));
  return static_cast<long>(size);
}
