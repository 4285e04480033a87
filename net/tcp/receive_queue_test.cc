#include "net/tcp/receive_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "net/packet/packet.h"
#include "net/tcp/pool.h"
#include "net/tcp/sequence.h"
#include "net/test_context.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

using wire::SackBlock;

constexpr Sequence kStart = {0xffff'ff00};  // the numbers wrap in every test
constexpr std::uint32_t kWindow = 28800;

class ReceiveQueueTest : public testing::Test {
 protected:
  // The payload of a segment at `at` bytes from the start; byte i of the stream is `i + change`.
  ReceiveQueue::Receipt Receive(std::uint32_t at, std::size_t size, bool has_fin = false, unsigned change = 0) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(at + i + change);
    return queue_.Receive(kStart + at, context_.PacketOf(bytes), has_fin, queue_.next() + kWindow);
  }

  // How many bytes can be read; each must be the number of its place.
  std::size_t ReadAll() {
    std::size_t count = 0;
    while (const Packet packet = queue_.Pop()) {
      for (const std::byte byte : BytesOf(packet)) EXPECT_EQ(byte, static_cast<std::byte>(read_ + count++));
    }
    read_ += count;
    return count;
  }

  std::vector<SackBlock> Blocks(std::size_t most = 4) {
    std::array<SackBlock, 4> blocks;
    const std::size_t count = queue_.TakeSackBlocks(std::span(blocks).first(most));
    std::vector<SackBlock> relative(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(count));
    for (SackBlock& block : relative) block = {block.left - kStart.value, block.right - kStart.value};
    return relative;
  }

  using Expected = std::vector<SackBlock>;

  void SetUp() override { queue_.Begin(kStart); }

  TestContext context_;
  std::vector<std::byte> storage_ = std::vector<std::byte>(Pool<ReceivedRange>::StorageFor(100));
  Pool<ReceivedRange> ranges_{storage_};
  ReceiveQueue queue_{ranges_};
  std::size_t read_ = 0;
};

TEST_F(ReceiveQueueTest, WhatComesInOrderIsReadable) {
  const auto receipt = Receive(0, 1000);
  EXPECT_EQ(receipt.new_bytes, 1000u);
  EXPECT_TRUE(receipt.has_advanced);
  EXPECT_FALSE(receipt.is_out_of_order || receipt.is_duplicate || receipt.has_filled_gap || receipt.was_refused);
  Receive(1000, 500);
  EXPECT_EQ(queue_.readable(), 1500u);
  EXPECT_EQ(queue_.next(), kStart + 1500);
  EXPECT_EQ(ReadAll(), 1500u);
  EXPECT_EQ(queue_.memory(), 0u);
}

TEST_F(ReceiveQueueTest, WhatIsBeyondAGapWaitsForIt) {
  const auto beyond = Receive(1000, 1000);
  EXPECT_TRUE(beyond.is_out_of_order);
  EXPECT_FALSE(beyond.has_advanced);
  EXPECT_EQ(queue_.readable(), 0u);
  EXPECT_TRUE(queue_.HasGap());
  const auto part = Receive(0, 400);
  EXPECT_TRUE(part.has_filled_gap && part.has_advanced);
  EXPECT_EQ(queue_.readable(), 400u);
  const auto whole = Receive(400, 600);
  EXPECT_TRUE(whole.has_filled_gap && whole.has_advanced);
  EXPECT_FALSE(queue_.HasGap());
  EXPECT_EQ(ReadAll(), 2000u);
  EXPECT_EQ(ranges_.free_count(), ranges_.count());
}

TEST_F(ReceiveQueueTest, ReadCopiesAcrossPacketsAndKeepsTheRest) {
  Receive(0, 1000);
  Receive(1000, 1000);
  std::array<std::byte, 1500> bytes;
  EXPECT_EQ(queue_.Read(bytes), 1500u);
  for (std::size_t i = 0; i < bytes.size(); ++i) ASSERT_EQ(bytes[i], static_cast<std::byte>(i));
  EXPECT_EQ(queue_.readable(), 500u);
  EXPECT_EQ(queue_.Read(bytes), 500u);
  EXPECT_EQ(bytes[0], static_cast<std::byte>(1500));
  EXPECT_EQ(queue_.Read(bytes), 0u);
  EXPECT_EQ(queue_.memory(), 0u);
}

TEST_F(ReceiveQueueTest, TheFirstDataWins) {
  Receive(100, 100);
  Receive(300, 100);
  // Over both ranges, and other bytes all over.
  const auto receipt = Receive(50, 400, false, 7);
  EXPECT_EQ(receipt.new_bytes, 200u);
  EXPECT_TRUE(receipt.is_duplicate);
  Receive(0, 50);
  std::array<std::byte, 450> bytes;
  ASSERT_EQ(queue_.Read(bytes), 450u);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool was_there = i < 50 || (i >= 100 && i < 200) || (i >= 300 && i < 400);
    EXPECT_EQ(bytes[i], static_cast<std::byte>(i + (was_there ? 0 : 7))) << i;
  }
}

