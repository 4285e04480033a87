// Containers and algorithms.
#include <algorithm>
#include <array>
#include <bitset>
#include <deque>
#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <ranges>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "gtest/gtest.h"

namespace {

TEST(Containers, AMapOfTenThousandKeysStaysSorted) {
  std::mt19937 random(1);
  std::vector<int> keys(10'000);
  std::iota(keys.begin(), keys.end(), 0);
  std::shuffle(keys.begin(), keys.end(), random);
  std::map<int, std::string> map;
  for (const int key : keys) map.emplace(key, std::to_string(key));
  EXPECT_EQ(map.size(), keys.size());
  EXPECT_TRUE(std::ranges::is_sorted(map | std::views::keys));
  EXPECT_EQ(map.at(1234), "1234");
  for (const int key : keys) EXPECT_EQ(map.erase(key), 1u);
  EXPECT_TRUE(map.empty());
}

TEST(Containers, AHashTableFindsWhatItHolds) {
  std::unordered_map<std::string, int> table;
  for (int i = 0; i < 5'000; ++i) table["key " + std::to_string(i)] = i;
  for (int i = 0; i < 5'000; ++i) ASSERT_EQ(table.at("key " + std::to_string(i)), i);
  EXPECT_FALSE(table.contains("key 5000"));
}

TEST(Containers, SequencesKeepTheirOrder) {
  std::deque<int> deque;
  std::list<int> list;
  std::forward_list<int> forward;
  for (int i = 0; i < 1'000; ++i) {
    deque.push_front(i);
    list.push_back(i);
    forward.push_front(i);
  }
  EXPECT_TRUE(std::ranges::equal(deque, forward));
  EXPECT_TRUE(std::ranges::equal(deque, list | std::views::reverse));
  list.splice(list.begin(), list, std::prev(list.end()));
  EXPECT_EQ(list.front(), 999);
}

TEST(Containers, APriorityQueueGivesTheLargestFirst) {
  std::priority_queue<int> queue;
  for (const int value : {3, 1, 4, 1, 5, 9, 2, 6}) queue.push(value);
  std::vector<int> out;
  for (; !queue.empty(); queue.pop()) out.push_back(queue.top());
  EXPECT_EQ(out, (std::vector<int>{9, 6, 5, 4, 3, 2, 1, 1}));
}

TEST(Containers, AVectorSurvivesGrowth) {
  std::vector<std::unique_ptr<int>> vector;
  for (int i = 0; i < 3'000; ++i) vector.push_back(std::make_unique<int>(i));
  for (int i = 0; i < 3'000; ++i) ASSERT_EQ(*vector[static_cast<std::size_t>(i)], i);
}

TEST(Containers, APoolServesAContainer) {
  std::array<std::byte, 4096> storage;
  std::pmr::monotonic_buffer_resource pool(storage.data(), storage.size(), std::pmr::null_memory_resource());
  std::pmr::set<int> set(&pool);
  for (int i = 0; i < 50; ++i) set.insert(i);
  EXPECT_EQ(set.size(), 50u);
  EXPECT_THROW(for (int i = 50; i < 10'000; ++i) set.insert(i), std::bad_alloc);
}

TEST(Containers, SumTypesHoldWhatTheyWereGiven) {
  std::variant<int, std::string, std::vector<int>> value = "text";
  EXPECT_TRUE(std::holds_alternative<std::string>(value));
  value = std::vector{1, 2, 3};
  const std::size_t size = std::visit(
      []<typename T>(const T& held) -> std::size_t {
        if constexpr (std::is_same_v<T, int>) {
          return 1;
        } else {
          return held.size();
        }
      },
      value);
  EXPECT_EQ(size, 3u);
  EXPECT_THROW((void)std::get<int>(value), std::bad_variant_access);
  EXPECT_THROW((void)std::optional<int>().value(), std::bad_optional_access);
}

TEST(Algorithms, SortAndSearch) {
  std::mt19937_64 random(42);
  std::vector<std::uint64_t> values(20'000);
  std::ranges::generate(values, std::ref(random));
  std::vector<std::uint64_t> stable = values;
  std::ranges::sort(values);
  std::ranges::stable_sort(stable);
  EXPECT_EQ(values, stable);
  EXPECT_TRUE(std::ranges::binary_search(values, values[777]));
  std::ranges::nth_element(stable, stable.begin() + 10'000, std::greater());
  EXPECT_EQ(stable[10'000], values[9'999]);
}

TEST(Algorithms, FoldViewsLazily) {
  auto squares_of_even = std::views::iota(1) | std::views::filter([](int n) { return n % 2 == 0; }) |
                         std::views::transform([](int n) { return n * n; }) | std::views::take(5);
  EXPECT_EQ(std::ranges::fold_left(squares_of_even, 0, std::plus()), 4 + 16 + 36 + 64 + 100);
}

TEST(Algorithms, PermutationsAreAllDifferent) {
  std::string text = "abcd";
  std::unordered_set<std::string> seen;
  do {
    seen.insert(text);
  } while (std::ranges::next_permutation(text).found);
  EXPECT_EQ(seen.size(), 24u);
}

TEST(Algorithms, RegularExpressionsMatch) {
  std::smatch match;
  const std::string text = "content-length: 1234";
  ASSERT_TRUE(std::regex_match(text, match, std::regex(R"(([a-z-]+):\s*(\d+))")));
  EXPECT_EQ(match[1], "content-length");
  EXPECT_EQ(match[2], "1234");
}

TEST(Strings, ConvertWithoutLocale) {
  EXPECT_EQ(std::stod("2.5e3"), 2500);
  EXPECT_EQ(std::to_string(1.5), "1.500000");
  EXPECT_EQ(std::bitset<8>(5).to_string(), "00000101");
}

}  // namespace
