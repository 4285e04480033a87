#include "net/tcp/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

namespace net::tcp {
namespace {

struct Record {
  explicit Record(int its_value) : value(its_value) {}
  int value;
  void* more[3] = {};
};

constexpr std::size_t kCount = 5;
constexpr std::byte kWhatever{0xa5};  // storage comes with arbitrary contents

class PoolTest : public testing::Test {
 protected:
  std::vector<std::byte> storage_ = std::vector<std::byte>(Pool<Record>::StorageFor(kCount), kWhatever);
  Pool<Record> pool_{storage_};
};

TEST_F(PoolTest, StorageIsNotTouchedBeforeARecordIsTaken) {
  EXPECT_EQ(pool_.count(), kCount);
  EXPECT_EQ(pool_.free_count(), kCount);
  EXPECT_TRUE(std::ranges::all_of(storage_, [](std::byte each) { return each == kWhatever; }));
  Record* const first = pool_.Take(1);
  const auto used = static_cast<std::size_t>(reinterpret_cast<std::byte*>(first + 1) - storage_.data());
  EXPECT_TRUE(std::all_of(storage_.begin() + static_cast<std::ptrdiff_t>(used), storage_.end(),
                          [](std::byte each) { return each == kWhatever; }));
  pool_.Give(*first);
}

TEST_F(PoolTest, EachRecordHasAPlaceOfItsOwnUntilNoneIsLeft) {
  std::set<Record*> records;
  for (int i = 0; i < static_cast<int>(kCount); ++i) {
    Record* const record = pool_.Take(i);
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(record->value, i);
    EXPECT_TRUE(records.insert(record).second);
  }
  EXPECT_EQ(pool_.free_count(), 0u);
  EXPECT_EQ(pool_.Take(0), nullptr);
  EXPECT_EQ(pool_.refusals(), 1u);
  for (Record* const record : records) pool_.Give(*record);
  EXPECT_EQ(pool_.free_count(), kCount);
}

TEST_F(PoolTest, WhatCameBackIsTakenAgainFirst) {
  Record* const first = pool_.Take(1);
  Record* const second = pool_.Take(2);
  pool_.Give(*first);
  EXPECT_EQ(pool_.Take(3), first);
  Record* const third = pool_.Take(4);
  EXPECT_NE(third, first);
  EXPECT_NE(third, second);
  for (Record* const record : {first, second, third}) pool_.Give(*record);
}

TEST(PoolWithoutRoom, RefusesAlways) {
  std::vector<std::byte> storage(1);
  Pool<Record> pool(storage);
  EXPECT_EQ(pool.count(), 0u);
  EXPECT_EQ(pool.Take(1), nullptr);
}

}  // namespace
}  // namespace net::tcp
