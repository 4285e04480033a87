#include "drivers/net/packet_socket/packet_socket.h"

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

namespace drivers::net_packet_socket {
namespace {

using net::PacketInfo;
using Bytes = std::vector<std::byte>;

// Linux as the driver sees it.
class FakeFile final : public PacketFile {
 public:
  std::size_t Receive(std::span<Message> messages) override {
    ++receive_calls;
    std::size_t count = 0;
    while (count < messages.size() && !waiting.empty()) {
      const Bytes frame = std::move(waiting.front());
      waiting.pop_front();
      Message& message = messages[count++];
      std::size_t done = 0;
      for (const Piece& piece : std::span(message.pieces, message.piece_count)) {
        const std::size_t size = std::min(piece.size, frame.size() - done);
        std::memcpy(piece.bytes, frame.data() + done, size);
        done += size;
      }
      message.size = static_cast<std::uint32_t>(done);
      if (done < frame.size()) message.flags |= kTruncated;
    }
    return count;
  }
  std::size_t Send(std::span<Message> messages) override {
    ++send_calls;
    std::size_t count = 0;
    for (const Message& message : messages) {
      Bytes bytes;
      for (const Piece& piece : std::span(message.pieces, message.piece_count)) {
        bytes.insert(bytes.end(), piece.bytes, piece.bytes + piece.size);
      }
      if (bytes.size() == refused_size) break;
      written.push_back(std::move(bytes));
      ++count;
    }
    return count;
  }
  std::uint64_t TakeDrops() override { return std::exchange(drops, 0); }
  void WakeWhenReadable() override { ++arms; }

  std::deque<Bytes> waiting;
  std::vector<Bytes> written;
  std::size_t refused_size = 0;
  std::uint64_t drops = 0;
  int receive_calls = 0;
  int send_calls = 0;
  int arms = 0;
};

// A frame with its header of ten bytes, numbers in the order of the CPU.
Bytes FrameOf(std::size_t size, std::array<std::uint16_t, 5> header = {}) {
  Bytes bytes(10 + size);
  std::memcpy(bytes.data(), header.data(), 10);
  for (std::size_t i = 0; i < size; ++i) bytes[10 + i] = static_cast<std::byte>(i * 31 + size);
  return bytes;
}

Bytes WithoutHeader(const Bytes& frame) { return Bytes(frame.begin() + 10, frame.end()); }

Bytes BytesOf(const net::Packet& packet) {
  Bytes bytes(packet.size());
  packet.CopyTo(0, bytes);
  return bytes;
}

class PacketSocketTest : public testing::Test {
 protected:
  static constexpr std::size_t kCapacity = 4096;
  static constexpr std::size_t kLargest = 17;  // buffers that a frame of the largest size needs

  void Make(std::size_t buffers, Offload offload = Offload::kTransmit) {
    packet_storage_.resize(net::PacketPool::StorageFor(64));
    buffer_storage_.resize(net::BufferPool::StorageFor(buffers, kCapacity));
    packets_ = std::make_unique<net::PacketPool>(packet_storage_);
    buffers_ = std::make_unique<net::BufferPool>(buffer_storage_, kCapacity);
    device_ = std::make_unique<PacketSocket>(file_, offload, net::MacAddress{{std::byte{2}}}, *packets_, *buffers_);
  }
  std::vector<net::Packet> Receive(std::size_t most = 16) {
    std::vector<net::Packet> packets(most);
    packets.resize(device_->Receive(0, packets));
    return packets;
  }
  net::Packet PacketOf(const Bytes& bytes) {
    net::Packet packet = packets_->Take();
    for (std::size_t done = 0; done < bytes.size();) {
      net::Buffer buffer = buffers_->Take();
      const std::size_t size = std::min(buffer.capacity(), bytes.size() - done);
      std::memcpy(buffer.data(), &bytes[done], size);
      EXPECT_TRUE(packet.Append(std::move(buffer), 0, size));
      done += size;
    }
    return packet;
  }