TEST_F(ReceiveQueueTest, WhatIsOutsideOfTheWindowIsCutOff) {
  Receive(0, 100);
  EXPECT_EQ(Receive(50, 100).new_bytes, 50u);
  const auto receipt = Receive(150 + kWindow - 100, 200, true);
  EXPECT_EQ(receipt.new_bytes, 100u);
  EXPECT_EQ(Receive(150 + kWindow, 10).new_bytes, 0u);
  for (std::uint32_t at = 150; at < 150 + kWindow - 100; at += 1400) {
    Receive(at, std::min(1400u, 150 + kWindow - 100 - at));
  }
  EXPECT_EQ(queue_.next(), kStart + 150 + kWindow);
  EXPECT_FALSE(queue_.HasEnded());  // the FIN was outside
}

TEST_F(ReceiveQueueTest, TheStreamEndsAtItsFinAndNothingFollows) {
  const auto early = Receive(500, 500, true);
  EXPECT_TRUE(early.is_out_of_order);
  EXPECT_FALSE(queue_.HasEnded());
  EXPECT_EQ(Blocks(), (Expected{{500, 1001}}));  // the FIN's number is held, too
  Receive(900, 300);                             // claims bytes beyond the FIN
  const auto receipt = Receive(0, 500);
  EXPECT_TRUE(receipt.has_advanced);
  EXPECT_TRUE(queue_.HasEnded());
  EXPECT_EQ(queue_.next(), kStart + 1001);
  EXPECT_EQ(ReadAll(), 1000u);
  const auto again = Receive(1000, 0, true);
  EXPECT_TRUE(again.is_duplicate);
  EXPECT_FALSE(again.has_advanced);
  EXPECT_EQ(Receive(1001, 10).new_bytes, 0u);
}

TEST_F(ReceiveQueueTest, AFinBeforeDataThatIsThereIsNone) {
  Receive(100, 100);
  Receive(0, 50, true);
  EXPECT_FALSE(queue_.HasEnded());
  Receive(50, 50);
  EXPECT_EQ(ReadAll(), 200u);
  Receive(200, 0, true);
  EXPECT_TRUE(queue_.HasEnded());
}

TEST_F(ReceiveQueueTest, AFinAloneEndsTheStream) {
  const auto receipt = Receive(0, 0, true);
  EXPECT_TRUE(receipt.has_advanced);
  EXPECT_EQ(receipt.new_bytes, 0u);
  EXPECT_TRUE(queue_.HasEnded());
  EXPECT_EQ(queue_.next(), kStart + 1);
}

// [RFC2018] 7: the left window edge is 5000, eight segments of 500 bytes, and the first is lost.
TEST_F(ReceiveQueueTest, TheBlocksAreThoseOfTheFirstExampleOfRfc2018) {
  for (std::uint32_t at = 500; at < 4000; at += 500) {
    Receive(at, 500);
    EXPECT_EQ(Blocks(), (Expected{{500, at + 500}}));
  }
}

// The second example: the second, fourth, sixth and eighth are lost; then the fourth and the second arrive.
TEST_F(ReceiveQueueTest, TheBlocksAreThoseOfTheSecondExampleOfRfc2018) {
  Receive(0, 500);
  EXPECT_EQ(Blocks(), Expected{});
  Receive(1000, 500);
  EXPECT_EQ(Blocks(), (Expected{{1000, 1500}}));
  Receive(2000, 500);
  EXPECT_EQ(Blocks(), (Expected{{2000, 2500}, {1000, 1500}}));
  Receive(3000, 500);
  EXPECT_EQ(Blocks(), (Expected{{3000, 3500}, {2000, 2500}, {1000, 1500}}));
  EXPECT_EQ(Blocks(2), (Expected{{3000, 3500}, {2000, 2500}}));
  Receive(1500, 500);
  EXPECT_EQ(Blocks(), (Expected{{1000, 2500}, {3000, 3500}}));
  Receive(500, 500);
  EXPECT_EQ(Blocks(), (Expected{{3000, 3500}}));
}

// [RFC2883] 4.1: of a full duplicate segment, below the acknowledgment and above.
TEST_F(ReceiveQueueTest, ADuplicateSegmentIsReportedOnce) {
  Receive(0, 1000);
  EXPECT_TRUE(Receive(500, 500).is_duplicate);
  EXPECT_EQ(Blocks(), (Expected{{500, 1000}}));
  EXPECT_EQ(Blocks(), Expected{});
  Receive(2000, 1000);
  Receive(4000, 500);
  Blocks();
  Receive(2500, 500);
  EXPECT_EQ(Blocks(), (Expected{{2500, 3000}, {2000, 3000}, {4000, 4500}}));
  EXPECT_EQ(Blocks(), (Expected{{2000, 3000}, {4000, 4500}}));
}

