// The world, its cables, switch and cards, without any stack.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "net/device.h"
#include "net/link/pcap.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"
#include "testing/sim/cable.h"
#include "testing/sim/network_card.h"
#include "testing/sim/offload.h"
#include "testing/sim/switch.h"
#include "testing/sim/world.h"

namespace sim {
namespace {

using kernel::Duration;
using kernel::Instant;
using net::wire::LoadBig;
using net::wire::StoreBig;

constexpr std::size_t kFrameSize = 60;

// A frame whose payload begins with `number`.
Frame Numbered(std::uint32_t number, std::size_t size = kFrameSize) {
  Frame frame = {.bytes = std::vector<std::byte>(size), .info = {}};
  StoreBig(&frame.bytes[14], number);
  return frame;
}

// Remembers what came and when.
class Recorder final : public Jack {
 public:
  explicit Recorder(World& world) : world_(world) {}
  void Arrive(const Frame& frame) override {
    frames.push_back(frame);
    times.push_back(world_.now());
  }
  std::uint32_t NumberOf(std::size_t place) const { return LoadBig<std::uint32_t>(&frames[place].bytes[14]); }

  std::vector<Frame> frames;
  std::vector<Instant> times;

 private:
  World& world_;
};

TEST(World, EventsHappenInTheOrderOfTheirTimesAndOfTheirAsking) {
  World world(1);
  std::vector<int> order;
  world.At(Instant{20}, [&] { order.push_back(3); });
  world.At(Instant{10}, [&] {
    order.push_back(1);
    world.At(Instant{5}, [&] { order.push_back(2); });  // has passed: now, after what waits for this time already
  });
  world.At(Instant{20}, [&] { order.push_back(4); });
  world.RunUntil(Instant{20});
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(world.now(), Instant{20});
  EXPECT_FALSE(world.RunOne());
}

TEST(World, RunningUntilSomethingIsDoneStopsThere) {
  World world(1);
  int count = 0;
  for (int i = 1; i <= 10; ++i) world.At(Instant{i}, [&] { ++count; });
  EXPECT_TRUE(world.RunUntil([&] { return count == 4; }, Instant{100}));
  EXPECT_EQ(world.now(), Instant{4});
  EXPECT_FALSE(world.RunUntil([&] { return count == 11; }, Instant{100}));
}

class CableTest : public testing::Test {
 protected:
  World world_{42};
  Recorder left_{world_};
  Recorder right_{world_};
  Cable cable_{world_, left_, right_};
};

TEST_F(CableTest, AGoodCableDeliversBothWaysAfterItsDelay) {
  cable_.SetConditions({.delay = Duration::Milliseconds(3)});
  cable_.Send(Cable::End::kLeft, Numbered(1));
  cable_.Send(Cable::End::kRight, Numbered(2));
  world_.RunFor(Duration::Seconds(1));
  ASSERT_EQ(right_.frames.size(), 1u);
  ASSERT_EQ(left_.frames.size(), 1u);
  EXPECT_EQ(right_.NumberOf(0), 1u);
  EXPECT_EQ(left_.NumberOf(0), 2u);
  EXPECT_EQ(right_.times[0], Instant{} + Duration::Milliseconds(3));
}

TEST_F(CableTest, BandwidthSpacesFramesAndItsQueueOverflows) {
  // 84 bytes each with what is between frames: 672 us at a megabit. Nine fill the queue almost; a tenth is let in.
  cable_.SetConditions({.delay = {}, .bits_per_second = 1'000'000, .most_waiting = 800});
  for (std::uint32_t i = 0; i < 20; ++i) cable_.Send(Cable::End::kLeft, Numbered(i));
  world_.RunFor(Duration::Seconds(1));
  ASSERT_EQ(right_.frames.size(), 10u);
  for (std::size_t i = 0; i < right_.times.size(); ++i) {
    EXPECT_EQ(right_.times[i], Instant{} + Duration::Microseconds(672 * static_cast<std::int64_t>(i + 1)));
  }
  EXPECT_EQ(cable_.counters(Cable::End::kLeft).lost, 10u);
}

TEST_F(CableTest, FaultsHappenAsOftenAsAsked) {
  constexpr std::uint32_t kFrames = 4000;
  cable_.SetConditions({.lost = 100'000,
                        .doubled = 50'000,
                        .damaged = 20'000,
                        .overtaken = 200'000,
                        .jitter = Duration::Milliseconds(1)});
  for (std::uint32_t i = 0; i < kFrames; ++i) {
    world_.At(Instant{std::int64_t{i} * 100'000}, [this, i] { cable_.Send(Cable::End::kLeft, Numbered(i)); });
  }
  world_.RunFor(Duration::Seconds(60));
  const CableCounters& counters = cable_.counters(Cable::End::kLeft);
  EXPECT_EQ(counters.sent, kFrames);
  EXPECT_EQ(counters.delivered, kFrames - counters.lost + counters.doubled);
  EXPECT_EQ(right_.frames.size(), counters.delivered);
  EXPECT_NEAR(static_cast<double>(counters.lost), 400, 60);  // three standard deviations
  EXPECT_NEAR(static_cast<double>(counters.doubled), 180, 42);
  EXPECT_NEAR(static_cast<double>(counters.damaged), 72, 27);
  EXPECT_NEAR(static_cast<double>(counters.overtaken), 756, 85);
  std::uint64_t inversions = 0;
  for (std::size_t i = 1; i < right_.frames.size(); ++i) inversions += right_.NumberOf(i) < right_.NumberOf(i - 1);
  EXPECT_GT(inversions, 100u);
}

TEST_F(CableTest, JitterAloneKeepsTheOrder) {
  cable_.SetConditions({.jitter = Duration::Milliseconds(10)});
  for (std::uint32_t i = 0; i < 500; ++i) {
    world_.At(Instant{std::int64_t{i} * 100'000}, [this, i] { cable_.Send(Cable::End::kLeft, Numbered(i)); });
  }
  world_.RunFor(Duration::Seconds(1));
  ASSERT_EQ(right_.frames.size(), 500u);
  for (std::uint32_t i = 0; i < 500; ++i) EXPECT_EQ(right_.NumberOf(i), i);
}

TEST_F(CableTest, UnpluggingLosesWhatIsOnTheWay) {
  cable_.Send(Cable::End::kLeft, Numbered(1));
  cable_.SetPlugged(false);
  cable_.Send(Cable::End::kLeft, Numbered(2));
  cable_.SetPlugged(true);
  cable_.Send(Cable::End::kLeft, Numbered(3));
  world_.RunFor(Duration::Seconds(1));
  ASSERT_EQ(right_.frames.size(), 1u);
  EXPECT_EQ(right_.NumberOf(0), 3u);
  EXPECT_EQ(cable_.counters(Cable::End::kLeft).lost, 2u);
}

TEST_F(CableTest, FramesThatAreTooLargeVanish) {
  cable_.SetConditions({.largest_frame = 1294});
  cable_.Send(Cable::End::kLeft, Numbered(1, 1295));
  cable_.Send(Cable::End::kLeft, Numbered(2, 1294));
  world_.RunFor(Duration::Seconds(1));
  ASSERT_EQ(right_.frames.size(), 1u);
}

class Bytes final : public net::link::CaptureSink {
 public:
  void Write(std::span<const std::byte> part) override { bytes.insert(bytes.end(), part.begin(), part.end()); }
  std::vector<std::byte> bytes;
};

TEST_F(CableTest, ACaptureHoldsWhatWasSentWithItsTime) {
  Bytes bytes;
  net::link::PcapWriter capture(bytes);
  cable_.SetCapture(&capture);
  cable_.SetConditions({.lost = 1'000'000});
  world_.At(Instant{3'000'000'007}, [&] { cable_.Send(Cable::End::kLeft, Numbered(9)); });
  world_.RunFor(Duration::Seconds(4));
  ASSERT_EQ(bytes.bytes.size(), 24u + 16 + kFrameSize);
  EXPECT_EQ(LoadBig<std::uint32_t>(&bytes.bytes[24]), 3u);
  EXPECT_EQ(LoadBig<std::uint32_t>(&bytes.bytes[28]), 7u);
  EXPECT_EQ(LoadBig<std::uint32_t>(&bytes.bytes[40 + 14]), 9u);
}

// One run of a bad cable; what came out.
std::uint64_t HashOf(std::uint64_t seed) {
  World world(seed);
  Recorder left(world);
  Recorder right(world);
  Cable cable(world, left, right);
  cable.SetConditions({.lost = 50'000, .doubled = 50'000, .damaged = 50'000, .cut = 50'000, .overtaken = 50'000});
  for (std::uint32_t i = 0; i < 200; ++i) {
    world.At(Instant{i * 1000}, [&cable, i] { cable.Send(Cable::End::kLeft, Numbered(i)); });
  }
  world.RunFor(Duration::Seconds(1));
  return world.trace_hash();
}

TEST(World, TheSameSeedGivesTheSameTraceAndAnotherSeedAnother) {
  std::map<std::uint64_t, std::uint64_t> seeds_of_hashes;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const std::uint64_t hash = HashOf(seed);
    EXPECT_EQ(hash, HashOf(seed)) << "seed " << seed;
    EXPECT_TRUE(seeds_of_hashes.emplace(hash, seed).second) << "seeds " << seed << " and " << seeds_of_hashes[hash];
  }
}

net::MacAddress Mac(std::uint8_t last) { return {{std::byte{2}, {}, {}, {}, {}, std::byte{last}}}; }

TEST(Switch, FloodsTheUnknownAndLearns) {
  World world(1);
  Switch hub(world);
  std::vector<Recorder> jacks(3, Recorder(world));
  std::vector<Cable*> cables;
  for (Recorder& jack : jacks) cables.push_back(&hub.Connect(jack));
  const auto send = [&](std::size_t from, net::MacAddress to) {
    Frame frame = Numbered(0);
    net::wire::Ethernet{
        .destination = to, .source = Mac(static_cast<std::uint8_t>(from)), .type = net::wire::EtherType::kIpv4}
        .Write(frame.bytes);
    cables[from]->Send(Cable::End::kLeft, frame);
    world.RunFor(Duration::Milliseconds(1));
  };
  send(0, Mac(1));  // unknown
  EXPECT_EQ(jacks[1].frames.size(), 1u);
  EXPECT_EQ(jacks[2].frames.size(), 1u);
  send(1, Mac(0));  // known
  EXPECT_EQ(jacks[0].frames.size(), 1u);
  EXPECT_EQ(jacks[2].frames.size(), 1u);
  send(2, net::kBroadcastMac);
  EXPECT_EQ(jacks[0].frames.size(), 2u);
  EXPECT_EQ(jacks[1].frames.size(), 2u);
  EXPECT_EQ(jacks[2].frames.size(), 1u);
}

// A TCP segment of `size` bytes of payload, all left to the card.
Frame LargeSegment(bool is_ipv4, std::size_t size, std::uint16_t segment_size) {
  const std::size_t ip_size = is_ipv4 ? net::wire::kIpv4Size : net::wire::kIpv6Size;
  const std::size_t tcp = net::wire::kEthernetSize + ip_size;
  Frame frame = {.bytes = std::vector<std::byte>(tcp + net::wire::kTcpSize + size), .info = {}};
  const auto bytes = std::span(frame.bytes);
  net::wire::Ethernet{.destination = Mac(2),
                      .source = Mac(1),
                      .type = is_ipv4 ? net::wire::EtherType::kIpv4 : net::wire::EtherType::kIpv6}
      .Write(bytes);
  if (is_ipv4) {
    net::wire::Ipv4{.total_size = static_cast<std::uint16_t>(bytes.size() - net::wire::kEthernetSize),
                    .identification = 0xffff,
                    .source = net::Ipv4Address::Of(10, 0, 0, 1),
                    .destination = net::Ipv4Address::Of(10, 0, 0, 2)}
        .Write(bytes.subspan(net::wire::kEthernetSize));
  } else {
    net::wire::Ipv6{.payload_size = static_cast<std::uint16_t>(bytes.size() - tcp),
                    .source = net::Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 1),
                    .destination = net::Ipv6Address::Of(0xfe80, 0, 0, 0, 0, 0, 0, 2)}
        .Write(bytes.subspan(net::wire::kEthernetSize));
  }
  StoreBig(&bytes[tcp + 4], std::uint32_t{0xffff'ff00});
  bytes[tcp + 12] = std::byte{0x50};
  bytes[tcp + 13] = static_cast<std::byte>((net::wire::kCwr | net::wire::kPsh | net::wire::kFin).bits);
  for (std::size_t i = 0; i < size; ++i) bytes[tcp + net::wire::kTcpSize + i] = static_cast<std::byte>(i * 7);
  frame.info = {
      .checksum = net::PacketInfo::Checksum::kPartial,
      .segmentation = is_ipv4 ? net::PacketInfo::Segmentation::kTcpIpv4 : net::PacketInfo::Segmentation::kTcpIpv6,
      .checksum_start = static_cast<std::uint16_t>(tcp),
      .checksum_field = net::wire::kTcpChecksumPlace,
      .segment_size = segment_size};
  return frame;
}

TEST(Offload, ALargeSegmentIsCutWithAllHeadersRight) {
  for (const bool is_ipv4 : {true, false}) {
    const std::size_t tcp = net::wire::kEthernetSize + (is_ipv4 ? net::wire::kIpv4Size : net::wire::kIpv6Size);
    const std::size_t payload = tcp + net::wire::kTcpSize;
    const std::vector<Frame> frames = PutOnWire(LargeSegment(is_ipv4, 2501, 1000));
    ASSERT_EQ(frames.size(), 3u);
    std::size_t done = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const std::vector<std::byte>& bytes = frames[i].bytes;
      EXPECT_EQ(bytes.size(), payload + (i < 2 ? 1000 : 501));
      EXPECT_TRUE(HasRightChecksum(bytes));
      if (is_ipv4) {
        EXPECT_EQ(LoadBig<std::uint16_t>(&bytes[18]), static_cast<std::uint16_t>(0xffff + i));
      }
      EXPECT_EQ(LoadBig<std::uint32_t>(&bytes[tcp + 4]), static_cast<std::uint32_t>(0xffff'ff00 + done));
      const net::wire::TcpFlags flags = {std::to_integer<std::uint8_t>(bytes[tcp + 13])};
      EXPECT_EQ(flags.Has(net::wire::kFin | net::wire::kPsh), i == 2);
      EXPECT_EQ(flags.Has(net::wire::kCwr), i == 0);
      for (std::size_t at = payload; at < bytes.size(); ++at, ++done) {
        ASSERT_EQ(bytes[at], static_cast<std::byte>(done * 7));
      }
    }
  }
}

TEST(Offload, AnyWrongBitOfASegmentIsSeen) {
  const Frame frame = PutOnWire(LargeSegment(true, 100, 1000)).front();
  ASSERT_TRUE(HasRightChecksum(frame.bytes));
  for (std::size_t bit = net::wire::kEthernetSize * 8; bit < frame.bytes.size() * 8; ++bit) {
    std::vector<std::byte> bytes = frame.bytes;
    bytes[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    EXPECT_FALSE(HasRightChecksum(bytes)) << "bit " << bit;
  }
}

class CardTest : public testing::Test, public kernel::Waker {
 protected:
  static constexpr net::DeviceCapabilities kCapabilities = {
      .mac = {}, .most_slices = 18, .largest_segment = 65000, .can_sum_transmitted = true, .can_sum_received = true};

  // Sends a large segment from card to card and returns what is received.
  std::vector<net::Packet> Pass(const CardOptions& options) {
    left_ = std::make_unique<NetworkCard>(kCapabilities, options, context_.packets(), context_.buffers(), *this);
    right_ = std::make_unique<NetworkCard>(kCapabilities, options, context_.packets(), context_.buffers(), *this);
    cable_ = std::make_unique<Cable>(world_, *left_, *right_);
    left_->Plug(*cable_, Cable::End::kLeft);
    right_->Plug(*cable_, Cable::End::kRight);
    const Frame frame = LargeSegment(true, 2501, 1000);
    net::Packet packet = context_.PacketOf(frame.bytes);
    packet.info() = frame.info;
    EXPECT_TRUE(left_->Transmit(0, std::move(packet)));
    left_->Flush(0);
    world_.RunFor(Duration::Seconds(1));
    std::array<net::Packet, 8> packets;
    const std::size_t count = right_->Receive(0, packets);
    std::vector<net::Packet> received;
    for (net::Packet& each : std::span(packets).first(count)) received.push_back(std::move(each));
    return received;
  }

  void Wake() override { ++wake_ups_; }

  World world_{1};
  net::TestContext context_{1, 64, 64, 512};
  int wake_ups_ = 0;
  std::unique_ptr<NetworkCard> left_;
  std::unique_ptr<NetworkCard> right_;
  std::unique_ptr<Cable> cable_;
};

TEST_F(CardTest, AnOrdinaryCardCutsAndVerifies) {
  const std::vector<net::Packet> received = Pass({});
  ASSERT_EQ(received.size(), 3u);
  EXPECT_EQ(wake_ups_, 3);
  for (const net::Packet& packet : received) EXPECT_EQ(packet.info().checksum, net::PacketInfo::Checksum::kVerified);
  EXPECT_EQ(received[0].size(), 1054u);
}

TEST_F(CardTest, VirtualCardsLeaveTheWorkUndone) {
  const std::vector<net::Packet> received = Pass({.is_virtual = true});
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].info().checksum, net::PacketInfo::Checksum::kPartial);
  EXPECT_EQ(received[0].info().segment_size, 1000u);
  EXPECT_EQ(received[0].size(), 2555u);
}

TEST_F(CardTest, WithoutBuffersFramesAreDroppedAndCounted) {
  std::vector<net::Buffer> taken;
  world_.At(Instant{1}, [&] {
    while (net::Buffer buffer = context_.buffers().Take()) taken.push_back(std::move(buffer));
  });
  const std::vector<net::Packet> received = Pass({});
  EXPECT_TRUE(received.empty());
  EXPECT_EQ(right_->ReadCounters().receive_drops, 3u);
  EXPECT_EQ(context_.packets().free_count(), context_.packets().count());
}

}  // namespace
}  // namespace sim
