#include "drivers/net/virtio_net/virtio_net.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/virtio/model_device.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::net_virtio {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint64_t kMac = 1 << 5, kMergeable = 1 << 15, kStatus = 1 << 16, kMtu = 1 << 3;
constexpr std::uint64_t kSums = 1 << 0 | 1 << 1, kGuestTso = 1 << 7 | 1 << 8, kHostTso = 1 << 11 | 1 << 12;
constexpr std::uint16_t kReceive = 0, kTransmit = 1;

Bytes FrameOf(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 + size);
  return bytes;
}

Bytes BytesOf(const net::Packet& packet) {
  Bytes bytes(packet.size());
  packet.CopyTo(0, bytes);
  return bytes;
}

class VirtioNetTest : public testing::Test {
 protected:
  static constexpr std::size_t kCapacity = 2048;

  void SetUp() override {
    device_.offered = virtio::kVersion1 | virtio::kEventIndex | kMac | kMergeable | kStatus | kSums | kHostTso;
    for (std::size_t i = 0; i < 6; ++i) device_.configuration[i] = static_cast<std::byte>(0x50 + i);
    device_.configuration[6] = std::byte{1};  // the cable is in
  }
  ~VirtioNetTest() override { net_.reset(); }

  void Open(std::uint16_t pairs = 1) {
    const auto features = VirtioNet::Negotiate(device_, kCapacity, pairs);
    ASSERT_TRUE(features);
    memory_ = std::make_unique<VirtioNet::PairMemory[]>(pairs);
    std::memset(memory_.get(), 0xa5, pairs * sizeof(VirtioNet::PairMemory));  // it comes with arbitrary contents
    std::memset(control_.get(), 0xa5, sizeof(VirtioNet::ControlMemory));
    net_.emplace(device_, *features, domain_, std::span(memory_.get(), pairs), pairs > 1 ? control_.get() : nullptr,
                 packets_, buffers_);
  }

  // The device receives `frame`, in buffers of at most `most` bytes each; says `count` buffers, or as many as there
  // are.
  void Arrive(const Bytes& frame, std::size_t most = kCapacity, std::optional<std::uint16_t> count = {}) {
    Bytes bytes(kHeaderSize);
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    const std::uint16_t buffers = count.value_or(static_cast<std::uint16_t>((bytes.size() + most - 1) / most));
    std::memcpy(&bytes[10], &buffers, sizeof(buffers));
    for (std::size_t done = 0; done < bytes.size(); done += most) {
      const auto lent = device_.Take(kReceive);
      ASSERT_TRUE(lent);
      const std::size_t size = std::min(most, bytes.size() - done);
      device_.Give(kReceive, lent->head, virtio::ModelDevice::Fill(*lent, std::span(bytes).subspan(done, size)));
    }
  }

  std::vector<Bytes> ReceiveAll() {
    std::array<net::Packet, 4> batch;
    std::vector<Bytes> frames;
    for (;;) {
      const std::size_t count = net_->Receive(0, batch);
      for (net::Packet& packet : std::span(batch).first(count)) {
        frames.push_back(BytesOf(packet));
        packet = net::Packet();
      }
      if (count < batch.size()) return frames;
    }
  }

  net::Packet PacketOf(const Bytes& bytes) {
    net::Packet packet = packets_.Take();
    for (std::size_t done = 0; done < bytes.size(); done += kCapacity) {
      net::Buffer buffer = buffers_.Take();
      const std::size_t size = std::min(kCapacity, bytes.size() - done);
      std::memcpy(buffer.data(), bytes.data() + done, size);
      EXPECT_TRUE(packet.Append(std::move(buffer), 0, size));
    }
    return packet;
  }