// [RFC2883] 4.3: a partial duplicate.
TEST_F(ReceiveQueueTest, OfAPartialDuplicateThePartIsReported) {
  Receive(0, 1000);
  Receive(500, 1000);
  EXPECT_EQ(Blocks(), (Expected{{500, 1000}}));
  Receive(2000, 500);
  Receive(2250, 500);
  EXPECT_EQ(Blocks(), (Expected{{2250, 2500}, {2000, 2750}}));
}

TEST_F(ReceiveQueueTest, TheNumberOfGapsIsBounded) {
  for (std::uint32_t i = 0; i < ReceiveQueue::kMostRanges; ++i) EXPECT_EQ(Receive(100 + 20 * i, 10).new_bytes, 10u);
  EXPECT_EQ(queue_.range_count(), ReceiveQueue::kMostRanges);
  const auto receipt = Receive(100 + 20 * ReceiveQueue::kMostRanges, 10);
  EXPECT_TRUE(receipt.was_refused);
  EXPECT_EQ(receipt.new_bytes, 0u);
  EXPECT_EQ(Receive(110, 10).new_bytes, 10u);  // joins two
  EXPECT_EQ(queue_.range_count(), ReceiveQueue::kMostRanges - 1);
}

TEST_F(ReceiveQueueTest, WithoutARangeLeftWhatIsBeyondAGapIsDropped) {
  std::vector<ReceivedRange*> others;
  while (ReceivedRange* const range = ranges_.Take()) others.push_back(range);
  EXPECT_TRUE(Receive(100, 100).was_refused);
  EXPECT_EQ(Receive(0, 100).new_bytes, 100u);
  EXPECT_EQ(ReadAll(), 100u);
  for (ReceivedRange* const range : others) ranges_.Give(*range);
}

// One byte a segment, as in CVE-2018-5390: each would hold a buffer of 2048 bytes and a packet.
TEST_F(ReceiveQueueTest, CrumbsShareTheBufferOfTheirNeighbour) {
  for (std::uint32_t i = 0; i < 1500; ++i) EXPECT_EQ(Receive(100 + i, 1).new_bytes, 1u);
  EXPECT_EQ(queue_.range_count(), 1u);
  EXPECT_LE(queue_.memory(), 4096u);
  for (std::uint32_t i = 0; i < 100; ++i) Receive(i, 1);
  EXPECT_LE(queue_.memory(), 3 * 4096u);
  EXPECT_EQ(ReadAll(), 1600u);
}

