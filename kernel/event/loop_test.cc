// What the loop does besides threads: deferred work, timers, pollers, sleep.
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "kernel/event/deferred.h"
#include "kernel/event/fake_machine.h"
#include "kernel/event/polled.h"
#include "kernel/event/progress.h"
#include "kernel/event/thread.h"
#include "kernel/event/timer.h"
#include "kernel/interrupt/fake_interrupts.h"
#include "kernel/interrupt/interrupt.h"

namespace kernel::event {
namespace {

constexpr interrupt::Line kLine = {20};

// Deferred work, or a timer, with a body.
template <typename Kind>
class With {
 public:
  explicit With(std::function<void()> body) : body_(std::move(body)) {}
  Kind* operator->() { return &kind_; }

 private:
  std::function<void()> body_;
  Kind kind_{[](void* self) { static_cast<With*>(self)->body_(); }, this};
};
using Work = With<Deferred>;
using Alert = With<Timer>;

// A line whose handler has a body, and which happens while the machine sleeps.
class Device {
 public:
  explicit Device(std::function<void()> handler)
      : handler_(std::move(handler)),
        line_(*interrupt::Register(
            kLine, interrupt::Trigger::kRisingEdge, "device",
            [](void* self) { static_cast<Device*>(self)->handler_(); }, this)) {}
  ~Device() { interrupt::fake_while_asleep = nullptr; }

  static void Interrupt() { interrupt::TheFakeController().Pulse(kLine); }

  // In each of the next `sleeps`.
  static void InterruptWhileAsleep(int sleeps) {
    interrupt::fake_while_asleep = [left = sleeps]() mutable {
      if (left-- > 0) Interrupt();
    };
  }

