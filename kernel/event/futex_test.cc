#include "kernel/event/futex.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/event/fake_machine.h"

namespace kernel::event {
namespace {

struct Waiting {
  explicit Waiting(const std::uint32_t* word, std::uint32_t bits = kEveryBit, Instant deadline = kNever)
      : thread([this, word, bits, deadline] { reason = FutexWait(word, bits, deadline); }) {
    Yield();
  }
  WakeReason reason = WakeReason::kWoken;
  FakeThread thread;
};

TEST(Futex, WakesInTheOrderOfArrivalAndNoMoreThanAsked) {
  std::uint32_t word = 0;
  Waiting a(&word), b(&word), c(&word);
  EXPECT_EQ(FutexWake(&word, 2), 2);
  Yield();
  EXPECT_TRUE(a.thread.has_ended());
  EXPECT_TRUE(b.thread.has_ended());
  EXPECT_FALSE(c.thread.has_ended());
  EXPECT_EQ(FutexWake(&word, 0), 0);
  EXPECT_EQ(FutexWake(&word, 10), 1);
  Yield();
  EXPECT_TRUE(c.thread.has_ended());
  EXPECT_EQ(FutexWake(&word, 1), 0);
}

TEST(Futex, WakesNobodyElse) {
  std::array<std::uint32_t, 200> words = {};  // more than there are buckets
  std::vector<std::unique_ptr<Waiting>> waiting;
  for (const std::uint32_t& word : words) waiting.push_back(std::make_unique<Waiting>(&word));
  EXPECT_EQ(FutexWake(&words[77], 5), 1);
  Yield();
  for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(waiting[i]->thread.has_ended(), i == 77) << i;
  for (const std::uint32_t& word : words) EXPECT_EQ(FutexWake(&word, 5), &word == &words[77] ? 0 : 1);
  Yield();
}

TEST(Futex, BitsSelectWhomAWakeUpMeets) {
  std::uint32_t word = 0;
  Waiting first(&word, 0b01), second(&word, 0b10);
  EXPECT_EQ(FutexWake(&word, 5, 0b100), 0);
  EXPECT_EQ(FutexWake(&word, 5, 0b110), 1);
  Yield();
  EXPECT_FALSE(first.thread.has_ended());
  EXPECT_TRUE(second.thread.has_ended());
  EXPECT_EQ(FutexWake(&word, 5), 1);
  Yield();
}

TEST(Futex, GivesUpAtTheDeadlineAndLeavesNoTrace) {
  std::uint32_t word = 0;
  EXPECT_EQ(FutexWait(&word, kEveryBit, fake_now + Duration::Microseconds(3)), WakeReason::kTimedOut);
  EXPECT_EQ(FutexWake(&word, 1), 0);
}

TEST(Futex, AWakeUpThatMeetsATimedOutWaiterCounts) {
  std::uint32_t word = 0;
  Waiting waiting(&word, kEveryBit, fake_now + Duration::Microseconds(3));
  FakeThread waker([&] {
    // The deadline has passed; the waiter is ready but has not run yet.
    EXPECT_EQ(FutexWake(&word, 1), 1);
  });
  PassTime(Duration::Microseconds(3));
  while (!waiting.thread.has_ended() || !waker.has_ended()) Yield();
  EXPECT_EQ(waiting.reason, WakeReason::kWoken);
}

TEST(Futex, AnInterruptedWaiterIsGoneFromTheList) {
  std::uint32_t word = 0;
  Waiting waiting(&word);
  EXPECT_TRUE(Interrupt(waiting.thread.thread()));
  Yield();
  EXPECT_EQ(waiting.reason, WakeReason::kInterrupted);
  EXPECT_EQ(FutexWake(&word, 1), 0);
}

TEST(Futex, RequeueMovesWaitersInTheirOrder) {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  Waiting a(&from), b(&from), c(&from);
  EXPECT_EQ(FutexRequeue(&from, &to, 2), 2);
  EXPECT_EQ(FutexWake(&to, 1), 1);
  Yield();
  EXPECT_TRUE(a.thread.has_ended());
  EXPECT_FALSE(b.thread.has_ended());
  EXPECT_EQ(FutexWake(&from, 5), 1);
  EXPECT_EQ(FutexWake(&to, 5), 1);
  Yield();
  EXPECT_TRUE(b.thread.has_ended());
  EXPECT_TRUE(c.thread.has_ended());
}

TEST(Futex, ARequeuedWaiterStillHasItsDeadline) {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  Waiting waiting(&from, kEveryBit, fake_now + Duration::Microseconds(5));
  EXPECT_EQ(FutexRequeue(&from, &to, 1), 1);
  (void)Block(fake_now + Duration::Microseconds(10));
  EXPECT_EQ(waiting.reason, WakeReason::kTimedOut);
  EXPECT_EQ(FutexWake(&to, 1), 0);
}

}  // namespace
}  // namespace kernel::event
