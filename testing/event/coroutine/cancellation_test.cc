// Cancelling a task wherever it can be suspended: every variable is destroyed, every frame freed, and nothing that it
// waited for ever touches it again.
#include <chrono>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/counting_new.h"
#include "kernel/event/run.h"

namespace {

using kernel::Sleep;
using kernel::Task;
using kernel::WhenAll;
using kernel::WhenAny;
using kernel::WithTimeout;
using kernel::Yield;
using namespace std::chrono_literals;

constinit int live_witnesses = 0;

struct Witness {
  Witness() { ++live_witnesses; }
  ~Witness() { --live_witnesses; }
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
};

struct World {
  kernel::WaitQueue queue;
  bool is_finished = false;
};

Task<int> Leaf(int turns) {
  const Witness witness;
  for (int i = 0; i < turns; ++i) co_await Yield();
  co_return turns;
}

Task<> Throw(int turns) {
  const Witness witness;
  co_await Leaf(turns);
  throw std::runtime_error("thrown");
}

Task<> Never() {
  const Witness witness;
  co_await Sleep(24h);
}

Task<> Wait(World& world) {
  const Witness witness;
  co_await world.queue.Wait();
}

Task<> InAGroup(World& world) {
  const Witness witness;
  kernel::TaskGroup group(co_await kernel::CurrentExecutor());
  group.Add(Wait(world));
  group.Add(Never());
  co_await Leaf(2);
  group.CancelAll();
  kernel::TaskGroup second(co_await kernel::CurrentExecutor());
  for (int i = 0; i < 3; ++i) second.Add(Throw(i + 1));
  try {
    co_await second.Join();
  } catch (const std::runtime_error&) {
    co_return;
  }
  ADD_FAILURE() << "the group has thrown nothing";
}

// Every way to wait, one after the other and one in the other.
Task<> Scenario(World& world) {
  const Witness witness;
  co_await Leaf(2);
  co_await Sleep(0ms);
  (void)co_await WithTimeout(Leaf(2), 24h);
  EXPECT_FALSE((co_await WithTimeout(Never(), 0ms)).has_value());
  EXPECT_FALSE((co_await WithTimeout(Wait(world), 0ms)).has_value());
  (void)co_await WhenAll(Leaf(1), Leaf(3), Leaf(2));
  EXPECT_EQ((co_await WhenAny(Never(), Wait(world), Leaf(2))).index(), 2U);
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(Leaf(4 - i));
  EXPECT_EQ(co_await WhenAny(std::span(tasks)), 3U);
  bool was_caught = false;
  try {
    co_await WhenAll(Never(), Throw(2), Wait(world));
  } catch (const std::runtime_error&) {
    was_caught = true;
  }
  EXPECT_TRUE(was_caught);
  co_await InAGroup(world);
  world.is_finished = true;
}

// Runs the scenario for `turns` turns and cancels it. Returns whether it was finished by then.
bool CancelAfter(int turns) {
  World world;
  kernel::Run([](World& world, int turns) -> Task<> {
    kernel::TaskGroup group(co_await kernel::CurrentExecutor());
    group.Add(Scenario(world));
    for (int i = 0; i < turns; ++i) co_await Yield();
    group.CancelAll();
    EXPECT_EQ(live_witnesses, 0);
    EXPECT_TRUE(world.queue.IsEmpty());
    for (int i = 0; i < 3; ++i) co_await Yield();  // whoever forgot to leave a queue would be run here
  }(world, turns));
  return world.is_finished;
}

TEST(Cancellation, LeavesNothingBehindWhereverItComes) {
  (void)CancelAfter(0);  // the first exception of a program allocates, and keeps it
  (void)CancelAfter(1000);
  const long before = kernel::counting_new::LiveBlocks();
  int turns = 0;
  while (!CancelAfter(turns)) {
    ASSERT_EQ(kernel::counting_new::LiveBlocks(), before) << "after " << turns << " turns";
    ++turns;
  }
  EXPECT_GT(turns, 25);  // the scenario was cut at so many places
  EXPECT_EQ(kernel::counting_new::LiveBlocks(), before);
}

TEST(Cancellation, ATimeoutCutsTheScenarioWhereverItComes) {
  for (int microseconds = 0; microseconds < 2000; microseconds += 25) {
    World world;
    kernel::Run([](World& world, std::chrono::microseconds limit) -> Task<> {
      const bool is_in_time = (co_await WithTimeout(Scenario(world), limit)).has_value();
      EXPECT_EQ(is_in_time, world.is_finished);
      EXPECT_EQ(live_witnesses, 0);
      EXPECT_TRUE(world.queue.IsEmpty());
    }(world, std::chrono::microseconds(microseconds)));
  }
}

TEST(Cancellation, AnExceptionThatLeavesRunCancelsTheRest) {
  World world;
  const auto main = [](World& world) -> Task<> {
    const Witness witness;
    kernel::TaskGroup group(co_await kernel::CurrentExecutor());
    group.Add(Wait(world));
    group.Add(Never());
    co_await Throw(3);
  };
  EXPECT_THROW(kernel::Run(main(world)), std::runtime_error);
  EXPECT_EQ(live_witnesses, 0);
  EXPECT_TRUE(world.queue.IsEmpty());
}

}  // namespace