  virtio::ModelDevice device_;
  virtio::ModelDomain domain_;
  std::unique_ptr<VirtioNet::PairMemory[]> memory_;
  std::unique_ptr<VirtioNet::ControlMemory> control_ = std::make_unique<VirtioNet::ControlMemory>();
  Bytes packet_storage_ = Bytes(net::PacketPool::StorageFor(600));
  Bytes buffer_storage_ = Bytes(net::BufferPool::StorageFor(400, kCapacity));
  net::PacketPool packets_{packet_storage_};
  net::BufferPool buffers_{buffer_storage_, kCapacity};
  std::optional<VirtioNet> net_;
};

TEST_F(VirtioNetTest, KnowsItsAddressAndWhatTheDeviceCanDo) {
  device_.offered |= kMtu;
  device_.configuration[10] = std::byte{0xa0};
  device_.configuration[11] = std::byte{0x05};  // 1,440
  Open();
  const net::DeviceCapabilities& can = net_->capabilities();
  EXPECT_EQ(can.mac.bytes[5], std::byte{0x55});
  EXPECT_EQ(can.mtu, 1440);
  EXPECT_TRUE(can.can_sum_transmitted);
  EXPECT_TRUE(can.can_sum_received);
  EXPECT_GT(can.largest_segment, 60'000u);
  EXPECT_EQ(device_.status & virtio::kDriverOk, virtio::kDriverOk);
}

TEST_F(VirtioNetTest, LendsNoLargeSegmentsToBuffersThatCannotHoldThem) {
  device_.offered |= 1 << 7 | 1 << 8;
  Open();
  EXPECT_EQ(device_.accepted & (1 << 7 | 1 << 8), 0u);
}

// Its count of buffers means nothing then, and nothing larger than a buffer may come.
TEST_F(VirtioNetTest, WithoutMergedBuffersAFrameLiesInOneBuffer) {
  device_.offered &= ~kMergeable;
  device_.offered |= kMtu | kGuestTso;
  EXPECT_EQ(VirtioNet::Negotiate(device_, 1024).error(), kernel::Error::kUnsupported);
  Open();
  EXPECT_EQ(device_.accepted & (kMtu | kGuestTso), 0u);
  for (const std::uint16_t count : {0, 1, 9}) Arrive(FrameOf(1514), kCapacity, count);
  const std::vector<Bytes> frames = ReceiveAll();
  ASSERT_EQ(frames.size(), 3u);
  for (const Bytes& frame : frames) EXPECT_EQ(frame, FrameOf(1514));
  EXPECT_EQ(net_->ReadCounters().receive_errors, 0u);
}

TEST_F(VirtioNetTest, FramesOfAllSizesArriveAsTheyWere) {
  Open();
  for (std::size_t size = 14; size <= 1518; size += 47) Arrive(FrameOf(size));
  const std::vector<Bytes> frames = ReceiveAll();
  ASSERT_EQ(frames.size(), 33u);
  for (std::size_t i = 0; i < frames.size(); ++i) EXPECT_EQ(frames[i], FrameOf(14 + 47 * i));
  EXPECT_EQ(net_->ReadCounters().received_frames, 33u);
}

TEST_F(VirtioNetTest, AFrameMayLieInSeveralBuffers) {
  Open();
  Arrive(FrameOf(1500), 600);
  Arrive(FrameOf(60));
  const std::vector<Bytes> frames = ReceiveAll();
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0], FrameOf(1500));
  EXPECT_EQ(frames[1], FrameOf(60));
}

TEST_F(VirtioNetTest, ReceivesForEverWithTheBuffersThatItHas) {
  Open();
  for (int round = 0; round < 2'000; ++round) {
    Arrive(FrameOf(100 + static_cast<std::size_t>(round) % 1000));
    ASSERT_EQ(ReceiveAll().size(), 1u);
  }
}

TEST_F(VirtioNetTest, FramesThatMakeNoSenseAreCountedAndDropped) {
  Open();
  Arrive(FrameOf(13));                 // no whole header of Ethernet
  Arrive(FrameOf(100), kCapacity, 0);  // in no buffer
  Arrive(FrameOf(100), kCapacity, 9);  // in buffers that are not there
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_EQ(net_->ReadCounters().receive_errors, 3u);
  Arrive(FrameOf(100));
  EXPECT_EQ(ReceiveAll().size(), 1u);
}

