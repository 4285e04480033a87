// The longest time that interrupts are masked, in instructions: run under -icount only.
//
// Seen from both sides: each named section and each handler tells its worst length, and a real-time timer that comes
// again and again tells how late it was at worst.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/masked_section.h"
#include "kernel/time/clock.h"
#include "kernel/time/real_time_timer.h"
#include "testing/interrupt/samples.h"
#include "testing/interrupt/workload.h"

namespace {

using kernel::Duration;
using kernel::Instant;

// What the kernel promises, and a little more than was measured.
constexpr std::uint64_t kPromise = 1500;
constexpr std::uint64_t kBudget = ENKEL_MASKED_BUDGET;

// Of an interrupt without its handler: from the vector to the return, and the accounts.
constexpr std::uint64_t kEntryAndReturn = 350;

class MaskedSections : public testing::Test {
 protected:
  // Not a multiple of anything that the workload does.
  static constexpr Duration kPeriod = Duration::Nanoseconds(31'337);

  static void OnTimer(void* self) {
    const Instant now = kernel::time::Now();
    auto& test = *static_cast<MaskedSections*>(self);
    test.latest_ = std::max(test.latest_, now - test.deadline_);
    test.deadline_ = test.timer_.deadline();
  }

  kernel::time::RealTimeTimer timer_{&OnTimer, this};
  Instant deadline_;
  Duration latest_;
};

TEST_F(MaskedSections, AreShort) {
  testing_interrupt::WarmUpClock();
  testing_interrupt::RunWorkload();  // what is done once in a life is done
  testing_interrupt::RunTimerWorkload();
  deadline_ = kernel::time::Now() + kPeriod;
  ASSERT_TRUE(timer_.StartPeriodic(deadline_, kPeriod));
  for (int i = 0; i < 3; ++i) testing_interrupt::RunWorkload();
  timer_.Stop();

  std::uint64_t longest = 0;
  bool has_table_changes = false;
  for (const auto* site = kernel::interrupt::FirstMaskedSite(); site != nullptr; site = site->next()) {
    std::printf("[measured] masked, %s: at most %llu instructions\n", site->name(),
                static_cast<unsigned long long>(site->worst_ticks()));
    longest = std::max(longest, site->worst_ticks());
    has_table_changes |= site->name() == std::string_view("change a page table") && site->worst_ticks() > 0;
  }
  EXPECT_TRUE(has_table_changes) << "memory was mapped and given back";
  kernel::interrupt::ForEachLine(
      [](void* context, const kernel::interrupt::LineReport& report) {
        const std::uint64_t length = report.worst_ticks + kEntryAndReturn;
        std::printf("[measured] interrupt, %s: at most %llu instructions, entry and return included\n", report.name,
                    static_cast<unsigned long long>(length));
        auto& longest = *static_cast<std::uint64_t*>(context);
        longest = std::max(longest, length);
      },
      &longest);
  const auto late = static_cast<std::uint64_t>(latest_.nanoseconds / testing_interrupt::NanosecondsAnInstruction());
  std::printf("[measured] a real-time timer under load: at most %llu instructions late\n",
              static_cast<unsigned long long>(late));
  std::printf("[measured] longest time with interrupts masked: %llu instructions\n",
              static_cast<unsigned long long>(longest));
  EXPECT_LE(longest, kPromise);
  EXPECT_LE(longest, kBudget) << "the budget in testing/interrupt/BUILD.bazel";
  EXPECT_LE(late, kPromise + 200);
  EXPECT_EQ(kernel::interrupt::ReadTotals().storms, 0u);
}

}  // namespace
