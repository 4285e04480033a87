#include "drivers/net/tap/tap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::net_tap {
namespace {

using net::PacketInfo;
using Bytes = std::vector<std::byte>;

// Linux as the driver sees it.
class FakeFile final : public TapFile {
 public:
  long Read(std::span<const Piece> pieces) override {
    if (waiting.empty()) return -11;
    const Bytes frame = std::move(waiting.front());
    waiting.pop_front();
    std::size_t done = 0;
    for (const Piece& piece : pieces) {
      const std::size_t size = std::min(piece.size, frame.size() - done);
      std::memcpy(piece.bytes, frame.data() + done, size);
      done += size;
    }
    return static_cast<long>(done);
  }
  long Write(std::span<const Piece> pieces) override {
    if (is_full) return -11;
    Bytes& frame = written.emplace_back();
    for (const Piece& piece : pieces) frame.insert(frame.end(), piece.bytes, piece.bytes + piece.size);
    return static_cast<long>(frame.size());
  }
  void WakeWhenReadable() override { ++arms; }

  std::deque<Bytes> waiting;
  std::vector<Bytes> written;
  bool is_full = false;
  int arms = 0;
};

// A frame with its header of ten bytes, numbers in the order of the CPU.
Bytes FrameOf(std::size_t size, std::array<std::uint16_t, 5> header = {}) {
  Bytes bytes(10 + size);
  std::memcpy(bytes.data(), header.data(), 10);
  for (std::size_t i = 0; i < size; ++i) bytes[10 + i] = static_cast<std::byte>(i * 31 + i / 256);
  return bytes;
}

// TCP over IPv4 without options: the header's data offset says five words.
constexpr std::size_t kTcp = 34;
Bytes LargeSegment(std::size_t payload) {
  Bytes bytes = FrameOf(kTcp + 20 + payload, {0x0101, kTcp + 20, 1448, kTcp, 16});
  bytes[10 + kTcp + 12] = std::byte{0x50};
  return bytes;
}

struct Pools {
  Pools(std::size_t buffer_count, std::size_t capacity)
      : packet_storage(net::PacketPool::StorageFor(64)),
        buffer_storage(net::BufferPool::StorageFor(buffer_count, capacity)),
        packets(packet_storage),
        buffers(buffer_storage, capacity) {}

  net::Packet PacketOf(const Bytes& bytes) {
    net::Packet packet = packets.Take();
    for (std::size_t done = 0; done < bytes.size();) {
      net::Buffer buffer = buffers.Take();
      const std::size_t size = std::min(buffer.capacity(), bytes.size() - done);
      std::memcpy(buffer.data(), &bytes[done], size);
      EXPECT_TRUE(packet.Append(std::move(buffer), 0, size));
      done += size;
    }
    return packet;
  }

  Bytes packet_storage;
  Bytes buffer_storage;
  net::PacketPool packets;
  net::BufferPool buffers;
};

Bytes BytesOf(const net::Packet& packet) {
  Bytes bytes(packet.size());
  packet.CopyTo(0, bytes);
  return bytes;
}

class TapTest : public testing::Test {
 protected:
  void Make(std::size_t buffers, std::size_t capacity, Offload offload = Offload::kBoth) {
    pools_ = std::make_unique<Pools>(buffers, capacity);
    tap_ = std::make_unique<Tap>(file_, offload, net::MacAddress{{std::byte{2}}}, pools_->packets, pools_->buffers);
  }
  std::vector<net::Packet> Receive(std::size_t most = 8) {
    std::vector<net::Packet> packets(most);
    packets.resize(tap_->Receive(0, packets));
    return packets;
  }

