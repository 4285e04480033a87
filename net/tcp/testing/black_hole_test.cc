// Paths that swallow large segments and say nothing. [RFC4821] 7.7, [RFC8899] 4.3
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

class BlackHoleTest : public Script {
 protected:
  static constexpr std::size_t kNarrow = 1000;  // bytes of payload
  static constexpr std::size_t kWide = 1460;

  void WriteMore(Connection& connection) {
    constexpr std::size_t kSize = 7300;
    Write(connection, Bytes(kSize, written_));
    written_ += kSize;
  }

  // The peer acknowledges what arrived once a second, until all has: nothing above `most` bytes ever does. The sizes of
  // what was sent.
  std::multiset<std::size_t> Carry(std::size_t most) {
    std::multiset<std::size_t> sizes;
    for (int second = 0; second < 300 && arrived_ < written_; ++second) {
      for (const SentSegment& sent : TakeSent()) {
        if (sent.data.empty()) continue;
        if (!first_) first_ = sent.header.sequence;
        sizes.insert(sent.data.size());
        const std::size_t begin = sent.header.sequence - *first_;
        if (sent.data.size() <= most) pieces_.emplace(begin, begin + sent.data.size());
      }
      for (const auto& [begin, end] : pieces_) {
        if (begin <= arrived_) arrived_ = std::max(arrived_, end);
      }
      Inject({.ack = static_cast<std::uint32_t>(1 + arrived_)});
      Advance(Duration::Seconds(1));
    }
    EXPECT_EQ(arrived_, written_);
    return sizes;
  }
  static std::ptrdiff_t LargeOf(const std::multiset<std::size_t>& sizes) {
    return std::ranges::count_if(sizes, [](std::size_t size) { return size > kNarrow; });
  }

  std::size_t written_ = 0;
  std::size_t arrived_ = 0;
  std::set<std::pair<std::size_t, std::size_t>> pieces_;

 private:
  std::optional<std::uint32_t> first_;
};

TEST_F(BlackHoleTest, SegmentsThatAlwaysVanishBecomeSmallerAndLargerAgainAfterAWhile) {
  Connection connection = Establish();
  const std::uint32_t full = connection.info().send_segment_size;
  WriteMore(connection);
  Carry(kNarrow);
  EXPECT_EQ(counters().black_holes, 1u);
  EXPECT_LE(connection.info().send_segment_size, kNarrow);
  // The path is wide now, and for ten minutes nobody looks.
  WriteMore(connection);
  EXPECT_EQ(LargeOf(Carry(kWide)), 0);
  Advance(Duration::Seconds(600));
  WriteMore(connection);
  EXPECT_EQ(*Carry(kWide).rbegin(), full);
  EXPECT_EQ(counters().size_probes, 1u);
  WriteMore(connection);
  EXPECT_EQ(*Carry(kWide).rbegin(), full);
  EXPECT_EQ(connection.info().send_segment_size, full);
  EXPECT_EQ(counters().size_probes, 1u);
}

TEST_F(BlackHoleTest, ALargerSegmentThatVanishesIsOneInTenMinutes) {
  Connection connection = Establish();
  WriteMore(connection);
  Carry(kNarrow);
  for (std::uint64_t probes = 1; probes < 4; ++probes) {
    Advance(Duration::Seconds(600));
    WriteMore(connection);
    EXPECT_EQ(LargeOf(Carry(kNarrow)), 1);
    WriteMore(connection);
    EXPECT_EQ(LargeOf(Carry(kNarrow)), 0);
    EXPECT_EQ(counters().size_probes, probes);
  }
  EXPECT_EQ(counters().black_holes, 1u);
}

}  // namespace
}  // namespace net::tcp
