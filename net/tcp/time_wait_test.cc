#include "net/tcp/time_wait.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "kernel/base/time.h"
#include "net/tcp/sequence.h"
#include "net/test_context.h"
#include "net/wire/address.h"

namespace net::tcp {
namespace {

using kernel::Duration;

class TimeWaitTest : public testing::Test {
 protected:
  static constexpr std::size_t kCount = 8;

  static TimeWaitEntry EntryOf(std::uint16_t port) {
    TimeWaitEntry entry;
    entry.local = {Ipv4Address::Of(192, 0, 2, 1), 80};
    entry.remote = {Ipv4Address::Of(198, 51, 100, 7), port};
    entry.snd_nxt = {port * 3u};
    return entry;
  }
  // Few buckets, so that chains form.
  static std::uint64_t HashOf(std::uint16_t port) { return port % 3; }
  bool Add(std::uint16_t port) { return table_.Add(EntryOf(port), HashOf(port), context_->now()); }
  TimeWaitEntry* Find(std::uint16_t port) {
    const TimeWaitEntry entry = EntryOf(port);
    TimeWaitEntry* const found = table_.Find(entry.local, entry.remote, HashOf(port));
    if (found != nullptr) EXPECT_EQ(found->snd_nxt, entry.snd_nxt);
    return found;
  }

  TestContext context_{1, 1, 1};
  static constexpr std::byte kWhatever{0xa5};  // storage comes with arbitrary contents
  std::vector<std::byte> storage_ = std::vector<std::byte>(TimeWait::StorageFor(kCount), kWhatever);
  TimeWait table_{context_->timers(), storage_, kCount};
};

TEST_F(TimeWaitTest, AnEntryTakesSixtyFourBytes) { EXPECT_LE(sizeof(TimeWaitEntry), 64u); }

TEST_F(TimeWaitTest, StorageIsNotTouchedBeforeTheFirstEntry) {
  EXPECT_EQ(Find(1), nullptr);
  EXPECT_TRUE(std::ranges::all_of(storage_, [](std::byte each) { return each == kWhatever; }));
  Add(1);
  EXPECT_NE(Find(1), nullptr);
  EXPECT_EQ(Find(4), nullptr);  // in the same bucket
}

TEST_F(TimeWaitTest, AnEntryIsFoundByItsEndsForTwoSegmentLifetimes) {
  Add(1000);
  context_.Advance(kTwoSegmentLifetimes - Duration::Milliseconds(1));
  ASSERT_NE(Find(1000), nullptr);
  EXPECT_EQ(Find(1001), nullptr);
  EXPECT_EQ(Find(1003), nullptr);  // in the same bucket
  context_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(Find(1000), nullptr);
  EXPECT_EQ(table_.count(), 0u);
  EXPECT_EQ(context_->timers().running(), 0u);
}

TEST_F(TimeWaitTest, ARestartedEntryWaitsAllOverAgain) {
  Add(1);
  context_.Advance(Duration::Seconds(10));
  Add(2);
  context_.Advance(Duration::Seconds(20));
  table_.Restart(*Find(1), context_->now());  // at 30 s
  context_.Advance(Duration::Seconds(39));
  EXPECT_NE(Find(2), nullptr);
  context_.Advance(Duration::Seconds(1));
  EXPECT_EQ(Find(2), nullptr);
  context_.Advance(Duration::Milliseconds(19'999));
  EXPECT_NE(Find(1), nullptr);
  context_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(Find(1), nullptr);
}

TEST_F(TimeWaitTest, WhenItIsFullTheOldestGoes) {
  for (std::uint16_t port = 1; port <= kCount; ++port) EXPECT_FALSE(Add(port));
  table_.Restart(*Find(1), context_->now());
  EXPECT_TRUE(Add(100));
  EXPECT_EQ(Find(2), nullptr);
  EXPECT_NE(Find(1), nullptr);
  EXPECT_NE(Find(100), nullptr);
  EXPECT_EQ(table_.count(), kCount);
}

TEST_F(TimeWaitTest, ManyThatExpireAtOnceAllGo) {
  TestContext context(1, 1, 1);
  constexpr std::uint16_t kMany = 1000;
  std::vector<std::byte> storage(TimeWait::StorageFor(kMany));
  TimeWait table(context->timers(), storage, kMany);
  for (std::uint16_t port = 1; port <= kMany; ++port) table.Add(EntryOf(port), port, context->now());
  context.Advance(kTwoSegmentLifetimes);
  EXPECT_EQ(table.count(), 0u);
}

TEST_F(TimeWaitTest, RandomOperationsAreThoseOfAList) {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    TestContext context(1, 1, 1);
    context.Advance(Duration::Seconds(4'294'960));  // the milliseconds wrap soon
    std::vector<std::byte> storage(TimeWait::StorageFor(kCount));
    TimeWait table(context->timers(), storage, kCount);
    struct Known {
      std::uint16_t port;
      kernel::Instant expires;
    };
    std::deque<Known> model;  // the oldest first
    for (int step = 0; step < 500; ++step) {
      const auto port = static_cast<std::uint16_t>(1 + random() % 20);
      const TimeWaitEntry entry = EntryOf(port);
      TimeWaitEntry* const found = table.Find(entry.local, entry.remote, HashOf(port));
      const auto known = std::find_if(model.begin(), model.end(), [&](const Known& k) { return k.port == port; });
      ASSERT_EQ(found != nullptr, known != model.end());
      const Known renewed = {port, context->now() + kTwoSegmentLifetimes};
      if (found == nullptr) {
        ASSERT_EQ(table.Add(entry, HashOf(port), context->now()), model.size() == kCount);
        if (model.size() == kCount) model.pop_front();
        model.push_back(renewed);
      } else if (random() % 2 == 0) {
        table.Restart(*found, context->now());
        model.erase(known);
        model.push_back(renewed);
      } else {
        table.Remove(*found);
        model.erase(known);
      }
      context.Advance(Duration::Milliseconds(random() % 15'000));
      while (!model.empty() && model.front().expires <= context->now()) model.pop_front();
      ASSERT_EQ(table.count(), model.size());
    }
  }
}

}  // namespace
}  // namespace net::tcp
