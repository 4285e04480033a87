#include "kernel/event/run.h"

#include <chrono>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/counting_new.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/event/fake_machine.h"
#include "kernel/event/thread.h"

namespace kernel {
namespace {

using event::fake_now;
using event::FakeThread;
using namespace std::chrono_literals;

// Sleeps meanwhile: the clock moves only when nobody runs.
void WaitFor(const FakeThread& thread) {
  while (!thread.has_ended()) (void)event::Block(fake_now + Duration::Microseconds(1));
}

class RunWithThreadsTest : public testing::Test {
 protected:
  Duration Elapsed() const { return fake_now - start_; }

  Instant start_ = fake_now;
};

// Fails when a test leaves a frame, or anything else from operator new, behind. (The fake machine keeps what its
// threads have had.)
class RunTest : public RunWithThreadsTest {
 protected:
  static void SetUpTestSuite() {
    (void)event::Block(fake_now + Duration::Microseconds(1));
  }  // the loop has its context now
  ~RunTest() override { EXPECT_EQ(counting_new::LiveBlocks(), blocks_at_start_); }

 private:
  long blocks_at_start_ = counting_new::LiveBlocks();
};

Task<int> After(Duration duration, int value) {
  co_await Sleep(duration);
  co_return value;
}

Task<> Fail(Duration duration) {
  co_await Sleep(duration);
  throw std::runtime_error("failed");
}

Task<> Never() { co_await SleepUntil(kNever); }

TEST_F(RunTest, GivesWhatTheTaskGives) {
  EXPECT_EQ(kernel::Run([]() -> Task<int> { co_return 7; }()), 7);
  EXPECT_EQ(kernel::Run([]() -> Task<std::string> { co_return "text"; }()), "text");
  bool has_run = false;
  kernel::Run([&]() -> Task<> {
    has_run = true;
    co_return;
  }());
  EXPECT_TRUE(has_run);
}

TEST_F(RunTest, AnExceptionLeavesRun) {
  EXPECT_THROW(kernel::Run(Fail(Duration::Microseconds(3))), std::runtime_error);
  EXPECT_EQ(Elapsed(), Duration::Microseconds(3));
}

TEST_F(RunTest, SleepsEndAtTheirTime) {
  std::vector<std::pair<int, Duration>> ends;
  const auto sleeper = [&](int name, std::chrono::nanoseconds duration) -> Task<> {
    co_await Sleep(duration);
    ends.emplace_back(name, Elapsed());
  };
  kernel::Run([&]() -> Task<> {
    co_await WhenAll(sleeper(30, 30us), sleeper(10, 10us), sleeper(20, 20us), sleeper(11, 10us));
  }());
  const std::vector<std::pair<int, Duration>> expected = {{10, Duration::Microseconds(10)},
                                                          {11, Duration::Microseconds(10)},
                                                          {20, Duration::Microseconds(20)},
                                                          {30, Duration::Microseconds(30)}};
  EXPECT_EQ(ends, expected);
  ends = {};
}

TEST_F(RunTest, SleepTakesDurationsOfTheStandardAndRoundsThemUp) {
  EXPECT_EQ(ToDuration(5ms), Duration::Milliseconds(5));
  EXPECT_EQ(ToDuration(std::chrono::duration<int, std::pico>(1)), Duration::Nanoseconds(1));
  EXPECT_EQ(ToDuration(std::chrono::duration<double>(0.25)), Duration::Milliseconds(250));
  EXPECT_EQ(ToDuration(std::chrono::hours::max()).nanoseconds, kNever.nanoseconds);
  EXPECT_EQ(ToDuration(std::chrono::hours::min()).nanoseconds, -kNever.nanoseconds);
  kernel::Run([]() -> Task<> { co_await Sleep(3us); }());
  EXPECT_EQ(Elapsed(), Duration::Microseconds(3));
}

TEST_F(RunTest, ASleepThatIsOverEndsInTheNextTurn) {
  kernel::Run([&]() -> Task<> {
    co_await Sleep(0us);
    co_await Sleep(-1h);
    co_await SleepUntil(Instant{});
  }());
  EXPECT_EQ(Elapsed(), Duration());
}

TEST_F(RunTest, ATaskThatEndsInTimeGivesItsResult) {
  kernel::Run([&]() -> Task<> {
    const Result<int> seven = co_await WithTimeout(After(Duration::Microseconds(4), 7), 5us);
    EXPECT_EQ(seven, 7);
    EXPECT_EQ(Elapsed(), Duration::Microseconds(4));
    const Result<void> nothing = co_await WithTimeout([]() -> Task<> { co_return; }(), 5us);
    EXPECT_TRUE(nothing.has_value());
    // The timer is gone: nothing happens when it would have come.
    co_await Sleep(20us);
  }());
  EXPECT_EQ(Elapsed(), Duration::Microseconds(24));
}

TEST_F(RunTest, ATaskThatIsLateIsCancelledAtTheTimeout) {
  struct Witness {
    bool& is_gone;
    ~Witness() { is_gone = true; }
  };
  bool is_gone = false;
  const auto late = [&]() -> Task<int> {
    const Witness witness{is_gone};
    co_return co_await After(Duration::Microseconds(6), 7);
  };
  kernel::Run([&]() -> Task<> {
    const Result<int> result = co_await WithTimeout(late(), 5us);
    EXPECT_TRUE(is_gone);
    EXPECT_EQ(result, kernel::Fail(Error::kTimedOut));
    EXPECT_EQ(Elapsed(), Duration::Microseconds(5));
  }());
  EXPECT_EQ(Elapsed(), Duration::Microseconds(5));
}

TEST_F(RunTest, AtTheTimeoutItselfATaskIsLate) {
  kernel::Run([&]() -> Task<> {
    EXPECT_EQ(co_await WithTimeout(After(Duration::Microseconds(5), 7), 5us), kernel::Fail(Error::kTimedOut));
  }());
}

TEST_F(RunTest, ATimeoutJoinsTheErrorsOfATaskThatHasSome) {
  const auto fails = []() -> Task<Result<int>> { co_return kernel::Fail(Error::kNotFound); };
  kernel::Run([&]() -> Task<> {
    const Result<int> result = co_await WithTimeout(fails(), 5us);
    EXPECT_EQ(result, kernel::Fail(Error::kNotFound));
  }());
}

TEST_F(RunTest, TimeoutsNest) {
  kernel::Run([&]() -> Task<> {
    const auto inner = [&]() -> Task<Result<int>> {
      co_return co_await WithTimeout(After(Duration::Microseconds(100), 1), 50us);
    };
    EXPECT_EQ(co_await WithTimeout(inner(), 10us), kernel::Fail(Error::kTimedOut));
    EXPECT_EQ(Elapsed(), Duration::Microseconds(10));
    EXPECT_EQ(co_await WithTimeout(inner(), 90us), kernel::Fail(Error::kTimedOut));
    EXPECT_EQ(Elapsed(), Duration::Microseconds(60));
    EXPECT_EQ(co_await WithDeadline(inner(), start_ + Duration::Microseconds(61)), kernel::Fail(Error::kTimedOut));
  }());
  EXPECT_EQ(Elapsed(), Duration::Microseconds(61));
}

TEST_F(RunTest, AnExceptionLeavesTheTimeout) {
  kernel::Run([&]() -> Task<> {
    bool was_caught = false;
    try {
      (void)co_await WithTimeout(Fail(Duration::Microseconds(1)), 5us);
    } catch (const std::runtime_error&) {
      was_caught = true;
    }
    EXPECT_TRUE(was_caught);
  }());
}

TEST_F(RunTest, WhoHasSeenATimeoutCanBeCancelledLater) {
  const auto main = [&]() -> Task<> {
    (void)co_await WithTimeout(Never(), 5us);
    co_await Never();
  };
  kernel::Run([&]() -> Task<> { EXPECT_EQ(co_await WithTimeout(main(), 10us), kernel::Fail(Error::kTimedOut)); }());
  EXPECT_EQ(Elapsed(), Duration::Microseconds(10));
}

TEST_F(RunTest, TheFirstOfSeveralSleepersEndsTheOthers) {
  kernel::Run([&]() -> Task<> {
    const auto winner = co_await WhenAny(After(Duration::Microseconds(9), 1), After(Duration::Microseconds(3), 2));
    EXPECT_EQ(winner.index(), 1U);
    EXPECT_EQ(Elapsed(), Duration::Microseconds(3));
  }());
  EXPECT_EQ(Elapsed(), Duration::Microseconds(3));
}

TEST_F(RunWithThreadsTest, OtherThreadsRunBetweenTurns) {
  std::string trail;
  {
    FakeThread thread([&] {
      for (int i = 0; i < 3; ++i) {
        trail += 't';
        event::Yield();
      }
    });
    kernel::Run([&]() -> Task<> {
      for (int i = 0; i < 3; ++i) {
        trail += 'c';
        co_await Yield();
      }
    }());
    WaitFor(thread);
  }
  EXPECT_EQ(trail, "ctctct");
  trail = {};
}

TEST_F(RunWithThreadsTest, AThreadNotifiesACoroutineOfAnother) {
  WaitQueue queue;
  bool has_changed = false;
  {
    FakeThread thread([&] {
      (void)event::Block(fake_now + Duration::Microseconds(8));
      has_changed = true;
      queue.NotifyAll();
    });
    kernel::Run([&]() -> Task<> {
      while (!has_changed) co_await queue.Wait();
    }());
    WaitFor(thread);
  }
  EXPECT_EQ(Elapsed(), Duration::Microseconds(8));
}

TEST_F(RunWithThreadsTest, SeveralThreadsRunTasksOfTheirOwn) {
  std::vector<int> order;
  {
    std::vector<std::unique_ptr<FakeThread>> threads;
    for (const int delay : {30, 10, 20}) {
      threads.push_back(std::make_unique<FakeThread>([&order, delay] {
        kernel::Run([&]() -> Task<> {
          co_await Sleep(Duration::Microseconds(delay));
          order.push_back(delay);
        }());
      }));
    }
    for (const auto& thread : threads) WaitFor(*thread);
  }
  EXPECT_EQ(order, (std::vector<int>{10, 20, 30}));
  order = {};
}

TEST_F(RunWithThreadsTest, ACallThatBlocksBlocksOnlyItsOwnThread) {
  std::string trail;
  {
    FakeThread other([&] {
      kernel::Run([&]() -> Task<> {
        co_await Sleep(5us);
        trail += 'o';
      }());
    });
    kernel::Run([&]() -> Task<> {
      const auto sibling = [&]() -> Task<> {
        co_await Sleep(1us);
        trail += 's';
      };
      const auto blocker = [&]() -> Task<> {
        co_await Sleep(Duration());
        (void)event::Block(fake_now + Duration::Microseconds(10));
        trail += 'b';
      };
      co_await WhenAll(sibling(), blocker());
    }());
    WaitFor(other);
  }
  EXPECT_EQ(trail, "obs");
  trail = {};
}

TEST_F(RunTest, RunNests) {
  EXPECT_EQ(kernel::Run([]() -> Task<int> { co_return kernel::Run(After(Duration::Microseconds(2), 3)) + 1; }()), 4);
}

TEST_F(RunTest, NothingIsAllocatedATurn) {
  kernel::Run([]() -> Task<> {
    const auto other = []() -> Task<> {
      for (;;) {
        co_await Yield();
        co_await Sleep(2us);
      }
    };
    TaskGroup group(co_await CurrentExecutor());
    group.Add(other());
    co_await Yield();
    const long before = counting_new::Calls();
    for (int i = 0; i < 100; ++i) {
      co_await Sleep(1us);
      co_await Yield();
    }
    EXPECT_EQ(counting_new::Calls(), before);
  }());
}

TEST_F(RunTest, AHundredThousandTasksSleepAtATime) {
  constexpr int kCount = 100'000;
  int ended = 0;
  {
    std::vector<Task<>> tasks;
    tasks.reserve(kCount);
    const auto sleeper = [&](int i) -> Task<> {
      co_await SleepUntil(start_ + Duration::Microseconds(1 + i * 7 % 1000));
      ++ended;
    };
    for (int i = 0; i < kCount; ++i) tasks.push_back(sleeper(i));
    kernel::Run([&]() -> Task<> { co_await WhenAll(std::span(tasks)); }());
  }
  EXPECT_EQ(ended, kCount);
  EXPECT_EQ(Elapsed(), Duration::Microseconds(1000));
}

TEST(RunDeathTest, ATaskThatNothingCanWakeIsADeadlock) {
  EXPECT_DEATH(kernel::Run(Never()), "deadlock: 1 thread waits");
  EXPECT_DEATH(
      {
        WaitQueue queue;
        kernel::Run([&]() -> Task<> { co_await queue.Wait(); }());
      },
      "deadlock: 1 thread waits");
}

}  // namespace
}  // namespace kernel
