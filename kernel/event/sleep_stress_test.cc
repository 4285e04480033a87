// Ten million wake-ups, none lost: an interrupt comes before or after any of the steps by which the loop looks for
// work, masks interrupts, sets its alarm and sleeps. A lost one is seen at once: the fake machine aborts where it would
// sleep with nothing left that could wake it. testing/event:wake_up_test does the same inside images, instruction by
// instruction.
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/event/deferred.h"
#include "kernel/event/fake_machine.h"
#include "kernel/event/progress.h"
#include "kernel/event/thread.h"
#include "kernel/interrupt/fake_interrupts.h"
#include "kernel/interrupt/interrupt.h"

namespace kernel::event {
namespace {

constexpr int kWakeUps = 10'000'000;
constexpr int kMostSteps = 16;  // more than there are from one sleep to the next
constexpr interrupt::Line kLine = {20};

std::minstd_rand random_numbers(1);
Thread* waiting = nullptr;
int wake_ups = 0;
int steps = 0;       // since the last wake-up
int steps_left = 0;  // until the next interrupt; 0 when it has come
std::vector<std::int64_t> interrupts_at(kMostSteps + 1);

void Interrupt() {
  steps_left = 0;
  ++interrupts_at[std::min(steps, kMostSteps)];
  interrupt::TheFakeController().Pulse(kLine);
}

void OnStep() {
  ++steps;
  if (steps_left > 0 && --steps_left == 0) Interrupt();
}

Deferred on_wake_up(
    [](void*) {
      if (++wake_ups == kWakeUps) {
        Wake(*waiting);
        return;
      }
      steps = 0;
      steps_left = 1 + static_cast<int>(random_numbers() % kMostSteps);
    },
    nullptr);

TEST(Sleep, LosesNoneOfTenMillionWakeUps) {
  const Result<interrupt::Registration> line =
      interrupt::Register(kLine, interrupt::Trigger::kRisingEdge, "stress", [](void*) { on_wake_up.Post(); }, nullptr);
  ASSERT_TRUE(line.has_value());
  const std::uint64_t sleeps_before = ReadProgress().sleeps;
  waiting = &Current();
  interrupt::fake_while_asleep = [] {
    if (steps_left > 0) Interrupt();  // it was to come later: now
  };
  interrupt::fake_between_instructions = &OnStep;
  on_wake_up.Post();
  EXPECT_EQ(Block(), WakeReason::kWoken);
  interrupt::fake_between_instructions = nullptr;
  interrupt::fake_while_asleep = nullptr;
  EXPECT_EQ(wake_ups, kWakeUps);

  // Interrupts met the loop at each of its steps, and both asleep and on its way there.
  const auto longest = std::find(interrupts_at.begin() + 1, interrupts_at.end(), 0) - interrupts_at.begin();
  EXPECT_GE(longest, 8);
  const std::uint64_t sleeps = ReadProgress().sleeps - sleeps_before;
  EXPECT_GT(sleeps, 1'000'000u);
  EXPECT_LT(sleeps, static_cast<std::uint64_t>(kWakeUps));
}

}  // namespace
}  // namespace kernel::event
