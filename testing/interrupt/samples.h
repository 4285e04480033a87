// What is measured under QEMU's -icount, where time is a count of instructions and nothing else.
#ifndef ENKEL_TESTING_INTERRUPT_SAMPLES_H_
#define ENKEL_TESTING_INTERRUPT_SAMPLES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>

#include "kernel/arch/entropy.h"
#include "kernel/base/time.h"
#include "kernel/time/clock.h"

namespace testing_interrupt {

// Nanoseconds an instruction: with the -icount shift of each board's tests a tick of arch::ReadCounter is an
// instruction (testing/interrupt/README.md).
inline std::int64_t NanosecondsAnInstruction() {
  const std::uint64_t ticks = kernel::arch::ReadCounter();
  const kernel::Instant start = kernel::time::Now();
  while (kernel::arch::ReadCounter() - ticks < 1'000'000) continue;
  const kernel::Duration elapsed = kernel::time::Now() - start;
  return (elapsed.nanoseconds + 500'000) / 1'000'000;
}

// Lets a clock that learns its rate (pc: README.md of the board) come to its end, so that numbers are those of its
// life.
inline void WarmUpClock() {
  const kernel::Instant start = kernel::time::Now();
  while (kernel::time::Now() < start + kernel::Duration::Milliseconds(5)) continue;
}

// What was measured; the first sample, which finds everything cold, is left out.
class Samples {
 public:
  // For a handler.
  void Add(kernel::Duration sample) {
    if (count_ < static_cast<int>(samples_.size())) samples_[static_cast<std::size_t>(count_)] = sample.nanoseconds;
    count_ = count_ + 1;
  }

  // Also while a handler adds.
  int count() const { return count_; }

  // In instructions. At least two samples must be there.
  struct Summary {
    std::int64_t least, median, most;
  };

  // Sums up and prints. Then Add must not be called any more.
  Summary Print(const char* name) {
    const std::int64_t unit = NanosecondsAnInstruction();
    const auto warm = std::span(samples_).first(static_cast<std::size_t>(count_)).subspan(1);
    std::ranges::sort(warm);
    const Summary summary = {warm.front() / unit, warm[warm.size() / 2] / unit, warm.back() / unit};
    std::printf("[measured] %s: least %lld, median %lld, most %lld instructions of %zu samples\n", name,
                static_cast<long long>(summary.least), static_cast<long long>(summary.median),
                static_cast<long long>(summary.most), warm.size());
    return summary;
  }

 private:
  std::array<std::int64_t, 2000> samples_ = {};  // nanoseconds
  volatile int count_ = 0;
};

}  // namespace testing_interrupt

#endif  // ENKEL_TESTING_INTERRUPT_SAMPLES_H_
