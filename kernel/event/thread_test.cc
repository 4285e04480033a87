#include "kernel/event/thread.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/event/fake_machine.h"
#include "kernel/event/progress.h"

namespace kernel::event {
namespace {

void WaitFor(const FakeThread& thread) {
  while (!thread.has_ended()) Yield();
}

TEST(Thread, RunsWhenTheCallerYields) {
  bool has_run = false;
  FakeThread thread([&] { has_run = true; });
  EXPECT_FALSE(has_run);
  Yield();
  EXPECT_TRUE(has_run);
  EXPECT_TRUE(thread.has_ended());
  EXPECT_EQ(ThreadCount(), 1);
}

TEST(Thread, ThreadsTakeTurns) {
  std::string trail;
  const auto body = [&trail](char name) {
    return [&trail, name] {
      for (int i = 0; i < 3; ++i) {
        trail += name;
        Yield();
      }
    };
  };
  FakeThread a(body('a')), b(body('b')), c(body('c'));
  WaitFor(a);
  WaitFor(b);
  WaitFor(c);
  EXPECT_EQ(trail, "abcabcabc");
}

TEST(Thread, IdsAreDifferentAndFound) {
  EXPECT_EQ(Current().id(), kMainThreadId);
  FakeThread a([] { Yield(); }), b([] { Yield(); });
  EXPECT_NE(a.thread().id(), b.thread().id());
  EXPECT_EQ(FindThread(a.thread().id()), &a.thread());
  EXPECT_EQ(FindThread(kMainThreadId), &Current());
  EXPECT_EQ(ThreadCount(), 3);
  const int id = a.thread().id();
  WaitFor(a);
  WaitFor(b);
  EXPECT_EQ(FindThread(id), nullptr);
  EXPECT_EQ(FindThread(12345), nullptr);
}

TEST(Thread, WakeMakesABlockedThreadReady) {
  WakeReason reason = WakeReason::kTimedOut;
  FakeThread thread([&] { reason = Block(); });
  Yield();
  EXPECT_FALSE(thread.has_ended());
  Wake(thread.thread());
  Wake(thread.thread());  // a second time changes nothing
  WaitFor(thread);
  EXPECT_EQ(reason, WakeReason::kWoken);
}

TEST(Thread, AWakeUpForOneThatDoesNotWaitIsNothing) {
  Wake(Current());
  EXPECT_FALSE(Interrupt(Current()));
  EXPECT_EQ(Block(fake_now + Duration::Microseconds(5)), WakeReason::kTimedOut);
}

TEST(Thread, InterruptEndsAWait) {
  WakeReason reason = WakeReason::kWoken;
  FakeThread thread([&] { reason = Block(fake_now + Duration::Seconds(1)); });
  Yield();
  EXPECT_TRUE(Interrupt(thread.thread()));
  EXPECT_FALSE(Interrupt(thread.thread()));
  WaitFor(thread);
  EXPECT_EQ(reason, WakeReason::kInterrupted);
}

TEST(Thread, DeadlinesComeInTheirOrder) {
  const Instant start = fake_now;
  std::vector<int> order;
  std::vector<std::unique_ptr<FakeThread>> threads;
  for (const int delay : {30, 10, 20, 10}) {
    threads.push_back(std::make_unique<FakeThread>([&order, start, delay] {
      EXPECT_EQ(Block(start + Duration::Microseconds(delay)), WakeReason::kTimedOut);
      EXPECT_GE(fake_now, start + Duration::Microseconds(delay));
      order.push_back(delay);
    }));
  }
  EXPECT_EQ(Block(start + Duration::Microseconds(100)), WakeReason::kTimedOut);
  EXPECT_EQ(order, (std::vector<int>{10, 10, 20, 30}));
}

TEST(Thread, ADeadlineComesAlthoughOthersNeverBlock) {
  bool is_over = false;
  FakeThread sleeper([&] {
    (void)Block(fake_now + Duration::Microseconds(10));
    is_over = true;
  });
  for (int i = 0; i < 5; ++i) Yield();
  EXPECT_FALSE(is_over);
  PassTime(Duration::Microseconds(10));
  for (int i = 0; i < 2; ++i) Yield();
  EXPECT_TRUE(is_over);
  WaitFor(sleeper);
}

TEST(Thread, ADeadlineThatHasPassedDoesNotWait) {
  const Instant start = fake_now;
  EXPECT_EQ(Block({start.nanoseconds - 1}), WakeReason::kTimedOut);
  EXPECT_EQ(fake_now, start);
}

TEST(Thread, WhatIsNotWorkIsIdleTime) {
  const Duration before = IdleTime();
  fake_now = fake_now + Duration::Microseconds(50);  // work
  (void)Block(fake_now + Duration::Microseconds(20));
  EXPECT_EQ(IdleTime() - before, Duration::Microseconds(20));
}

TEST(Thread, ManyThreadsComeAndGo) {
  int ended = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<std::unique_ptr<FakeThread>> threads;
    for (int i = 0; i < 20; ++i) {
      threads.push_back(std::make_unique<FakeThread>([&ended, i] {
        if (i % 2 == 0) (void)Block(fake_now + Duration::Microseconds(i));
        ++ended;
      }));
    }
    (void)Block(fake_now + Duration::Microseconds(100));
  }
  EXPECT_EQ(ended, 1'000);
  EXPECT_EQ(ThreadCount(), 1);
}

TEST(ThreadDeathTest, WaitingForNothingIsADeadlock) {
  EXPECT_DEATH((void)Block(), "deadlock: 1 thread waits");
  EXPECT_DEATH(
      {
        FakeThread first([] { (void)Block(); });
        FakeThread second([] { (void)Block(); });
        (void)Block();
      },
      "deadlock: 3 threads wait");
}

}  // namespace
}  // namespace kernel::event
