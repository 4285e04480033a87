#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/interrupt/fake_interrupts.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/state.h"
#include "kernel/interrupt/storm.h"

namespace kernel::interrupt {
namespace {

constexpr Line kLine = {20};
constexpr Line kOther = {21};

void Count(void* count) { ++*static_cast<int*>(count); }

LineReport ReportOf(Line line) {
  struct Search {
    Line line;
    LineReport report = {};
  } search = {line};
  ForEachLine(
      [](void* context, const LineReport& report) {
        auto& wanted = *static_cast<Search*>(context);
        if (report.line == wanted.line) wanted.report = report;
      },
      &search);
  return search.report;
}

TEST(Dispatch, RunsTheHandlerOfTheLine) {
  int runs = 0, others = 0;
  const Result<Registration> line = Register(kLine, Trigger::kRisingEdge, "line", &Count, &runs);
  const Result<Registration> other = Register(kOther, Trigger::kRisingEdge, "other", &Count, &others);
  ASSERT_TRUE(line && other);
  EXPECT_FALSE(arch::InterruptsAreMasked());
  TheFakeController().Pulse(kLine);
  TheFakeController().Pulse(kLine);
  TheFakeController().Pulse(kOther);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(others, 1);
  EXPECT_EQ(ReportOf(kLine).count, 2u);
  EXPECT_EQ(std::string(ReportOf(kOther).name), "other");
}

TEST(Dispatch, ARegistrationsEndClosesTheLine) {
  int runs = 0;
  {
    Result<Registration> line = Register(kLine, Trigger::kRisingEdge, "line", &Count, &runs);
    Registration moved = std::move(*line);
    TheFakeController().Pulse(kLine);
    EXPECT_EQ(moved.line(), kLine);
    EXPECT_EQ(line->line(), kNoLine);
  }
  EXPECT_FALSE(TheFakeController().IsOpen(kLine));
  TheFakeController().Pulse(kLine);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(ReportOf(kLine).name, nullptr);
  TheFakeController().Lower(kLine);
}

TEST(Dispatch, AnAssignedRegistrationGivesUpTheOldLine) {
  int runs = 0;
  Registration registration;
  registration = *Register(kLine, Trigger::kRisingEdge, "line", &Count, &runs);
  registration = *Register(kOther, Trigger::kRisingEdge, "other", &Count, &runs);
  EXPECT_FALSE(TheFakeController().IsOpen(kLine));
  EXPECT_TRUE(TheFakeController().IsOpen(kOther));
}

TEST(Dispatch, ErrorsAreNamed) {
  int runs = 0;
  const auto error_of = [&](Line line, Trigger trigger) { return Register(line, trigger, "", &Count, &runs).error(); };
  EXPECT_EQ(error_of({FakeController::kLines}, Trigger::kRisingEdge), Error::kInvalidArgument);
  EXPECT_EQ(error_of(kNoLine, Trigger::kRisingEdge), Error::kInvalidArgument);
  EXPECT_EQ(error_of(kLine, Trigger::kLowLevel), Error::kUnsupported);
  const Result<Registration> line = Register(kLine, Trigger::kRisingEdge, "line", &Count, &runs);
  EXPECT_EQ(error_of(kLine, Trigger::kRisingEdge), Error::kInvalidArgument);
  EXPECT_EQ(AllocateMessage().error(), Error::kUnsupported);

  std::vector<Registration> all;
  for (std::uint32_t number = 30;; ++number) {
    ASSERT_LT(number, FakeController::kLines);
    Result<Registration> one = Register({number}, Trigger::kRisingEdge, "one", &Count, &runs);
    if (!one) {
      EXPECT_EQ(one.error(), Error::kOutOfMemory);
      break;
    }
    all.push_back(std::move(*one));
  }
  EXPECT_GE(all.size(), 32u);
}

TEST(Dispatch, NothingPendingIsSpurious) {
  const Totals before = ReadTotals();
  TheFakeController().Spurious();
  EXPECT_EQ(ReadTotals().spurious, before.spurious + 1);
  EXPECT_EQ(ReadTotals().handled, before.handled);
}

TEST(Dispatch, ALineThatNobodyRegisteredIsMaskedAndCounted) {
  const Totals before = ReadTotals();
  TheFakeController().Unmask(kOther);  // a firmware left it so
  TheFakeController().Raise(kOther);   // and would not come to an end
  EXPECT_EQ(ReadTotals().unexpected, before.unexpected + 1);
  EXPECT_FALSE(TheFakeController().IsOpen(kOther));
  TheFakeController().Lower(kOther);
}

TEST(Dispatch, TheWorstRunOfAHandlerIsRecorded) {
  const Result<Registration> line = Register(
      kLine, Trigger::kRisingEdge, "slow",
      [](void* argument) { fake_now = fake_now + Duration::Microseconds(*static_cast<int*>(argument)); }, new int(5));
  TheFakeController().Pulse(kLine);
  EXPECT_EQ(ReportOf(kLine).worst, Duration::Microseconds(5));
  EXPECT_EQ(ReportOf(kLine).worst_ticks, 5'000u);
}

TEST(Dispatch, TheOwnerHoldsItsLineBack) {
  int runs = 0;
  Result<Registration> line = Register(kLine, Trigger::kRisingEdge, "line", &Count, &runs);
  line->Mask();
  line->Mask();
  TheFakeController().Pulse(kLine);
  EXPECT_EQ(runs, 0);
  EXPECT_FALSE(CanAnyLineAsk(kNoLine));
  line->Unmask();
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(CanAnyLineAsk(kNoLine));
  EXPECT_FALSE(CanAnyLineAsk(kLine));
}

class DispatchInAStorm : public testing::Test {
 protected:
  // A level that is stuck: the test would not end without the pause.
  DispatchInAStorm() : line_(*Register(kLine, Trigger::kHighLevel, "stuck", &Count, &runs_)) {
    fake_ticks_per_read = 10;
    TheFakeController().Raise(kLine);
  }
  ~DispatchInAStorm() override {
    fake_ticks_per_read = 0;
    TheFakeController().Lower(kLine);
  }

  int runs_ = 0;
  Registration line_;
};

TEST_F(DispatchInAStorm, AStuckLineIsHeldBackAndTheMachineGoesOn) {
  EXPECT_EQ(runs_, static_cast<int>(kStormRuns));
  EXPECT_EQ(ReportOf(kLine).storms, 1u);
  EXPECT_EQ(NextRelease(), fake_now + kStormPause);
  EXPECT_FALSE(TheFakeController().IsOpen(kLine));
}

TEST_F(DispatchInAStorm, TheLineComesAgainAfterAPause) {
  fake_now = NextRelease() - Duration::Nanoseconds(1);
  ReleaseHeldLines();
  EXPECT_FALSE(TheFakeController().IsOpen(kLine));
  TheFakeController().Lower(kLine);
  fake_now = fake_now + Duration::Nanoseconds(1);
  ReleaseHeldLines();
  EXPECT_TRUE(TheFakeController().IsOpen(kLine));
  EXPECT_EQ(NextRelease(), kNever);
  TheFakeController().Pulse(kLine);
  EXPECT_EQ(runs_, static_cast<int>(kStormRuns) + 1);
}

TEST_F(DispatchInAStorm, AnyInterruptAfterThePauseLetsItThroughToo) {
  int others = 0;
  const Result<Registration> other = Register(kOther, Trigger::kRisingEdge, "other", &Count, &others);
  TheFakeController().Lower(kLine);
  fake_now = NextRelease();
  TheFakeController().Pulse(kOther);
  EXPECT_TRUE(TheFakeController().IsOpen(kLine));
}

TEST_F(DispatchInAStorm, ALineThatItsOwnerMaskedStaysMasked) {
  line_.Mask();
  fake_now = NextRelease();
  ReleaseHeldLines();
  EXPECT_FALSE(TheFakeController().IsOpen(kLine));
  TheFakeController().Lower(kLine);
  line_.Unmask();
  EXPECT_TRUE(TheFakeController().IsOpen(kLine));
}

TEST_F(DispatchInAStorm, TheOwnerCannotOpenAHeldLine) {
  line_.Mask();
  line_.Unmask();
  EXPECT_FALSE(TheFakeController().IsOpen(kLine));
}

TEST(Dispatch, AnyNumberOfInterruptsIsFineWhileTheLoopTurns) {
  int runs = 0;
  fake_ticks_per_read = 10;
  const Result<Registration> line = Register(kLine, Trigger::kRisingEdge, "busy", &Count, &runs);
  for (std::uint32_t i = 0; i < 3 * kStormRuns; ++i) {
    TheFakeController().Pulse(kLine);
    CountTurn();
  }
  fake_ticks_per_read = 0;
  EXPECT_EQ(ReportOf(kLine).storms, 0u);
}

}  // namespace
}  // namespace kernel::interrupt