  FakeFile file_;
  Bytes packet_storage_;
  Bytes buffer_storage_;
  std::unique_ptr<net::PacketPool> packets_;
  std::unique_ptr<net::BufferPool> buffers_;
  std::unique_ptr<PacketSocket> device_;
};

TEST_F(PacketSocketTest, SixteenFramesCostOneCallEachWay) {
  Make(4 * 16 * kLargest);
  std::vector<Bytes> frames;
  for (std::size_t i = 0; i < 16; ++i) frames.push_back(FrameOf(14 + 100 * i));
  file_.waiting.assign(frames.begin(), frames.end());
  std::vector<net::Packet> packets = Receive();
  ASSERT_EQ(packets.size(), 16u);
  EXPECT_EQ(file_.receive_calls, 1);
  EXPECT_EQ(file_.arms, 0);  // more may wait
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(BytesOf(packets[i]), WithoutHeader(frames[i]));
  for (net::Packet& packet : packets) EXPECT_TRUE(device_->Transmit(0, std::move(packet)));
  EXPECT_EQ(file_.send_calls, 0);
  device_->Flush(0);
  EXPECT_EQ(file_.send_calls, 1);
  EXPECT_EQ(file_.written, frames);
  EXPECT_EQ(device_->ReadCounters().received_frames, 16u);
  EXPECT_EQ(device_->ReadCounters().transmitted_frames, 16u);
  EXPECT_EQ(device_->ReadCounters().transmitted_bytes, device_->ReadCounters().received_bytes);
  EXPECT_EQ(packets_->free_count(), packets_->count());
}

TEST_F(PacketSocketTest, WhereFewerCameNoneWaitsAndTheSocketIsArmed) {
  Make(1024);
  for (int i = 0; i < 5; ++i) file_.waiting.push_back(FrameOf(60));
  EXPECT_EQ(Receive().size(), 5u);
  EXPECT_EQ(file_.receive_calls, 1);
  EXPECT_EQ(file_.arms, 1);
  EXPECT_EQ(Receive().size(), 0u);
}

TEST_F(PacketSocketTest, MoreThanABatchIsSentAsItComes) {
  Make(1024);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_TRUE(device_->Transmit(0, PacketOf(Bytes(60 + i))));
  EXPECT_EQ(file_.written.size(), 32u);
  device_->Flush(0);
  device_->Flush(0);
  EXPECT_EQ(file_.written.size(), 40u);
  EXPECT_EQ(file_.send_calls, 3);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(file_.written[i].size(), 70 + i);
}

TEST_F(PacketSocketTest, ALargeSegmentComesWithWhatLinuxLeftUndone) {
  constexpr std::size_t kTcp = 34;
  Make(1024);
  Bytes segment = FrameOf(kTcp + 20 + 60'000, {0x0101, kTcp + 20, 1448, kTcp, 16});
  segment[10 + kTcp + 12] = std::byte{0x50};  // a TCP header of five words
  for (int i = 0; i < 16; ++i) file_.waiting.push_back(segment);
  const std::vector<net::Packet> packets = Receive();
  ASSERT_EQ(packets.size(), 16u);
  for (const net::Packet& packet : packets) {
    EXPECT_EQ(BytesOf(packet), WithoutHeader(segment));
    EXPECT_EQ(packet.info().checksum, PacketInfo::Checksum::kPartial);
    EXPECT_EQ(packet.info().segmentation, PacketInfo::Segmentation::kTcpIpv4);
    EXPECT_EQ(packet.info().segment_count, 42u);  // 41.4
  }
}

TEST_F(PacketSocketTest, WhatIsSentHasItsHeaderAndAllItsPieces) {
  Make(1024);
  net::Packet packet = PacketOf(Bytes(9000, std::byte{7}));
  std::ranges::fill(packet.Prepend(54), std::byte{9});
  packet.info() = {.checksum = PacketInfo::Checksum::kPartial,
                   .segmentation = PacketInfo::Segmentation::kTcpIpv6,
                   .checksum_start = 54,
                   .checksum_field = 16,
                   .segment_size = 1428};
  EXPECT_TRUE(device_->Transmit(0, std::move(packet)));
  device_->Flush(0);
  ASSERT_EQ(file_.written.size(), 1u);
  const Bytes& written = file_.written[0];
  ASSERT_EQ(written.size(), 10u + 54 + 9000);
  const std::array<std::uint8_t, 10> header = {1, 4, 74, 0, 1428 & 0xff, 1428 >> 8, 54, 0, 16, 0};
  EXPECT_EQ(std::memcmp(written.data(), header.data(), header.size()), 0);
  EXPECT_EQ(written[63], std::byte{9});
  EXPECT_EQ(written[64], std::byte{7});
}

TEST_F(PacketSocketTest, WithoutOffloadsNothingIsLeftToLinux) {
  Make(1024, Offload::kNone);
  EXPECT_FALSE(device_->capabilities().can_sum_transmitted);
  EXPECT_EQ(device_->capabilities().largest_segment, 0u);
}

TEST_F(PacketSocketTest, AFrameThatLinuxRefusesIsCountedAndTheOthersGo) {
  Make(1024);
  for (const std::size_t size : {60u, 61u, 5000u, 62u}) EXPECT_TRUE(device_->Transmit(0, PacketOf(Bytes(size))));
  file_.refused_size = 5010;
  device_->Flush(0);
  EXPECT_EQ(file_.written.size(), 3u);
  EXPECT_EQ(device_->ReadCounters().transmit_drops, 1u);
  EXPECT_EQ(device_->ReadCounters().transmitted_frames, 3u);
  EXPECT_EQ(packets_->free_count(), packets_->count());
}

TEST_F(PacketSocketTest, ShortMessagesAreErrorsAndTheSocketsOwnLossesAreDrops) {
  Make(1024);
  file_.waiting.push_back(FrameOf(13));
  file_.waiting.push_back(Bytes(3));
  file_.waiting.push_back(FrameOf(14));
  EXPECT_EQ(Receive().size(), 1u);
  file_.drops = 7;
  EXPECT_EQ(device_->ReadCounters().receive_errors, 2u);
  EXPECT_EQ(device_->ReadCounters().receive_drops, 7u);
}

// Four frames of the largest size are a quarter of this pool.
TEST_F(PacketSocketTest, ASmallPoolMakesTheBatchSmall) {
  Make(4 * 4 * kLargest);
  for (int i = 0; i < 9; ++i) file_.waiting.push_back(FrameOf(60));
  EXPECT_EQ(Receive().size(), 9u);
  EXPECT_EQ(file_.receive_calls, 3);
  EXPECT_GE(buffers_->free_count(), buffers_->count() - 4 * kLargest);
}

TEST_F(PacketSocketTest, WithoutBuffersFramesAreDroppedAndThenTheyGoOn) {
  Make(20);
  std::vector<net::Buffer> taken;
  while (taken.size() < 18) taken.push_back(buffers_->Take());
  file_.waiting.push_back(FrameOf(3 * kCapacity));
  file_.waiting.push_back(FrameOf(2 * kCapacity));
  file_.waiting.push_back(FrameOf(60));
  {
    const std::vector<net::Packet> packets = Receive();
    ASSERT_EQ(packets.size(), 1u);
    EXPECT_EQ(BytesOf(packets[0]), WithoutHeader(FrameOf(2 * kCapacity)));
    EXPECT_EQ(device_->ReadCounters().receive_drops, 2u);
  }
  taken.clear();
  file_.waiting.push_back(FrameOf(3 * kCapacity));
  const std::vector<net::Packet> packets = Receive();
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(BytesOf(packets[0]), WithoutHeader(FrameOf(3 * kCapacity)));
}

TEST_F(PacketSocketTest, WithoutAPacketAFrameIsDroppedAndItsBuffersAreUsedAgain) {
  Make(1024);
  std::vector<net::Packet> taken;
  while (net::Packet packet = packets_->Take()) taken.push_back(std::move(packet));
  for (int i = 0; i < 100; ++i) file_.waiting.push_back(FrameOf(9000));
  EXPECT_TRUE(Receive().empty());
  EXPECT_EQ(device_->ReadCounters().receive_drops, 100u);
  taken.clear();
  file_.waiting.push_back(FrameOf(9000));
  EXPECT_EQ(Receive().size(), 1u);
}

}  // namespace
}  // namespace drivers::net_packet_socket
