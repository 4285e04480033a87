#include "kernel/event/intrusive_list.h"

#include <vector>

#include "gtest/gtest.h"

namespace kernel::event {
namespace {

struct Item {
  int value = 0;
  ListLinks<Item> a = {};
  ListLinks<Item> b = {};
};
using ListA = IntrusiveList<Item, &Item::a>;
using ListB = IntrusiveList<Item, &Item::b>;

std::vector<int> ValuesOf(const ListA& list) {
  std::vector<int> values;
  for (const Item* item = list.First(); item != nullptr; item = list.Next(*item)) values.push_back(item->value);
  return values;
}

TEST(IntrusiveList, KeepsTheOrder) {
  ListA list;
  Item one{1}, two{2}, three{3}, four{4};
  list.PushBack(two);
  list.PushBack(four);
  list.InsertBefore(&two, one);
  list.InsertBefore(&four, three);
  EXPECT_EQ(ValuesOf(list), (std::vector<int>{1, 2, 3, 4}));
  list.Remove(one);
  list.Remove(three);
  list.Remove(four);
  EXPECT_EQ(ValuesOf(list), (std::vector<int>{2}));
  EXPECT_EQ(list.PopFront(), &two);
  EXPECT_TRUE(list.IsEmpty());
  EXPECT_EQ(list.PopFront(), nullptr);
  list.PushBack(one);
  EXPECT_EQ(ValuesOf(list), (std::vector<int>{1}));
  list.Remove(one);
}

TEST(IntrusiveList, AnElementCanBeInTwoLists) {
  ListA a;
  ListB b;
  Item item{1};
  a.PushBack(item);
  b.PushBack(item);
  a.Remove(item);
  EXPECT_FALSE(ListA::IsLinked(item));
  EXPECT_TRUE(ListB::IsLinked(item));
  b.Remove(item);
}

TEST(IntrusiveListDeathTest, AnElementCannotBeInOneListTwice) {
  ListA list;
  Item item{1};
  list.PushBack(item);
  EXPECT_DEATH(list.PushBack(item), "is_linked");
  list.Remove(item);
  EXPECT_DEATH(list.Remove(item), "is_linked");
}

}  // namespace
}  // namespace kernel::event