TEST_F(VirtioNetTest, WithoutAPacketAFrameIsDroppedAndItsBuffersLentAgain) {
  Open();
  std::vector<net::Packet> taken;
  while (net::Packet packet = packets_.Take()) taken.push_back(std::move(packet));
  for (int i = 0; i < 500; ++i) {
    Arrive(FrameOf(1500), 600);
    EXPECT_TRUE(ReceiveAll().empty());
  }
  EXPECT_EQ(net_->ReadCounters().receive_drops, 500u);
  taken.clear();
  Arrive(FrameOf(1500), 600);
  EXPECT_EQ(ReceiveAll(), std::vector<Bytes>{FrameOf(1500)});
}

TEST_F(VirtioNetTest, WhatIsSentHasItsHeaderAndAllItsPieces) {
  Open();
  net::Packet packet = PacketOf(FrameOf(5000));
  std::memset(packet.Prepend(14).data(), 0x77, 14);
  packet.info() = {.checksum = net::PacketInfo::Checksum::kPartial,
                   .segmentation = net::PacketInfo::Segmentation::kTcpIpv4,
                   .checksum_start = 34,
                   .checksum_field = 16,
                   .segment_size = 1448};
  ASSERT_TRUE(net_->Transmit(0, std::move(packet)));
  EXPECT_FALSE(device_.Take(kTransmit));
  net_->Flush(0);
  const auto lent = device_.Take(kTransmit);
  ASSERT_TRUE(lent);
  ASSERT_EQ(lent->read.size(), kHeaderSize + 14 + 5000);
  EXPECT_EQ(lent->read[0], std::byte{1});  // a sum is to be made
  EXPECT_EQ(lent->read[1], std::byte{1});  // TCP over IPv4
  EXPECT_EQ(lent->read[kHeaderSize], std::byte{0x77});
  EXPECT_TRUE(std::ranges::equal(std::span(lent->read).subspan(kHeaderSize + 14), FrameOf(5000)));
  EXPECT_TRUE(lent->writable.empty());
}

TEST_F(VirtioNetTest, TheCardsHeaderIsOnePieceWithTheFramesOwn) {
  Open();
  net::Packet packet = PacketOf(FrameOf(100));
  std::memset(packet.Prepend(54).data(), 0x77, 54);
  ASSERT_TRUE(net_->Transmit(0, std::move(packet)));
  net_->Flush(0);
  const auto lent = device_.Take(kTransmit);
  ASSERT_TRUE(lent);
  EXPECT_EQ(lent->descriptors, 2);
  EXPECT_EQ(lent->read.size(), kHeaderSize + 154);
  EXPECT_EQ(net_->ReadCounters().transmitted_bytes, 154u);
  packet = PacketOf(FrameOf(100));
  std::memset(packet.Prepend(120).data(), 0x77, 120);
  ASSERT_TRUE(net_->Transmit(0, std::move(packet)));
  net_->Flush(0);
  EXPECT_EQ(device_.Take(kTransmit)->read.size(), kHeaderSize + 220) << "no room before it: in a piece of its own";
}

