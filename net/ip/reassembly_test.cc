#include "net/ip/reassembly.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/test_context.h"

namespace net {
namespace {

using kernel::Duration;

std::vector<std::byte> Pattern(std::size_t size, unsigned seed = 1) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 7 + i / 256 + seed);
  return bytes;
}

const IpAddress kDestination = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2);

IpAddress SourceInNetwork(std::uint16_t network, std::uint16_t host = 1) {
  return Ipv6Address::Of(0x2001, 0xdb8, 0, network, 0, 0, 0, host);
}

struct Part {
  std::size_t offset;
  std::size_t size;
  bool has_more;
};

class ReassemblyTest : public testing::Test, private Reassembly::Owner {
 protected:
  explicit ReassemblyTest(Reassembly::Options options = {}, std::size_t buffer_size = 4096)
      : context_(1, 1024, 1024, buffer_size),
        storage_(Reassembly::StorageFor(options)),
        engine_(context_, *this, options, storage_) {}

  Reassembly::Fragment FragmentOf(std::uint32_t identification, Part part, std::uint8_t mark = 0) {
    return {.key = {.source = source_, .destination = kDestination, .identification = identification},
            .offset = static_cast<std::uint16_t>(part.offset),
            .has_more = part.has_more,
            .next_header = static_cast<std::uint8_t>(part.offset == 0 ? 17 : 99),
            .traffic_class = mark,
            .header = header_};
  }

  // The datagram's bytes, if this fragment of them made it whole.
  std::optional<std::vector<std::byte>> Add(std::uint32_t identification, std::span<const std::byte> all, Part part) {
    Reassembly::Whole whole =
        engine_.Add(context_.PacketOf(all.subspan(part.offset, part.size)), FragmentOf(identification, part));
    if (!whole.packet) return std::nullopt;
    EXPECT_EQ(whole.next_header, 17);
    return BytesOf(whole.packet);
  }

  void ExpectEverythingGivenBack() {
    EXPECT_EQ(engine_.buffers(), 0u);
    EXPECT_EQ(context_.buffers().free_count(), context_.buffers().count());
    EXPECT_EQ(context_.packets().free_count(), context_.packets().count());
  }

  void OnReassemblyTimeout(Packet first) override { late_.push_back(BytesOf(first)); }

  TestContext context_;
  std::vector<std::byte> storage_;
  IpAddress source_ = SourceInNetwork(1);
  std::vector<std::byte> header_ = Pattern(48, 9);
  std::vector<std::vector<std::byte>> late_;
  Reassembly engine_;
};

TEST_F(ReassemblyTest, FragmentsInAnyOrderWithDuplicatesMakeTheDatagram) {
  const std::vector<std::byte> all = Pattern(4 * 1232 + 100);
  std::vector<Part> parts;
  for (std::size_t offset = 0; offset < all.size(); offset += 1232) {
    parts.push_back({offset, std::min<std::size_t>(1232, all.size() - offset), offset + 1232 < all.size()});
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::uint32_t identification = 0;
  do {
    ++identification;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto whole = Add(identification, all, parts[order[i]]);
      ASSERT_EQ(whole.has_value(), i + 1 == order.size());
      if (whole) {
        ASSERT_EQ(*whole, all);
      } else {
        ASSERT_FALSE(Add(identification, all, parts[order[i]]));  // once more
      }
    }
  } while (std::ranges::next_permutation(order).found);
  EXPECT_EQ(engine_.counters().completed, 120u);
  EXPECT_EQ(engine_.counters().duplicates, 480u);
  EXPECT_EQ(engine_.datagrams(), 0u);
  ExpectEverythingGivenBack();
}

