#include "net/wire/ipv4_options.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace net::wire {
namespace {

using Verdict = Ipv4Options::Verdict;

Ipv4Options Check(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return Ipv4Options::Check(bytes);
}

TEST(Ipv4Options, HarmlessOnesAreFine) {
  EXPECT_EQ(Check({}).verdict, Verdict::kFine);
  EXPECT_EQ(Check({1, 1, 1, 0}).verdict, Verdict::kFine);
  EXPECT_EQ(Check({148, 4, 0, 0}).verdict, Verdict::kFine) << "router alert";
  EXPECT_EQ(Check({7, 7, 4, 0, 0, 0, 0, 0}).verdict, Verdict::kFine);
  EXPECT_EQ(Check({7, 7, 8, 1, 2, 3, 4, 0}).verdict, Verdict::kFine) << "a full one";
  EXPECT_EQ(Check({68, 8, 5, 0, 0, 0, 0, 0}).verdict, Verdict::kFine);
  EXPECT_EQ(Check({0, 131, 0, 0}).verdict, Verdict::kFine) << "nothing behind the end is looked at";
}

TEST(Ipv4Options, SourceRoutesAreSeen) {
  EXPECT_EQ(Check({131, 7, 4, 10, 0, 0, 1, 0}).verdict, Verdict::kSourceRouted);
  EXPECT_EQ(Check({1, 137, 7, 4, 10, 0, 0, 1}).verdict, Verdict::kSourceRouted);
}

// CVE-2020-11909, CVE-2019-12256: sizes of 0, beyond the end, pointers that lead out, two of a kind.
TEST(Ipv4Options, SizesAndPointersThatLeadOutAreMalformed) {
  EXPECT_EQ(Check({148, 0, 0, 0}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({148, 1, 0, 0}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({1, 1, 148, 3}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({1, 1, 148, 3}).place, 2);
  EXPECT_EQ(Check({1, 1, 1, 148}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({131, 255, 4, 0}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({131, 2, 1, 1}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({131, 3, 3, 0}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({7, 3, 5, 0}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({68, 4, 4, 0}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({68, 3, 5, 0}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({7, 3, 4, 7, 3, 4, 0, 0}).verdict, Verdict::kMalformed);
  EXPECT_EQ(Check({131, 3, 4, 137, 3, 4, 0, 0}).verdict, Verdict::kMalformed);
}

}  // namespace
}  // namespace net::wire
