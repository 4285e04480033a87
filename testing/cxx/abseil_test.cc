// abseil: strings, containers, status, time.
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/fixed_array.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace {

TEST(AbseilStrings, SplitJoinAndReplace) {
  const std::vector<std::string> parts = absl::StrSplit("a,b,,c", ',', absl::SkipEmpty());
  EXPECT_EQ(absl::StrJoin(parts, "-"), "a-b-c");
  EXPECT_EQ(absl::StrCat("x", 1, "y", 2.5, absl::Hex(255)), "x1y2.5ff");
  EXPECT_EQ(absl::StrReplaceAll("one two", {{"one", "1"}, {"two", "2"}}), "1 2");
  EXPECT_EQ(absl::CEscape("tab\t"), "tab\\t");
}

TEST(AbseilStrings, FormatAndParseNumbers) {
  EXPECT_EQ(absl::StrFormat("%05d %-4s| %.3g %#x", 42, "ab", 3.14159, 255), "00042 ab  | 3.14 0xff");
  double real = 0;
  EXPECT_TRUE(absl::SimpleAtod("6.25e-2", &real));
  EXPECT_EQ(real, 0.0625);
  std::int32_t number = 0;
  EXPECT_FALSE(absl::SimpleAtoi("2147483648", &number));
}

TEST(AbseilStrings, ACordSharesItsParts) {
  absl::Cord cord("begin ");
  for (int i = 0; i < 1'000; ++i) cord.Append(absl::Cord("0123456789"));
  EXPECT_EQ(cord.size(), 10'006u);
  EXPECT_EQ(std::string(cord.Subcord(6 + 5'000, 10)), "0123456789");
}

TEST(AbseilContainers, HashTablesHoldWhatWasPutIn) {
  absl::flat_hash_map<std::string, int> flat;
  absl::node_hash_map<int, std::string> node;
  absl::flat_hash_set<int> set;
  for (int i = 0; i < 5'000; ++i) {
    flat[absl::StrCat("key", i)] = i;
    node[i] = absl::StrCat(i);
    set.insert(i * 7);
  }
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_EQ(flat.at(absl::StrCat("key", i)), i);
    ASSERT_EQ(node.at(i), absl::StrCat(i));
  }
  EXPECT_TRUE(set.contains(7 * 4'999));
  EXPECT_FALSE(set.contains(1));
}

TEST(AbseilContainers, TreesAreSorted) {
  absl::btree_map<int, int> tree;
  for (int i = 0; i < 3'000; ++i) tree[(i * 7'919) % 3'000] = i;
  EXPECT_EQ(tree.size(), 3'000u);
  int last = -1;
  for (const auto& [key, value] : tree) {
    ASSERT_GT(key, last);
    last = key;
  }
}

TEST(AbseilContainers, SmallVectorsStayInline) {
  absl::InlinedVector<int, 4> vector = {1, 2, 3};
  const void* const before = vector.data();
  vector.push_back(4);
  EXPECT_EQ(vector.data(), before);
  vector.push_back(5);
  EXPECT_NE(vector.data(), before);
  absl::FixedArray<int> array(100, 7);
  EXPECT_EQ(array[99], 7);
}

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return absl::InvalidArgumentError(absl::StrCat(number, " is odd"));
  return number / 2;
}

TEST(AbseilStatus, CarriesAValueOrAReason) {
  ASSERT_TRUE(Half(10).ok());
  EXPECT_EQ(*Half(10), 5);
  absl::Status status = Half(3).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "3 is odd");
  status.SetPayload("url", absl::Cord("payload"));
  EXPECT_EQ(status.GetPayload("url"), "payload");
  EXPECT_THROW((void)Half(3).value(), absl::BadStatusOrAccess);
}

TEST(AbseilTime, FormatsAndParses) {
  const absl::Time time = absl::FromUnixSeconds(1'000'000'000);
  EXPECT_EQ(absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::UTCTimeZone()), "2001-09-09 01:46:40");
  absl::Time parsed;
  std::string error;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2001-09-09T01:46:40+00:00", &parsed, &error)) << error;
  EXPECT_EQ(parsed, time);
  EXPECT_EQ(absl::FormatDuration(absl::Milliseconds(1'500)), "1.5s");
}

TEST(AbseilTime, SleepsAtLeastAsLongAsAsked) {
  const absl::Time start = absl::Now();
  absl::SleepFor(absl::Milliseconds(3));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(3));
}

}  // namespace