TEST_F(ReassemblyTest, ADatagramOf65535BytesInMorePiecesThanAPacketHasIsCopiedTogether) {
  const std::vector<std::byte> all = Pattern(65'535);
  std::optional<std::vector<std::byte>> whole;
  for (std::size_t offset = 0; offset < all.size(); offset += 1448) {
    ASSERT_FALSE(whole);
    whole = Add(5, all, {offset, std::min<std::size_t>(1448, all.size() - offset), offset + 1448 < all.size()});
  }
  ASSERT_TRUE(whole);
  EXPECT_EQ(*whole, all);
  ExpectEverythingGivenBack();
}

TEST_F(ReassemblyTest, BytesThatALayerLookedAtAreNotLost) {
  const std::vector<std::byte> all = Pattern(2000);
  Packet first = context_.PacketOf(std::span(all).first(1000));
  Packet joined = context_.PacketOf(std::span(all).first(4));
  for (const Slice& slice : first.slices()) ASSERT_TRUE(joined.Append(slice.buffer.Share(), slice.offset + 4, 996));
  ASSERT_EQ(joined.Peek(40).size(), 40u);  // from two pieces: it now lies in the headroom
  first = Packet();
  EXPECT_FALSE(engine_.Add(std::move(joined), FragmentOf(1, {0, 1000, true})).packet);
  EXPECT_EQ(Add(1, all, {1000, 1000, false}), all);
  ExpectEverythingGivenBack();
}

TEST_F(ReassemblyTest, FragmentsOfAnotherDatagramAreNeverMixedIn) {
  const std::vector<std::byte> all = Pattern(2000);
  const std::vector<std::byte> other = Pattern(2000, 77);
  EXPECT_FALSE(Add(1, all, {0, 1000, true}));
  EXPECT_FALSE(Add(2, other, {1000, 1000, false}));
  source_ = SourceInNetwork(1, 2);
  EXPECT_FALSE(Add(1, other, {1000, 1000, false}));
  source_ = SourceInNetwork(1);
  EXPECT_EQ(Add(1, all, {1000, 1000, false}), all);
}

// Each shape of an overlap, and a duplicate with other bytes. [RFC5722] 4
TEST_F(ReassemblyTest, AnOverlapEndsTheDatagramAndAllThatStillComesOfIt) {
  const std::vector<std::byte> all = Pattern(4000);
  const Part overlaps[] = {{1000, 1000, true}, {992, 1008, true}, {1008, 992, true},
                           {1000, 1008, true}, {800, 1600, true}, {1200, 8, true}};
  std::uint32_t identification = 0;
  std::uint64_t refused = 0;
  for (const Part& overlap : overlaps) {
    ++identification;
    EXPECT_FALSE(Add(identification, all, {1000, 1000, true}));
    EXPECT_FALSE(Add(identification, Pattern(4000, 3), overlap));
    EXPECT_EQ(engine_.counters().overlaps, identification);
    EXPECT_EQ(engine_.buffers(), 0u);
    for (const Part& part : {Part{0, 1000, true}, Part{1000, 1000, true}, Part{2000, 2000, false}}) {
      EXPECT_FALSE(Add(identification, all, part));
      EXPECT_EQ(engine_.counters().refused, ++refused);
    }
  }
  context_.Advance(Duration::Seconds(61));
  EXPECT_EQ(engine_.datagrams(), 0u);
  EXPECT_TRUE(late_.empty());  // silently
  EXPECT_FALSE(Add(1, all, {0, 2000, true}));
  EXPECT_EQ(Add(1, all, {2000, 2000, false}), all);
}

TEST_F(ReassemblyTest, TwoEndsOrBytesBeyondTheEndEndIt) {
  const std::vector<std::byte> all = Pattern(4000);
  EXPECT_FALSE(Add(1, all, {2000, 1000, false}));
  EXPECT_FALSE(Add(1, all, {3000, 1000, false}));
  EXPECT_FALSE(Add(2, all, {2000, 1000, false}));
  EXPECT_FALSE(Add(2, all, {3000, 1000, true}));
  EXPECT_FALSE(Add(3, all, {2000, 1000, true}));
  EXPECT_FALSE(Add(3, all, {1000, 1000, false}));
  EXPECT_FALSE(Add(4, all, {2000, 1000, false}));
  EXPECT_FALSE(Add(4, all, {1000, 1000, false}));
  EXPECT_EQ(engine_.counters().inconsistent, 4u);
  EXPECT_EQ(engine_.buffers(), 0u);
}

TEST_F(ReassemblyTest, WhatIsNotWholeAfter60SecondsGoesAndTheFirstFragmentIsQuoted) {
  const std::vector<std::byte> all = Pattern(3000);
  EXPECT_FALSE(Add(1, all, {0, 1000, true}));
  context_.Advance(Duration::Seconds(30));
  EXPECT_FALSE(Add(2, all, {1000, 1000, true}));  // its first fragment never comes
  EXPECT_FALSE(Add(1, all, {1000, 1000, true}));
  context_.Advance(Duration::Milliseconds(29'999));
  EXPECT_EQ(engine_.datagrams(), 2u);
  context_.Advance(Duration::Milliseconds(1));
  EXPECT_EQ(engine_.datagrams(), 1u);
  ASSERT_EQ(late_.size(), 1u);
  std::vector<std::byte> quoted = header_;
  quoted.insert(quoted.end(), all.begin(), all.begin() + 1000);
  EXPECT_EQ(late_[0], quoted);
  context_.Advance(Duration::Seconds(30));
  EXPECT_EQ(engine_.datagrams(), 0u);
  EXPECT_EQ(late_.size(), 1u);
  EXPECT_EQ(engine_.counters().timeouts, 2u);
  ExpectEverythingGivenBack();
  EXPECT_EQ(context_->timers().running(), 0u);
}

TEST_F(ReassemblyTest, CongestionMarksOfAnyFragmentMarkTheDatagram) {
  const std::vector<std::byte> all = Pattern(2000);
  const auto mark = [&](std::uint32_t identification, std::uint8_t one, std::uint8_t other) -> int {
    EXPECT_FALSE(
        engine_.Add(context_.PacketOf(std::span(all).first(1000)), FragmentOf(identification, {0, 1000, true}, one))
            .packet);
    const Reassembly::Whole whole = engine_.Add(context_.PacketOf(std::span(all).subspan(1000)),
                                                FragmentOf(identification, {1000, 1000, false}, other));
    return whole.packet ? whole.traffic_class : -1;
  };
  EXPECT_EQ(mark(1, 0b10, 0b10), 0b10);
  EXPECT_EQ(mark(2, 0b10, 0b11), 0b11);
  EXPECT_EQ(mark(3, 0b11, 0b01), 0b11);
  EXPECT_EQ(mark(4, 0b00, 0b11), -1);  // whoever marked it should not have
  EXPECT_EQ(mark(5, 0b00, 0b00), 0b00);
}

TEST_F(ReassemblyTest, ADatagramInMoreFragmentsThanAnyHonestOneHasIsEnded) {
  const std::vector<std::byte> all = Pattern(8 * 200);
  for (std::size_t i = 0; i < 200; ++i) EXPECT_FALSE(Add(1, all, {8 * i, 8, i < 199}));
  EXPECT_EQ(engine_.counters().too_many, 1u);
  EXPECT_EQ(engine_.counters().refused, 200 - Reassembly::kMostFragments - 1);
  EXPECT_EQ(engine_.buffers(), 0u);
}

TEST_F(ReassemblyTest, EmptyPoolsCostADatagramAndNothingElse) {
  const std::vector<std::byte> all = Pattern(20 * 1000);
  std::vector<Buffer> hoard;
  for (std::size_t i = 0; i < 19; ++i) EXPECT_FALSE(Add(1, all, {1000 * i, 1000, true}));
  Packet last = context_.PacketOf(std::span(all).subspan(19'000));
  while (Buffer buffer = context_.buffers().Take()) hoard.push_back(std::move(buffer));
  EXPECT_FALSE(engine_.Add(std::move(last), FragmentOf(1, {19'000, 1000, false})).packet);
  EXPECT_EQ(engine_.counters().out_of_memory, 1u);
  EXPECT_EQ(engine_.datagrams(), 0u);
  hoard.clear();
  ExpectEverythingGivenBack();
}

class SmallReassemblyTest : public ReassemblyTest {
 protected:
  SmallReassemblyTest() : ReassemblyTest({.most_datagrams = 8, .most_buffers = 16, .most_buffers_of_source = 8}) {}
};

TEST_F(SmallReassemblyTest, ASourceHoldsNoMoreThanItsShareWhateverAddressItTakesInItsNetwork) {
  const std::vector<std::byte> all = Pattern(1600);
  for (std::uint16_t i = 0; i < 100; ++i) {
    source_ = SourceInNetwork(1, i);
    EXPECT_FALSE(Add(i, all, {0, 800, true}));
  }
  EXPECT_EQ(engine_.buffers(), 4u);  // and four datagrams
  EXPECT_EQ(engine_.counters().source_full, 96u);
  source_ = SourceInNetwork(2);
  EXPECT_FALSE(Add(1, all, {0, 800, true}));
  EXPECT_EQ(Add(1, all, {800, 800, false}), all);  // others have room
}

TEST_F(SmallReassemblyTest, FromManySourcesTheOldestGoesAndMemoryStaysFlat) {
  const std::vector<std::byte> all = Pattern(1600);
  for (std::uint16_t i = 1; i < 2000; ++i) {
    source_ = SourceInNetwork(i);
    EXPECT_FALSE(Add(i, all, {0, 800, true}));
    EXPECT_LE(engine_.buffers(), 16u);
    EXPECT_LE(engine_.datagrams(), 8u);
  }
  EXPECT_EQ(engine_.counters().evictions, 1999u - 8u);
  EXPECT_EQ(Add(1999, all, {800, 800, false}), all);  // the newest is there
}

TEST_F(SmallReassemblyTest, NoOrderOfRandomFragmentsBreaksItsAccounts) {
  std::mt19937 random(7);
  const std::vector<std::byte> all = Pattern(65'535);
  for (int i = 0; i < 20'000; ++i) {
    source_ = SourceInNetwork(static_cast<std::uint16_t>(random() % 4));
    const std::size_t offset = random() % 20 * 8;
    const bool has_more = random() % 3 != 0;
    const std::size_t size = has_more ? (1 + random() % 4) * 8 : 1 + random() % 32;
    Add(random() % 6, all, {offset, size, has_more});
    ASSERT_LE(engine_.buffers(), 16u);
    ASSERT_EQ(context_.buffers().free_count() + engine_.buffers(), context_.buffers().count());
    if (random() % 16 == 0) context_.Advance(Duration::Seconds(random() % 30));
  }
  context_.Advance(Duration::Seconds(61));
  EXPECT_EQ(engine_.datagrams(), 0u);
  ExpectEverythingGivenBack();
}

}  // namespace
}  // namespace net