TEST_F(VirtioNetTest, LargePacketsTakeOneEntryEachWhereTheDeviceHasTables) {
  device_.offered |= virtio::kIndirect;
  Open();
  const std::size_t room = net_->TransmitRoom(0);
  EXPECT_GE(room, 12u);
  for (std::size_t sent = 0; sent < room; ++sent) ASSERT_TRUE(net_->Transmit(0, PacketOf(FrameOf(20'000)))) << sent;
  net_->Flush(0);
  std::size_t came = 0;
  while (const auto lent = device_.Take(kTransmit)) {
    ++came;
    EXPECT_TRUE(std::ranges::equal(std::span(lent->read).subspan(kHeaderSize), FrameOf(20'000)));
    device_.Give(kTransmit, lent->head, 0);
  }
  EXPECT_EQ(came, room);
  EXPECT_GE(device_.tables_seen, 12);
  EXPECT_FALSE(device_.is_book_broken);
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_EQ(net_->TransmitRoom(0), room);
}

TEST_F(VirtioNetTest, PacketsComeHomeWhenTheyWereSent) {
  Open();
  const std::size_t free = packets_.free_count();
  std::size_t sent = 0;
  while (net_->Transmit(0, PacketOf(FrameOf(60)))) ++sent;
  EXPECT_GE(sent, 64u);
  EXPECT_EQ(net_->ReadCounters().transmit_drops, 1u);
  net_->Flush(0);
  while (const auto lent = device_.Take(kTransmit)) device_.Give(kTransmit, lent->head, 0);
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_EQ(packets_.free_count(), free);
  EXPECT_TRUE(net_->Transmit(0, PacketOf(FrameOf(60))));
}

TEST_F(VirtioNetTest, TheCableIsLookedAtWhenTheDeviceSaysThatItChanged) {
  Open();
  EXPECT_TRUE(net_->HasLink());
  device_.configuration[6] = std::byte{0};
  EXPECT_TRUE(net_->HasLink());
  net_->OnInterrupt(virtio::kBuffersUsed);
  EXPECT_TRUE(net_->HasLink());
  net_->OnInterrupt(virtio::kConfigurationChanged);
  EXPECT_FALSE(net_->HasLink());
}

TEST_F(VirtioNetTest, IsLentFewBuffersAtFirstAndMoreTheMoreComes) {
  Open();
  const std::size_t at_first = buffers_.count() - buffers_.free_count();
  EXPECT_LE(at_first, 40u);
  for (int round = 0; round < 400; ++round) {
    Arrive(FrameOf(60));
    ASSERT_EQ(ReceiveAll().size(), 1u);
  }
  const std::size_t lent = buffers_.count() - buffers_.free_count();
  EXPECT_GT(lent, 4 * at_first);
  EXPECT_LE(lent, buffers_.count() / 2) << "half of the pool is others'";
}

TEST_F(VirtioNetTest, ADeviceThatLiesIsResetAndTheNextFramesCome) {
  Open();
  const std::size_t free = packets_.free_count();
  ASSERT_TRUE(net_->Transmit(0, PacketOf(FrameOf(60))));
  net_->Flush(0);
  device_.Give(kReceive, 9999, 100);
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_EQ(net_->ReadCounters().resets, 1u);
  EXPECT_EQ(net_->ReadCounters().transmit_drops, 1u) << "what was on its way is lost";
  EXPECT_EQ(packets_.free_count(), free);
  EXPECT_EQ(device_.status & virtio::kDriverOk, virtio::kDriverOk);
  EXPECT_TRUE(net_->HasLink());
  Arrive(FrameOf(100));
  EXPECT_EQ(ReceiveAll(), std::vector<Bytes>{FrameOf(100)});
  ASSERT_TRUE(net_->Transmit(0, PacketOf(FrameOf(60))));
  net_->Flush(0);
  EXPECT_TRUE(device_.Take(kTransmit));
}

TEST_F(VirtioNetTest, ADeviceThatAsksForItIsReset) {
  Open();
  EXPECT_TRUE(net_->HasLink());
  device_.status |= virtio::kNeedsReset;
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_EQ(net_->ReadCounters().resets, 0u) << "nobody has said so";
  net_->OnInterrupt(virtio::kConfigurationChanged);
  EXPECT_TRUE(net_->HasLink());
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_EQ(net_->ReadCounters().resets, 1u);
  EXPECT_EQ(device_.status, virtio::kAcknowledge | virtio::kDriver | virtio::kFeaturesOk | virtio::kDriverOk);
  Arrive(FrameOf(100));
  EXPECT_EQ(ReceiveAll().size(), 1u);
}

TEST_F(VirtioNetTest, TheCableMayFlapAThousandTimes) {
  Open();
  const std::size_t lent = buffers_.free_count();
  for (int i = 0; i < 1000; ++i) {
    device_.configuration[6] = std::byte{0};
    net_->OnInterrupt(virtio::kConfigurationChanged);
    ASSERT_FALSE(net_->HasLink());
    device_.configuration[6] = std::byte{1};
    net_->OnInterrupt(virtio::kConfigurationChanged);
    ASSERT_TRUE(net_->HasLink());
    Arrive(FrameOf(100));
    ASSERT_EQ(ReceiveAll().size(), 1u);
  }
  EXPECT_EQ(net_->ReadCounters().received_frames, 1000u);
  EXPECT_EQ(net_->ReadCounters().resets, 0u);
  EXPECT_EQ(packets_.free_count(), packets_.count());
  EXPECT_LE(lent - buffers_.free_count(), 200u) << "half of the pool at most is lent";
}

TEST_F(VirtioNetTest, ALieAboutWhatWasSentIsMendedToo) {
  Open();
  device_.Give(kTransmit, 3, 0);
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_EQ(net_->ReadCounters().resets, 1u);
  Arrive(FrameOf(100));
  EXPECT_EQ(ReceiveAll().size(), 1u);
}

TEST_F(VirtioNetTest, ADeviceThatBreaksAgainAndAgainIsGivenUp) {
  Open();
  for (int i = 0; i < 20; ++i) {
    if (!net_->is_given_up()) device_.Give(kReceive, 9999, 100);
    EXPECT_TRUE(ReceiveAll().empty());
  }
  EXPECT_TRUE(net_->is_given_up());
  EXPECT_EQ(net_->ReadCounters().resets, static_cast<std::uint64_t>(VirtioNet::kMostFailures));
  EXPECT_EQ(device_.status, 0);
  EXPECT_FALSE(net_->HasLink());
  EXPECT_EQ(net_->TransmitRoom(0), 0u);
  EXPECT_FALSE(net_->Transmit(0, PacketOf(FrameOf(60))));
  EXPECT_EQ(buffers_.free_count(), buffers_.count()) << "all memory is ours again";
}

TEST_F(VirtioNetTest, ADeviceThatBreaksNowAndThenIsNot) {
  Open();
  for (int i = 0; i < 20; ++i) {
    Arrive(FrameOf(100));
    EXPECT_EQ(ReceiveAll().size(), 1u);
    device_.Give(kReceive, 9999, 100);
    EXPECT_TRUE(ReceiveAll().empty());
  }
  EXPECT_EQ(net_->ReadCounters().resets, 20u);
  EXPECT_FALSE(net_->is_given_up());
}

TEST_F(VirtioNetTest, ADeviceThatDoesNotComeBackIsGivenUp) {
  Open();
  device_.refuses_features = true;
  device_.Give(kReceive, 9999, 100);
  EXPECT_TRUE(ReceiveAll().empty());
  EXPECT_TRUE(net_->is_given_up());
  EXPECT_EQ(buffers_.free_count(), buffers_.count());
}

TEST_F(VirtioNetTest, QueuesThatCannotCarryAFrameAreOfNoUse) {
  device_.most_entries = 16;
  Open();
  EXPECT_FALSE(net_->IsUsable());
}

class SeveralPairs : public VirtioNetTest {
 protected:
  static constexpr std::uint64_t kControl = 1 << 17, kPairs = 1 << 22;
  static constexpr std::uint16_t kControlQueue = 6;

  void SetUp() override {
    VirtioNetTest::SetUp();
    device_.offered |= kControl | kPairs;
    device_.configuration[8] = std::byte{3};
  }

  // Answers what the driver asked for.
  void Answer(std::byte answer) {
    const auto lent = device_.Take(kControlQueue);
    ASSERT_TRUE(lent);
    EXPECT_EQ(lent->read, (Bytes{std::byte{4}, std::byte{0}, std::byte{3}, std::byte{0}}));
    ASSERT_EQ(lent->writable.size(), 1u);
    lent->writable[0][0] = answer;
    device_.Give(kControlQueue, lent->head, 1);
  }

  std::vector<Bytes> ReceiveFrom(std::uint16_t queue) {
    std::array<net::Packet, 4> batch;
    const std::size_t count = net_->Receive(queue, batch);
    std::vector<Bytes> frames;
    for (const net::Packet& packet : std::span(batch).first(count)) frames.push_back(BytesOf(packet));
    return frames;
  }

  bool SendThrough(std::uint16_t queue) {
    const bool is_sent = net_->Transmit(queue, PacketOf(FrameOf(60)));
    net_->Flush(queue);
    return is_sent;
  }
};

TEST_F(SeveralPairs, AreUsedOnceTheDeviceAgrees) {
  Open(4);
  EXPECT_EQ(net_->capabilities().queues, 3) << "the device has three";
  EXPECT_TRUE(SendThrough(2));
  EXPECT_TRUE(device_.Take(1)) << "through the first, until then";
  Answer(std::byte{0});
  EXPECT_TRUE(ReceiveFrom(0).empty());
  EXPECT_EQ(net_->active_pairs(), 3);
  EXPECT_TRUE(SendThrough(2));
  EXPECT_TRUE(device_.Take(5));
  EXPECT_TRUE(SendThrough(1));
  EXPECT_TRUE(device_.Take(3));
  const auto lent = device_.Take(4);
  Bytes frame(kHeaderSize);
  frame[10] = std::byte{1};
  frame.resize(kHeaderSize + 60, std::byte{9});
  device_.Give(4, lent->head, virtio::ModelDevice::Fill(*lent, frame));
  EXPECT_TRUE(ReceiveFrom(0).empty());
  EXPECT_TRUE(ReceiveFrom(1).empty());
  EXPECT_EQ(ReceiveFrom(2), std::vector<Bytes>{Bytes(60, std::byte{9})});
  EXPECT_EQ(net_->ReadCounters().received_frames, 1u);
  EXPECT_EQ(net_->ReadCounters().transmitted_frames, 3u);
}

TEST_F(SeveralPairs, StayOneWhereTheDeviceRefuses) {
  Open(4);
  Answer(std::byte{1});
  EXPECT_TRUE(ReceiveFrom(0).empty());
  EXPECT_EQ(net_->active_pairs(), 1);
  EXPECT_TRUE(SendThrough(2));
  EXPECT_TRUE(device_.Take(1));
}

TEST_F(SeveralPairs, AreAskedForAgainAfterAReset) {
  Open(4);
  Answer(std::byte{0});
  EXPECT_TRUE(ReceiveFrom(0).empty());
  device_.Give(4, 9999, 100);
  EXPECT_TRUE(ReceiveFrom(2).empty());
  EXPECT_EQ(net_->ReadCounters().resets, 1u);
  EXPECT_EQ(net_->active_pairs(), 1);
  Answer(std::byte{0});
  EXPECT_TRUE(ReceiveFrom(0).empty());
  EXPECT_EQ(net_->active_pairs(), 3);
}

TEST_F(SeveralPairs, AreAsManyAsThereIsMemoryFor) {
  device_.configuration[8] = device_.configuration[9] = std::byte{0xff};
  EXPECT_EQ(VirtioNet::CountPairs(device_, virtio::kVersion1 | kControl | kPairs), VirtioNet::kMostPairs);
  Open(1);
  EXPECT_EQ(net_->capabilities().queues, 1);
  EXPECT_EQ(device_.accepted & (kControl | kPairs), 0u) << "not wanted then";
}

}  // namespace
}  // namespace drivers::net_virtio
