#include "kernel/event/watchdog.h"

#include <array>
#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/progress.h"
#include "kernel/panic/panic.h"

namespace kernel::event {
namespace {

constexpr std::int64_t kLooks = 4;  // in a deadline
constexpr Duration kShortest = Duration::Milliseconds(1);

}  // namespace

Result<void> Watchdog::Start() {
  if (deadline_ < kShortest) return Fail(Error::kInvalidArgument);
  const Duration period = {deadline_.nanoseconds / kLooks};
  since_ = board::Now();
  turns_ = Turns();
  return timer_.StartPeriodic(since_ + period, period);
}

void Watchdog::Check(void* self) { static_cast<Watchdog*>(self)->CheckNow(); }

void Watchdog::CheckNow() {
  const Progress progress = ReadProgress();
  const Instant now = board::Now();
  if (progress.is_asleep || progress.turns != turns_) {
    turns_ = progress.turns;
    since_ = now;
    return;
  }
  if (now - since_ < deadline_) return;
  std::array<char, 80> buffer;
  TextWriter reason(buffer);
  reason << "watchdog: the loop has not turned for " << (now - since_).nanoseconds / 1'000'000 << " ms";
  panic::Panic(reason.text());
}

}  // namespace kernel::event
