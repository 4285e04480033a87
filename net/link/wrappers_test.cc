// The devices of this folder, around a loopback.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/link/fault_injector.h"
#include "net/link/loopback.h"
#include "net/link/pcap.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/endian.h"

namespace net::link {
namespace {

class LinkTest : public testing::Test {
 protected:
  static constexpr std::size_t kCapacity = 64;

  // A frame of `size` bytes that begins with `number`.
  Packet Frame(std::uint32_t number, std::size_t size = 60) {
    Packet packet = packets_.Take();
    for (std::size_t at = 0; at < size; at += kCapacity) {
      Buffer buffer = buffers_.Take();
      std::memset(buffer.data(), 0, kCapacity);
      if (at == 0) wire::StoreBig(buffer.data(), number);
      EXPECT_TRUE(packet.Append(std::move(buffer), 0, std::min(kCapacity, size - at)));
    }
    return packet;
  }

  static std::uint32_t NumberOf(Packet& packet) {
    const auto bytes = packet.Peek(4);
    return bytes.empty() ? UINT32_MAX : wire::LoadBig<std::uint32_t>(bytes.data());
  }

  std::vector<Packet> ReceiveAll(Device& device) {
    std::vector<Packet> received;
    std::array<Packet, 3> batch;
    for (;;) {
      const std::size_t count = device.Receive(0, batch);
      for (std::size_t i = 0; i < count; ++i) received.push_back(std::move(batch[i]));
      if (count < batch.size()) return received;
    }
  }

  std::vector<std::byte> packet_storage_ = std::vector<std::byte>(PacketPool::StorageFor(3000));
  std::vector<std::byte> buffer_storage_ = std::vector<std::byte>(BufferPool::StorageFor(6000, kCapacity));
  PacketPool packets_{packet_storage_};
  BufferPool buffers_{buffer_storage_, kCapacity};
};

TEST_F(LinkTest, ALoopbackGivesBackWhatWasFlushedInOrder) {
  Loopback loopback(4);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_TRUE(loopback.Transmit(0, Frame(i)));
  EXPECT_FALSE(loopback.Transmit(0, Frame(4)));
  EXPECT_TRUE(ReceiveAll(loopback).empty());
  loopback.Flush(0);
  std::vector<Packet> received = ReceiveAll(loopback);
  ASSERT_EQ(received.size(), 4u);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(NumberOf(received[i]), i);
  const DeviceCounters counters = loopback.ReadCounters();
  EXPECT_EQ(counters.transmitted_frames, 4u);
  EXPECT_EQ(counters.received_frames, 4u);
  EXPECT_EQ(counters.received_bytes, counters.transmitted_bytes);
  EXPECT_EQ(counters.transmit_drops, 1u);
}

class Recorded final : public CaptureSink {
 public:
  void Write(std::span<const std::byte> part) override { bytes.insert(bytes.end(), part.begin(), part.end()); }
  std::uint32_t Number(std::size_t place) const { return wire::LoadBig<std::uint32_t>(&bytes[place]); }

  std::vector<std::byte> bytes;
};

TEST_F(LinkTest, ACaptureHoldsEveryFrameBothWays) {
  Loopback loopback(4);
  Recorded capture;
  Pcap pcap(loopback, capture, 100);
  ASSERT_EQ(capture.bytes.size(), 24u);
  EXPECT_EQ(capture.Number(0), 0xa1b23c4du);
  EXPECT_EQ(capture.Number(20), 1u);

  pcap.SetTime(kernel::Instant{2'000'000'003});
  EXPECT_TRUE(pcap.Transmit(0, Frame(77, 130)));
  EXPECT_EQ(capture.Number(24), 2u);
  EXPECT_EQ(capture.Number(28), 3u);
  EXPECT_EQ(capture.Number(32), 100u);  // recorded
  EXPECT_EQ(capture.Number(36), 130u);  // of
  EXPECT_EQ(capture.Number(40), 77u);
  EXPECT_EQ(capture.bytes.size(), 40u + 100);
  pcap.Flush(0);
  EXPECT_EQ(ReceiveAll(pcap).size(), 1u);
  EXPECT_EQ(capture.bytes.size(), 40u + 100 + 16 + 100);
}

// Sends numbered frames through faults and counts how often each arrives.
TEST_F(LinkTest, FaultsHappenAsOftenAsAsked) {
  constexpr std::uint32_t kFrames = 2000;
  Loopback loopback(kFrames);
  SeededRandom random(7);
  FaultInjector faults(loopback, random, packets_, buffers_);
  faults.SetRates({.lost = 100'000, .doubled = 50'000, .overtaken = 200'000});
  for (std::uint32_t i = 0; i < kFrames; ++i) ASSERT_TRUE(faults.Transmit(0, Frame(i)));
  faults.Flush(0);
  std::map<std::uint32_t, int> arrivals;
  std::uint64_t inversions = 0;
  std::uint32_t last = 0;
  for (Packet& packet : ReceiveAll(faults)) {
    const std::uint32_t number = NumberOf(packet);
    inversions += number < last ? 1 : 0;
    last = number;
    ++arrivals[number];
  }
  EXPECT_EQ(arrivals.size() + faults.faults().lost, kFrames);
  const auto doubled =
      static_cast<std::uint64_t>(std::ranges::count_if(arrivals, [](auto& a) { return a.second == 2; }));
  EXPECT_EQ(doubled, faults.faults().doubled);
  EXPECT_NEAR(static_cast<double>(faults.faults().lost), 200, 45);  // three standard deviations
  EXPECT_NEAR(static_cast<double>(faults.faults().doubled), 90, 30);
  EXPECT_GT(inversions, 200u);
  EXPECT_EQ(packets_.free_count(), packets_.count());
}

TEST_F(LinkTest, DamageIsOneBitOfACopy) {
  Loopback loopback(1);
  SeededRandom random(8);
  FaultInjector faults(loopback, random, packets_, buffers_);
  faults.SetRates({.damaged = 1'000'000});
  Packet original = Frame(5, 150);
  ASSERT_TRUE(faults.Transmit(0, original.CloneOf(0, 150)));
  faults.Flush(0);
  std::vector<Packet> received = ReceiveAll(faults);
  ASSERT_EQ(received.size(), 1u);
  std::vector<std::byte> sent(150);
  std::vector<std::byte> got(150);
  original.CopyTo(0, sent);
  ASSERT_EQ(received[0].CopyTo(0, got), 150u);
  int wrong_bits = 0;
  for (std::size_t i = 0; i < sent.size(); ++i)
    wrong_bits += __builtin_popcount(static_cast<unsigned>(sent[i] ^ got[i]));
  EXPECT_EQ(wrong_bits, 1);
  EXPECT_EQ(NumberOf(original), 5u);
}

TEST_F(LinkTest, TheSameSeedGivesTheSameFaults) {
  std::vector<std::vector<std::uint32_t>> runs;
  for (int run = 0; run < 2; ++run) {
    Loopback loopback(300);
    SeededRandom random(9);
    FaultInjector faults(loopback, random, packets_, buffers_);
    faults.SetRates({.lost = 50'000, .doubled = 50'000, .damaged = 50'000, .cut = 50'000, .overtaken = 50'000});
    for (std::uint32_t i = 0; i < 300; ++i) ASSERT_TRUE(faults.Transmit(0, Frame(i)));
    faults.Flush(0);
    auto& numbers = runs.emplace_back();
    for (Packet& packet : ReceiveAll(faults)) numbers.push_back(NumberOf(packet));
  }
  EXPECT_EQ(runs[0], runs[1]);
}

}  // namespace
}  // namespace net::link
