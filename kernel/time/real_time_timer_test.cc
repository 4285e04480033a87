#include "kernel/time/real_time_timer.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/interrupt/fake_interrupts.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/time/alarm.h"

namespace kernel::time {
namespace {

using interrupt::fake_now;

// A timer with a body.
class Timer {
 public:
  explicit Timer(std::function<void(RealTimeTimer&)> body)
      : body_(std::move(body)), timer_([](void* self) { static_cast<Timer*>(self)->Run(); }, this) {}
  RealTimeTimer* operator->() { return &timer_; }

 private:
  void Run() {
    EXPECT_TRUE(interrupt::IsInHandler());
    body_(timer_);
  }
  std::function<void(RealTimeTimer&)> body_;
  RealTimeTimer timer_;
};

void PassTo(Instant now) {
  fake_now = now;
  interrupt::DeliverFakeInterrupts();
}

constexpr Duration kMillisecond = Duration::Milliseconds(1);

TEST(RealTimeTimer, RunsOnceAtItsDeadline) {
  int runs = 0;
  Timer timer([&](RealTimeTimer&) { ++runs; });
  ASSERT_TRUE(timer->StartOnce(fake_now + kMillisecond));
  PassTo(fake_now + kMillisecond - Duration::Nanoseconds(1));
  EXPECT_EQ(runs, 0);
  EXPECT_TRUE(timer->is_running());
  PassTo(fake_now + Duration::Nanoseconds(1));
  EXPECT_EQ(runs, 1);
  EXPECT_FALSE(timer->is_running());
  PassTo(fake_now + kMillisecond);
  EXPECT_EQ(runs, 1);
  EXPECT_FALSE(IsAlarmSet());
}

TEST(RealTimeTimer, TheAlarmKnowsHowLateItsInterruptCame) {
  Timer first([&](RealTimeTimer&) {});
  Timer second([&](RealTimeTimer&) {});
  ASSERT_TRUE(first->StartOnce(fake_now + kMillisecond));
  ASSERT_TRUE(second->StartOnce(fake_now + kMillisecond));
  // The second one's interrupt is asked for by the first one's handler and comes at once: it is not late by a
  // millisecond.
  PassTo(fake_now + kMillisecond + kMillisecond);
  EXPECT_FALSE(second->is_running());
  EXPECT_EQ(ReadAlarmLatency().last, Duration{});
  EXPECT_EQ(ReadAlarmLatency().worst, kMillisecond);
  ASSERT_TRUE(first->StartOnce(fake_now + kMillisecond));
  PassTo(fake_now + kMillisecond + Duration::Nanoseconds(7));
  EXPECT_EQ(ReadAlarmLatency().last, Duration::Nanoseconds(7));
  EXPECT_EQ(ReadAlarmLatency().worst, kMillisecond);
}

TEST(RealTimeTimer, ADeadlineThatHasPassedComesAtOnce) {
  int runs = 0;
  Timer timer([&](RealTimeTimer&) { ++runs; });
  ASSERT_TRUE(timer->StartOnce(fake_now - kMillisecond));
  EXPECT_EQ(runs, 1);
}

TEST(RealTimeTimer, APeriodDoesNotDriftHoweverLateTheHandlerIs) {
  const Instant start = fake_now;
  std::vector<std::int64_t> late;
  Timer timer([&](RealTimeTimer& self) { late.push_back((self.deadline() - fake_now).nanoseconds); });
  ASSERT_TRUE(timer->StartPeriodic(start + kMillisecond, kMillisecond));
  // A masked section, or another handler, holds each interrupt back for a while.
  for (int i = 1; i <= 5; ++i) PassTo(start + Duration::Milliseconds(i) + Duration::Microseconds(100 * i));
  EXPECT_EQ(late, (std::vector<std::int64_t>{900'000, 800'000, 700'000, 600'000, 500'000}));
  EXPECT_EQ(timer->deadline(), start + Duration::Milliseconds(6));
  EXPECT_EQ(timer->runs(), 5u);
  EXPECT_EQ(timer->missed(), 0u);
  timer->Stop();
}

TEST(RealTimeTimer, RunsWhoseTimeHasPassedAreMissedAndCounted) {
  const Instant start = fake_now;
  Timer timer([](RealTimeTimer&) {});
  ASSERT_TRUE(timer->StartPeriodic(start + kMillisecond, kMillisecond));
  PassTo(start + Duration::Microseconds(4'500));
  EXPECT_EQ(timer->runs(), 1u);
  EXPECT_EQ(timer->missed(), 3u);  // of 2, 3 and 4 milliseconds
  EXPECT_EQ(timer->deadline(), start + Duration::Milliseconds(5));
  PassTo(start + Duration::Milliseconds(5));
  EXPECT_EQ(timer->runs(), 2u);
  EXPECT_EQ(timer->missed(), 3u);
}

TEST(RealTimeTimer, TheHandlerMayStopOrStartItself) {
  Timer stops([](RealTimeTimer& self) { self.Stop(); });
  ASSERT_TRUE(stops->StartPeriodic(fake_now + kMillisecond, kMillisecond));
  Timer again([](RealTimeTimer& self) {
    if (self.runs() < 3) EXPECT_TRUE(self.StartOnce(fake_now));
  });
  ASSERT_TRUE(again->StartOnce(fake_now + kMillisecond));
  PassTo(fake_now + kMillisecond);
  EXPECT_EQ(stops->runs(), 1u);
  EXPECT_FALSE(stops->is_running());
  EXPECT_EQ(again->runs(), 3u);
}

TEST(RealTimeTimer, ManyRunByTheirDeadlinesAndNoMoreThanTheLimit) {
  std::vector<int> order;
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < static_cast<int>(kMostRealTimeTimers); ++i) {
    timers.push_back(std::make_unique<Timer>([&order, i](RealTimeTimer&) { order.push_back(i); }));
    ASSERT_TRUE((*timers.back())->StartOnce(fake_now + Duration::Microseconds(1'000 - i)));
  }
  Timer excess([](RealTimeTimer&) {});
  EXPECT_EQ(excess->StartOnce(fake_now).error(), Error::kOutOfMemory);
  ASSERT_TRUE((*timers[0])->StartOnce(fake_now + kMillisecond));  // one that runs is set anew
  PassTo(fake_now + kMillisecond);
  ASSERT_EQ(order.size(), kMostRealTimeTimers);
  for (int i = 0; i < static_cast<int>(order.size()); ++i) EXPECT_EQ(order[i], static_cast<int>(order.size()) - 1 - i);
}

TEST(RealTimeTimer, APeriodMustNotBeTooShort) {
  Timer timer([](RealTimeTimer&) {});
  EXPECT_EQ(timer->StartPeriodic(fake_now, Duration{}).error(), Error::kInvalidArgument);
  EXPECT_EQ(timer->StartPeriodic(fake_now, Duration::Nanoseconds(-5)).error(), Error::kInvalidArgument);
}

TEST(Alarm, EachUserHasADeadlineOfItsOwn) {
  static std::vector<int> rings;
  static constinit AlarmUser first([](void*, Instant) { rings.push_back(1); }, nullptr);
  static constinit AlarmUser second(
      [](void* self, Instant now) {
        rings.push_back(2);
        if (rings.size() < 3) static_cast<AlarmUser*>(self)->Set(now + kMillisecond);
      },
      &second);
  const Instant start = fake_now;
  first.Set(start + Duration::Milliseconds(3));
  second.Set(start + Duration::Milliseconds(1));
  EXPECT_TRUE(IsAlarmSet());
  PassTo(start + Duration::Milliseconds(1));
  EXPECT_EQ(rings, (std::vector{2}));
  PassTo(start + Duration::Milliseconds(2));
  PassTo(start + Duration::Milliseconds(3));
  EXPECT_EQ(rings, (std::vector{2, 2, 2, 1}));
  EXPECT_EQ(first.deadline(), kNever);
  EXPECT_FALSE(IsAlarmSet());
}

}  // namespace
}  // namespace kernel::time