TEST_F(ReceiveQueueTest, MemoryIsBoundedAndWhatIsInOrderGoesBeforeTheRest) {
  const std::size_t each = 512 + 2048;  // what a segment holds
  queue_.SetMostMemory(10 * each);
  for (std::uint32_t i = 1; i <= 10; ++i) EXPECT_EQ(Receive(1000 * i, 500).new_bytes, 500u);
  EXPECT_TRUE(Receive(11'000, 500).was_refused);
  EXPECT_EQ(Receive(0, 1000).new_bytes, 1000u);  // at the cost of the farthest
  EXPECT_EQ(queue_.range_count(), 8u);           // and the nearest is in order now
  EXPECT_EQ(queue_.memory(), 10 * each);
  EXPECT_EQ(Blocks().front(), (SackBlock{9000, 9500}));
  for (std::uint32_t i = 1; i <= 20; ++i) Receive(500 + 1000 * i, 500), Receive(1000 + 1000 * i, 500);
  EXPECT_LE(queue_.memory(), 10 * each);
  EXPECT_TRUE(Receive(queue_.next() - kStart, 1000).was_refused);
  queue_.SetMostMemory(0);
  EXPECT_EQ(ReadAll(), static_cast<std::size_t>(queue_.next() - kStart));
  EXPECT_EQ(Receive(queue_.next() - kStart, 1000).new_bytes, 1000u);  // nothing else is there: it must go on
}

TEST_F(ReceiveQueueTest, WhatIsOutOfOrderCanBeGivenBack) {
  Receive(100, 1000);
  Receive(5000, 1000, true);
  queue_.DropOutOfOrder();
  EXPECT_FALSE(queue_.HasGap());
  EXPECT_EQ(queue_.memory(), 0u);
  EXPECT_EQ(ranges_.free_count(), ranges_.count());
  Receive(0, 100);
  EXPECT_EQ(ReadAll(), 100u);
  Receive(100, 0, true);  // the FIN was given back, too: this one counts
  EXPECT_TRUE(queue_.HasEnded());
}

TEST_F(ReceiveQueueTest, TheUrgentEndMovesForwardOnlyAndPasses) {
  EXPECT_FALSE(queue_.BytesToUrgentEnd());
  queue_.SetUrgent(kStart);  // CVE-2019-12255: a pointer of 0
  EXPECT_FALSE(queue_.BytesToUrgentEnd());
  queue_.SetUrgent(kStart + 100);
  queue_.SetUrgent(kStart + 50);
  EXPECT_EQ(queue_.BytesToUrgentEnd(), 100u);
  Receive(0, 80);
  std::array<std::byte, 30> some;
  read_ += queue_.Read(some);
  EXPECT_EQ(queue_.BytesToUrgentEnd(), 70u);
  ReadAll();
  Receive(80, 20);
  EXPECT_EQ(queue_.BytesToUrgentEnd(), 20u);
  queue_.Pop();
  EXPECT_FALSE(queue_.BytesToUrgentEnd());
}

// A segment that a layer below has cut in its headroom: its payload's first bytes lie there, not in a buffer.
TEST_F(ReceiveQueueTest, PayloadInTheHeaderPartIsNotLost) {
  std::vector<std::byte> bytes(300);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
  Packet packet = context_.packets().Take();
  for (std::size_t at = 0; at < bytes.size(); at += 50) {
    const Packet part = context_.PacketOf(std::span(bytes).subspan(at, 50));
    ASSERT_TRUE(packet.Append(part.slices()[0].buffer.Share(), 0, 50));
  }
  ASSERT_EQ(packet.Peek(100).size(), 100u);
  Receive(60, 10);
  const auto receipt = queue_.Receive(kStart, std::move(packet), false, kStart + kWindow);
  EXPECT_TRUE(receipt.was_refused);  // it cannot be divided there
  EXPECT_EQ(ReadAll(), 70u);
}

// Segments anywhere, with bytes of their own, against a map of which byte came first.
TEST_F(ReceiveQueueTest, RandomSegmentsLeaveWhatAMapOfBytesHolds) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
    TestContext context(seed);
    ReceiveQueue queue(ranges_);
    const Sequence start = {static_cast<std::uint32_t>(random())};
    queue.Begin(start);
    std::map<std::uint32_t, std::byte> model;  // by place in the stream
    std::uint32_t next = 0;
    std::uint32_t read = 0;
    const std::uint32_t window = 1 + below(4000);
    for (int step = 0; step < 300; ++step) {
      const std::uint32_t at = next + below(window + 200);
      const std::uint32_t back = below(3) == 0 ? below(300) : 0;
      const std::uint32_t begin = below(4) == 0 ? next : at > back ? at - back : 0;
      std::vector<std::byte> bytes(1 + below(below(5) == 0 ? 1400 : 300));
      for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
      std::uint32_t expected_new = 0;
      const bool may_be_refused = queue.range_count() + 1 >= ReceiveQueue::kMostRanges;
      if (may_be_refused) continue;
      for (std::uint32_t i = 0; i < bytes.size(); ++i) {
        const std::uint32_t place = begin + i;
        if (place < next || place >= next + window) continue;
        if (model.emplace(place, bytes[i]).second) ++expected_new;
      }
      const auto receipt = queue.Receive(start + begin, context.PacketOf(bytes), false, queue.next() + window);
      ASSERT_FALSE(receipt.was_refused);
      ASSERT_EQ(receipt.new_bytes, expected_new);
      const std::uint32_t before = next;
      while (model.contains(next)) ++next;
      ASSERT_EQ(queue.next(), start + next);
      ASSERT_EQ(receipt.has_advanced, next != before);
      ASSERT_EQ(queue.readable(), next - read);
      std::array<SackBlock, 4> blocks;
      const std::size_t count = queue.TakeSackBlocks(blocks);
      for (std::size_t i = receipt.is_duplicate ? 1 : 0; i < count; ++i) {
        const std::uint32_t left = blocks[i].left - start.value;
        const std::uint32_t right = blocks[i].right - start.value;
        ASSERT_LT(left, right);
        ASSERT_FALSE(model.contains(left - 1) || model.contains(right));
        for (std::uint32_t place = left; place < right; ++place) ASSERT_TRUE(model.contains(place));
      }
      if (below(3) > 0) continue;
      std::vector<std::byte> out(below(2000));
      out.resize(queue.Read(out));
      for (const std::byte byte : out) ASSERT_EQ(byte, model.at(read++));
    }
    queue.Clear();
    EXPECT_EQ(queue.memory(), 0u);
  }
}

}  // namespace
}  // namespace net::tcp
