#include "net/tcp/half_open.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "kernel/base/time.h"
#include "net/tcp/negotiation.h"
#include "net/test_context.h"
#include "net/wire/address.h"

namespace net::tcp {

struct ListenBlock {};

namespace {

using kernel::Duration;

class HalfOpenTest : public testing::Test, private HalfOpen::User {
 protected:
  static constexpr std::size_t kCount = 8;

  HalfOpenEntry EntryOf(std::uint16_t port, ListenBlock* listener = nullptr) {
    HalfOpenEntry entry;
    entry.local = {Ipv4Address::Of(192, 0, 2, 1), 80};
    entry.remote = {Ipv4Address::Of(198, 51, 100, 7), port};
    entry.listener = listener;
    entry.iss = {port * 3u};
    return entry;
  }
  static std::uint64_t HashOf(std::uint16_t port) { return port % 3; }
  HalfOpenEntry* Add(std::uint16_t port, ListenBlock* listener = nullptr) {
    return table_.Add(EntryOf(port, listener), HashOf(port), context_->now());
  }
  HalfOpenEntry* Find(std::uint16_t port) {
    const HalfOpenEntry entry = EntryOf(port);
    HalfOpenEntry* const found = table_.Find(entry.local, entry.remote, HashOf(port));
    if (found != nullptr) EXPECT_EQ(found->iss, entry.iss);
    return found;
  }

  TestContext context_{1, 1, 1};
  static constexpr std::byte kWhatever{0xa5};  // storage comes with arbitrary contents
  std::vector<std::byte> storage_ = std::vector<std::byte>(HalfOpen::StorageFor(kCount), kWhatever);
  HalfOpen table_{context_->timers(), *this, storage_, kCount};
  std::map<std::uint16_t, std::vector<std::int64_t>> sent_;  // by port: milliseconds
  std::map<std::uint16_t, std::int64_t> gave_up_;

 private:
  std::int64_t Now() { return context_->now().nanoseconds / 1'000'000; }
  void SendSynAckAgain(HalfOpenEntry& entry, kernel::Instant now) override {
    EXPECT_EQ(now, context_->now());
    sent_[entry.remote.port].push_back(Now());
  }
  void OnGaveUp(HalfOpenEntry& entry) override { gave_up_[entry.remote.port] = Now(); }
};

TEST_F(HalfOpenTest, StorageIsNotTouchedBeforeTheFirstEntry) {
  EXPECT_EQ(Find(1), nullptr);
  table_.RemoveAllOf(ListenBlock());
  EXPECT_TRUE(std::ranges::all_of(storage_, [](std::byte each) { return each == kWhatever; }));
  EXPECT_NE(Add(1), nullptr);
  EXPECT_NE(Find(1), nullptr);
  EXPECT_EQ(Find(4), nullptr);  // in the same bucket
}

TEST_F(HalfOpenTest, TheAnswerIsRepeatedWithDoublingPausesAndThenGivenUp) {
  Add(1);
  context_.Advance(Duration::Milliseconds(500));
  Add(2);
  context_.Advance(Duration::Seconds(100));
  EXPECT_EQ(sent_[1], (std::vector<std::int64_t>{1000, 3000, 7000, 15'000, 31'000}));
  EXPECT_EQ(sent_[2], (std::vector<std::int64_t>{1500, 3500, 7500, 15'500, 31'500}));
  EXPECT_EQ(gave_up_[1], 63'000);
  EXPECT_EQ(gave_up_[2], 63'500);
  EXPECT_EQ(table_.count(), 0u);
  EXPECT_EQ(context_->timers().running(), 0u);
}

TEST_F(HalfOpenTest, WhoIsEstablishedIsLeftAlone) {
  Add(1);
  Add(4);  // in the same bucket
  context_.Advance(Duration::Seconds(1));
  table_.Remove(*Find(1));
  EXPECT_EQ(Find(1), nullptr);
  EXPECT_NE(Find(4), nullptr);
  context_.Advance(Duration::Seconds(100));
  EXPECT_EQ(sent_[1].size(), 1u);
  EXPECT_EQ(sent_[4].size(), 5u);
  EXPECT_FALSE(gave_up_.contains(1));
}

TEST_F(HalfOpenTest, AFullTableTakesNobodyMore) {
  for (std::uint16_t port = 1; port <= kCount; ++port) EXPECT_NE(Add(port), nullptr);
  EXPECT_TRUE(table_.IsFull());
  EXPECT_EQ(Add(100), nullptr);
  table_.Remove(*Find(5));
  EXPECT_NE(Add(100), nullptr);
}

TEST_F(HalfOpenTest, ATableWithoutEntriesIsAlwaysFull) {
  std::vector<std::byte> storage(HalfOpen::StorageFor(0));
  class NoUser final : public HalfOpen::User {
    void SendSynAckAgain(HalfOpenEntry&, kernel::Instant) override {}
    void OnGaveUp(HalfOpenEntry&) override {}
  } user;
  HalfOpen table(context_->timers(), user, storage, 0);
  EXPECT_TRUE(table.IsFull());
  EXPECT_EQ(table.Add(EntryOf(1), 1, {}), nullptr);
  EXPECT_EQ(table.Find({}, {}, 7), nullptr);
}

TEST_F(HalfOpenTest, AListenerTakesItsOwnWithIt) {
  ListenBlock first;
  ListenBlock second;
  for (std::uint16_t port = 1; port <= 6; ++port) {
    Add(port, port % 2 == 0 ? &first : &second);
    context_.Advance(Duration::Milliseconds(700));
  }
  table_.RemoveAllOf(first);
  EXPECT_EQ(table_.count(), 3u);
  EXPECT_EQ(Find(2), nullptr);
  EXPECT_NE(Find(3), nullptr);
}

TEST_F(HalfOpenTest, RandomOperationsAreThoseOfAMap) {
  std::mt19937 random(5);
  std::map<std::uint16_t, std::int64_t> model;  // port, and when it gives up
  for (int step = 0; step < 20'000; ++step) {
    const auto port = static_cast<std::uint16_t>(1 + random() % 20);
    HalfOpenEntry* const found = Find(port);
    ASSERT_EQ(found != nullptr, model.contains(port));
    if (found != nullptr) {
      if (random() % 4 == 0) {
        table_.Remove(*found);
        model.erase(port);
      }
    } else if (Add(port) != nullptr) {
      model[port] = context_->now().nanoseconds / 1'000'000 + 63'000;
    } else {
      ASSERT_EQ(model.size(), kCount);
    }
    context_.Advance(Duration::Milliseconds(random() % 3000));
    std::erase_if(model, [&](const auto& known) { return known.second <= context_->now().nanoseconds / 1'000'000; });
    ASSERT_EQ(table_.count(), model.size());
  }
}

}  // namespace
}  // namespace net::tcp