  FakeFile file_;
  std::unique_ptr<Pools> pools_;
  std::unique_ptr<Tap> tap_;
};

TEST_F(TapTest, FramesAreReadUntilNoneWaitsAndThenTheFileIsArmed) {
  Make(64, 4096);
  for (const std::size_t size : {14u, 60u, 1514u}) file_.waiting.push_back(FrameOf(size));
  EXPECT_EQ(Receive(2).size(), 2u);
  EXPECT_EQ(file_.arms, 0);
  const std::vector<net::Packet> rest = Receive(2);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(file_.arms, 1);
  const Bytes expected = FrameOf(1514);
  EXPECT_EQ(BytesOf(rest[0]), Bytes(expected.begin() + 10, expected.end()));
  EXPECT_EQ(tap_->ReadCounters().received_frames, 3u);
  EXPECT_EQ(tap_->ReadCounters().received_bytes, 14u + 60 + 1514);
}

TEST_F(TapTest, ALargeSegmentComesWithWhatLinuxLeftUndone) {
  Make(64, 4096);
  file_.waiting.push_back(LargeSegment(60000));
  const std::vector<net::Packet> packets = Receive();
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(packets[0].size(), kTcp + 20 + 60000);
  const PacketInfo& info = packets[0].info();
  EXPECT_EQ(info.checksum, PacketInfo::Checksum::kPartial);
  EXPECT_EQ(info.checksum_start, kTcp);
  EXPECT_EQ(info.checksum_field, 16u);
  EXPECT_EQ(info.segmentation, PacketInfo::Segmentation::kTcpIpv4);
  EXPECT_EQ(info.segment_size, 1448u);
  EXPECT_EQ(info.segment_count, 42u);  // 41.4
}

TEST_F(TapTest, FramesOfAnySizesFollowEachOtherWhole) {
  Make(64, 4096);
  const std::vector<std::size_t> sizes = {60, 65549, 65549, 4096, 4097, 60, 8192, 8193, 60, 60, 20000};
  for (const std::size_t size : sizes) {
    file_.waiting.push_back(FrameOf(size));
    const std::vector<net::Packet> packets = Receive();
    ASSERT_EQ(packets.size(), 1u) << size;
    const Bytes expected = FrameOf(size);
    EXPECT_EQ(BytesOf(packets[0]), Bytes(expected.begin() + 10, expected.end())) << size;
  }
}

TEST_F(TapTest, AHeaderThatMakesNoSensePromisesNothing) {
  Make(64, 4096);
  file_.waiting.push_back(FrameOf(60, {0x0001, 0, 0, 58, 1}));       // a checksum beyond the end
  file_.waiting.push_back(FrameOf(60, {0x0101, 54, 1000, 44, 10}));  // a TCP header beyond the end
  file_.waiting.push_back(FrameOf(60, {0x0101, 54, 0, kTcp, 16}));   // segments of nothing
  const std::vector<net::Packet> packets = Receive();
  ASSERT_EQ(packets.size(), 3u);
  for (const net::Packet& packet : packets) {
    EXPECT_EQ(packet.info().checksum, PacketInfo::Checksum::kNone);
    EXPECT_EQ(packet.info().segmentation, PacketInfo::Segmentation::kNone);
  }
}

TEST_F(TapTest, AVerifiedChecksumIsPassedOn) {
  Make(64, 4096);
  file_.waiting.push_back(FrameOf(60, {0x0002}));
  EXPECT_EQ(Receive().at(0).info().checksum, PacketInfo::Checksum::kVerified);
}

TEST_F(TapTest, ShortReadsAreCountedAsErrors) {
  Make(64, 4096);
  file_.waiting.push_back(FrameOf(13));
  file_.waiting.push_back(Bytes(3));
  file_.waiting.push_back(FrameOf(14));
  EXPECT_EQ(Receive().size(), 1u);
  EXPECT_EQ(tap_->ReadCounters().receive_errors, 2u);
}

TEST_F(TapTest, WithoutBuffersLargeFramesAreDroppedAndSmallOnesGoOn) {
  Make(3, 4096);
  file_.waiting.push_back(LargeSegment(20000));
  file_.waiting.push_back(FrameOf(60));
  file_.waiting.push_back(FrameOf(60));
  file_.waiting.push_back(FrameOf(60));
  file_.waiting.push_back(FrameOf(60));
  {
    const std::vector<net::Packet> packets = Receive();
    EXPECT_EQ(packets.size(), 3u);
    EXPECT_EQ(tap_->ReadCounters().receive_drops, 2u);
  }
  file_.waiting.push_back(FrameOf(9000));
  EXPECT_EQ(Receive().size(), 1u);
}

TEST_F(TapTest, SmallBuffersReceiveOrdinaryFramesOnly) {
  static_assert(!CanReceiveLargeSegments(2048));
  static_assert(CanReceiveLargeSegments(4096));
  Make(64, 512);
  file_.waiting.push_back(FrameOf(1514));
  EXPECT_EQ(Receive().at(0).slices().size(), 3u);
}

TEST_F(TapTest, WhatIsSentHasItsHeaderAndAllItsPieces) {
  Make(64, 4096);
  net::Packet packet = pools_->PacketOf(Bytes(9000, std::byte{7}));
  std::ranges::fill(packet.Prepend(54), std::byte{9});
  packet.info() = {.checksum = PacketInfo::Checksum::kPartial,
                   .segmentation = PacketInfo::Segmentation::kTcpIpv6,
                   .checksum_start = 54,
                   .checksum_field = 16,
                   .segment_size = 1428};
  EXPECT_TRUE(tap_->Transmit(0, std::move(packet)));
  ASSERT_EQ(file_.written.size(), 1u);
  const Bytes& written = file_.written[0];
  ASSERT_EQ(written.size(), 10u + 54 + 9000);
  const std::array<std::uint8_t, 10> header = {1, 4, 74, 0, 1428 & 0xff, 1428 >> 8, 54, 0, 16, 0};
  EXPECT_EQ(std::memcmp(written.data(), header.data(), header.size()), 0);
  EXPECT_EQ(written[63], std::byte{9});
  EXPECT_EQ(written[64], std::byte{7});
  EXPECT_EQ(pools_->packets.free_count(), pools_->packets.count());
}

TEST_F(TapTest, WithoutOffloadsAFrameIsAllThatIsReadAndWritten) {
  Make(64, 4096, Offload::kNone);
  EXPECT_FALSE(tap_->capabilities().can_sum_transmitted || tap_->capabilities().can_sum_received);
  EXPECT_EQ(tap_->capabilities().largest_segment, 0u);
  const Bytes frame(1514, std::byte{1});  // as a header, it would be a large segment's
  file_.waiting.push_back(frame);
  std::vector<net::Packet> packets = Receive();
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(BytesOf(packets[0]), frame);
  EXPECT_EQ(packets[0].info().checksum, PacketInfo::Checksum::kNone);
  EXPECT_TRUE(tap_->Transmit(0, std::move(packets[0])));
  EXPECT_EQ(file_.written, std::vector<Bytes>{frame});
}

TEST_F(TapTest, WhatLinuxDoesNotTakeIsCounted) {
  Make(64, 4096);
  file_.is_full = true;
  EXPECT_FALSE(tap_->Transmit(0, pools_->PacketOf(Bytes(60))));
  EXPECT_EQ(tap_->ReadCounters().transmit_drops, 1u);
}

}  // namespace
}  // namespace drivers::net_tap