 private:
  std::function<void()> handler_;
  interrupt::Registration line_;
};

TEST(Deferred, RunsOnceForAnyNumberOfPosts) {
  int runs = 0;
  Work work([&] { ++runs; });
  work->Post();
  work->Post();
  EXPECT_TRUE(work->is_posted());
  EXPECT_EQ(runs, 0);
  Yield();
  EXPECT_EQ(runs, 1);
  EXPECT_FALSE(work->is_posted());
  Yield();
  EXPECT_EQ(runs, 1);
}

TEST(Deferred, RunsInTheOrderOfThePosts) {
  std::string trail;
  Work a([&] { trail += 'a'; }), b([&] { trail += 'b'; }), c([&] { trail += 'c'; });
  c->Post();
  a->Post();
  b->Post();
  a->Cancel();
  a->Cancel();
  Yield();
  EXPECT_EQ(trail, "cb");
}

TEST(Deferred, AHandlerWakesAThreadByIt) {
  FakeThread sleeper([] { (void)Block(); });
  Work work([&] { Wake(sleeper.thread()); });
  Device device([&] { work->Post(); });
  Yield();
  EXPECT_FALSE(sleeper.has_ended());
  Device::Interrupt();
  for (int i = 0; i < 2; ++i) Yield();  // the work runs; then the thread
  EXPECT_TRUE(sleeper.has_ended());
}

TEST(Deferred, WhatAHandlerPostsJustBeforeTheSleepIsNotLost) {
  // The interrupt comes when the loop has found nothing to do, and has masked interrupts already.
  bool is_over = false;
  FakeThread sleeper([&] {
    (void)Block();
    is_over = true;
  });
  Work work([&] { Wake(sleeper.thread()); });
  Device device([&] { work->Post(); });
  Device::InterruptWhileAsleep(1);
  const Instant start = fake_now;
  while (!is_over) (void)Block(start + Duration::Seconds(1));
  EXPECT_EQ(fake_now, start + Duration::Seconds(1));
  EXPECT_EQ(ReadProgress().is_asleep, false);
}

TEST(Deferred, WorkThatPostsItselfStarvesNeitherThreadsNorTimers) {
  bool is_timer_over = false;
  Alert timer([&] { is_timer_over = true; });
  timer->Set(fake_now + Duration::Microseconds(1));
  int runs = 0;
  std::unique_ptr<Work> work;
  work = std::make_unique<Work>([&] {
    if (++runs < 100'000) (*work)->Post();
  });
  (*work)->Post();
  int yields = 0;
  for (; yields < 100; ++yields) Yield();
  EXPECT_LT(runs, 100 * 100);
  PassTime(Duration::Microseconds(1));
  Yield();
  EXPECT_TRUE(is_timer_over);
  (*work)->Cancel();
}

TEST(Deferred, ComesAlthoughThreadsAreAlwaysReady) {
  bool is_over = false;
  int turns = 0;
  const auto spin = [&] {
    while (!is_over) {
      ++turns;
      Yield();
    }
  };
  FakeThread a(spin), b(spin);
  Work work([&] { is_over = true; });
  Yield();
  work->Post();
  const int before = turns;
  Yield();
  EXPECT_TRUE(is_over);
  EXPECT_EQ(turns, before);
  while (!a.has_ended() || !b.has_ended()) Yield();
}

TEST(Timer, RunsAtItsDeadline) {
  std::vector<int> order;
  Alert first([&] { order.push_back(1); }), second([&] { order.push_back(2); }), third([&] { order.push_back(3); });
  const Instant start = fake_now;
  third->Set(start + Duration::Milliseconds(3));
  second->Set(start + Duration::Milliseconds(2));
  first->Set(start + Duration::Milliseconds(9));
  first->Set(start + Duration::Milliseconds(2));  // anew, behind the second
  EXPECT_EQ(Block(start + Duration::Microseconds(2'500)), WakeReason::kTimedOut);
  EXPECT_EQ(order, (std::vector{2, 1}));
  third->Cancel();
  third->Cancel();
  EXPECT_FALSE(third->is_set());
  EXPECT_EQ(Block(start + Duration::Milliseconds(5)), WakeReason::kTimedOut);
  EXPECT_EQ(order, (std::vector{2, 1}));
}

TEST(Timer, MayBeSetByItself) {
  int runs = 0;
  std::unique_ptr<Alert> timer;
  timer = std::make_unique<Alert>([&] {
    if (++runs < 5) (*timer)->Set((*timer)->deadline() + Duration::Milliseconds(1));
  });
  const Instant start = fake_now;
  (*timer)->Set(start);
  EXPECT_EQ(Block(start + Duration::Milliseconds(100)), WakeReason::kTimedOut);
  EXPECT_EQ(runs, 5);
}

TEST(Timer, ThousandsThatAreDueAtOnceLeaveThreadsTheirTurn) {
  int runs = 0;
  std::vector<std::unique_ptr<Alert>> timers;
  for (int i = 0; i < 1'000; ++i) {
    timers.push_back(std::make_unique<Alert>([&] { ++runs; }));
    (*timers.back())->Set(fake_now + Duration::Microseconds(1));
  }
  PassTime(Duration::Microseconds(1));
  Yield();
  EXPECT_GT(runs, 0);
  EXPECT_LT(runs, 200);
  while (runs < 1'000) Yield();
}

class CountingPoller : public Poller {
 public:
  Instant Poll(Instant now) override {
    ++polls;
    return next ? next(now) : kNever;
  }
  int polls = 0;
  std::function<Instant(Instant)> next;
};

TEST(Polled, IsPolledWhenWokenAndWhenItWantsToBe) {
  CountingPoller poller;
  Polled polled(poller);
  Device device([&] { polled.Wake(); });
  Yield();
  EXPECT_EQ(poller.polls, 0);
  Device::Interrupt();
  Yield();
  EXPECT_EQ(poller.polls, 1);

  poller.next = [&](Instant now) { return poller.polls < 4 ? now + Duration::Milliseconds(10) : kNever; };
  const Instant start = fake_now;
  polled.Wake();
  EXPECT_EQ(Block(start + Duration::Milliseconds(15)), WakeReason::kTimedOut);
  EXPECT_EQ(poller.polls, 3);
  EXPECT_EQ(Block(start + Duration::Milliseconds(100)), WakeReason::kTimedOut);
  EXPECT_EQ(poller.polls, 4);
}

TEST(Polled, MoreToDoAtOnceTakesTurnsWithThreads) {
  CountingPoller poller;
  poller.next = [&](Instant now) { return poller.polls < 1'000 ? now : kNever; };
  Polled polled(poller);
  polled.Wake();
  Yield();
  EXPECT_GT(poller.polls, 0);
  EXPECT_LT(poller.polls, 1'000);
  while (poller.polls < 1'000) Yield();
  Yield();
  EXPECT_EQ(poller.polls, 1'000);
}

TEST(Polled, AStoppedOneIsNotPolled) {
  CountingPoller poller;
  poller.next = [](Instant now) { return now + Duration::Milliseconds(1); };
  Polled polled(poller);
  polled.Wake();
  Yield();
  polled.Wake();
  polled.Stop();
  EXPECT_EQ(Block(fake_now + Duration::Milliseconds(5)), WakeReason::kTimedOut);
  EXPECT_EQ(poller.polls, 1);
}

TEST(Loop, OneSleepIsOneWakeUp) {
  const Progress before = ReadProgress();
  EXPECT_EQ(Block(fake_now + Duration::Seconds(1)), WakeReason::kTimedOut);
  const Progress after = ReadProgress();
  EXPECT_EQ(after.sleeps - before.sleeps, 1u);
  EXPECT_EQ(after.alarm_wake_ups - before.alarm_wake_ups, 1u);
  EXPECT_EQ(after.idle - before.idle, Duration::Seconds(1));
}

TEST(Loop, ADeadlineThatWasGivenUpWakesNobody) {
  FakeThread waiter([] { EXPECT_EQ(Block(fake_now + Duration::Milliseconds(10)), WakeReason::kWoken); });
  Yield();
  Wake(waiter.thread());
  Yield();
  const Progress before = ReadProgress();
  EXPECT_EQ(Block(fake_now + Duration::Seconds(1)), WakeReason::kTimedOut);
  EXPECT_EQ(ReadProgress().sleeps - before.sleeps, 1u);
}

TEST(Loop, TellsWhyItWokeUp) {
  Work work([] {});
  int interrupts = 0;
  Device device([&] {
    EXPECT_TRUE(ReadProgress().is_asleep);
    if (++interrupts == 1) work->Post();
  });
  Device::InterruptWhileAsleep(2);
  const Progress before = ReadProgress();
  EXPECT_EQ(Block(fake_now + Duration::Seconds(1)), WakeReason::kTimedOut);
  const Progress after = ReadProgress();
  EXPECT_EQ(after.sleeps - before.sleeps, 3u);
  EXPECT_EQ(after.work_wake_ups - before.work_wake_ups, 1u);
  EXPECT_EQ(after.alarm_wake_ups - before.alarm_wake_ups, 1u);
}

TEST(LoopDeathTest, ALineThatMayAskIsNoDeadlock) {
  int handled = 0;
  EXPECT_DEATH(
      {
        Work work([] {});
        Device device([&] {
          if (++handled == 3) {
            fputs("slept on", stderr);
            abort();
          }
        });
        Device::InterruptWhileAsleep(3);
        (void)Block();
      },
      "slept on");
  EXPECT_DEATH((void)Block(), "deadlock: 1 thread waits");
}

}  // namespace
}  // namespace kernel::event
