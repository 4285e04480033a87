#include "drivers/net/cdc_ecm/cdc_ecm.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb/model_controller.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::cdc_ecm {
namespace {

using kernel::Duration;
using usb::Bytes;
using usb::Fault;
using usb::MakeBytes;
using usb::ModelDevice;
using usb::Setup;

constexpr net::MacAddress kMac = {
    {std::byte{0x02}, std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}}};
constexpr std::size_t kBuffers = 128;
constexpr std::size_t kBufferSize = 2048;

// An adapter, with RNDIS in a first configuration as QEMU's has it, that sends back what it gets.
class Adapter final : public ModelDevice {
 public:
  Adapter() {
    speed = usb::Speed::kFull;
    device_descriptor = MakeBytes({18, 1, 0, 2, 2, 0, 0, 64, 0x25, 5, 0xa2, 0xa4, 0, 0, 1, 2, 10, 2});
    configurations = {
        MakeBytes({9, 2, 25, 0, 1, 2, 0, 0xc0, 50, 9, 4, 0, 0, 1, 2, 2, 0xff, 0, 7, 5, 0x81, 3, 16, 0, 1}),
        MakeBytes({9,  2,    80,   0,    2,  1,  0,    0xc0, 50,                    //
                   9,  4,    0,    0,    1,  2,  6,    0,    0,                     //
                   5,  0x24, 0,    0x10, 1,  5,  0x24, 6,    0,    1,               //
                   13, 0x24, 15,   3,    0,  0,  0,    0,    0xea, 5,    0, 0,  0,  //
                   7,  5,    0x81, 3,    16, 0,  1,                                 //
                   9,  4,    1,    0,    0,  10, 0,    0,    0,                     //
                   9,  4,    1,    1,    2,  10, 0,    0,    0,                     //
                   7,  5,    0x82, 2,    64, 0,  0,    7,    5,    0x02, 2, 64, 0, 0}),
    };
    configurations[1][2] = static_cast<std::byte>(configurations[1].size());
    strings[3] = usb::MakeString("405400123456");
  }

  std::deque<Bytes> frames;         // whole ones, to be sent back
  std::deque<Bytes> notifications;  // to be told
  std::optional<std::uint16_t> filter;
  bool knows_filter = false;

 protected:
  bool OnControlOut(const Setup& setup, std::span<const std::byte>) override {
    if (setup.request != 0x43 || !knows_filter) return false;
    filter = setup.value;
    return true;
  }
  bool OnPacket(std::uint8_t, std::span<const std::byte> bytes) override {
    if (alternates[1] != 1) Complain("data before the setting that has endpoints");
    if (frames.size() > 8) return false;
    coming_.insert(coming_.end(), bytes.begin(), bytes.end());
    if (bytes.size() == 64) return true;
    frames.push_back(coming_);
    coming_.clear();
    return true;
  }
  std::optional<Bytes> NextPacket(std::uint8_t endpoint) override {
    if (endpoint == 1) {
      if (notifications.empty()) return std::nullopt;
      const Bytes told = notifications.front();
      notifications.pop_front();
      return told;
    }
    if (frames.empty()) return std::nullopt;
    const Bytes& frame = frames.front();
    const std::size_t size = std::min<std::size_t>(frame.size() - gone_, 64);
    const auto from = frame.begin() + static_cast<std::ptrdiff_t>(gone_);
    Bytes packet(from, from + static_cast<std::ptrdiff_t>(size));
    gone_ += size;
    if (size < 64) {
      frames.pop_front();
      gone_ = 0;
    }
    return packet;
  }
  void OnReset() override {
    coming_.clear();
    frames.clear();
    gone_ = 0;
  }

 private:
  Bytes coming_;
  std::size_t gone_ = 0;
};

class CdcEcmTest : public testing::Test, private kernel::Waker {
 protected:
  CdcEcmTest() { bus_.host.Add(ethernet_); }
  ~CdcEcmTest() override {
    adapter_.is_plugged = false;
    bus_.Run(Duration::Seconds(1));
    EXPECT_EQ(bus_.controller.open_pipes, 0);
    EXPECT_EQ(packets_.free_count(), packets_.count());
    EXPECT_EQ(buffers_.free_count(), buffers_.count());
  }

  void Start() {
    bus_.Plug(adapter_);
    bus_.Start();
    bus_.Run(Duration::Milliseconds(500));
  }
  Bytes FrameOf(std::size_t size) {
    Bytes frame(size);
    for (std::size_t i = 0; i < size; ++i) frame[i] = static_cast<std::byte>(i * 31 + size);
    return frame;
  }
  bool Send(const Bytes& frame) {
    net::Packet packet = packets_.Take();
    net::Buffer buffer = buffers_.Take();
    std::ranges::copy(frame, buffer.data());
    EXPECT_TRUE(packet.Append(std::move(buffer), 0, frame.size()));
    return ethernet_.Transmit(0, std::move(packet));
  }
  std::vector<Bytes> ReceiveAll() {
    std::vector<Bytes> all;
    std::array<net::Packet, 8> packets;
    while (const std::size_t count = ethernet_.Receive(0, packets)) {
      for (net::Packet& packet : std::span(packets).first(count)) {
        Bytes bytes(packet.size());
        packet.CopyTo(0, bytes);
        all.push_back(bytes);
        packet = net::Packet();
      }
      bus_.Run(Duration::Milliseconds(2));
    }
    return all;
  }

  void Wake() override { ++wakes_; }

  int wakes_ = 0;
  std::vector<std::byte> packet_storage_ = std::vector<std::byte>(net::PacketPool::StorageFor(kBuffers));
  std::vector<std::byte> buffer_storage_ = std::vector<std::byte>(net::BufferPool::StorageFor(kBuffers, kBufferSize));
  net::PacketPool packets_{packet_storage_};
  net::BufferPool buffers_{buffer_storage_, kBufferSize};
  std::unique_ptr<CdcEcm::Memory> memory_ = std::make_unique<CdcEcm::Memory>();
  Adapter adapter_;
  usb::ModelBus bus_;
  CdcEcm ethernet_{kMac, *memory_, packets_, buffers_, *this};
};

TEST_F(CdcEcmTest, TheConfigurationThatSpeaksEcmIsChosenAndItsDataInterfaceOpened) {
  EXPECT_FALSE(ethernet_.HasLink());
  Start();
  EXPECT_EQ(adapter_.configuration, 1);
  EXPECT_EQ(adapter_.alternates[1], 1);
  EXPECT_TRUE(ethernet_.HasLink());
  EXPECT_EQ(ethernet_.counters().refused_filter, 1u);  // it stalls the request, as QEMU's does
  EXPECT_EQ(ethernet_.capabilities().mac, kMac);
  EXPECT_TRUE(adapter_.complaints.empty()) << adapter_.complaints.front();
}

TEST_F(CdcEcmTest, FramesOfAllSizesGoOutWholeAndComeBackWhole) {
  Start();
  for (std::size_t size = 60; size <= 1514; ++size) {
    const Bytes frame = FrameOf(size);
    ASSERT_TRUE(Send(frame));
    bus_.Run(Duration::Milliseconds(3));
    const std::vector<Bytes> got = ReceiveAll();
    ASSERT_EQ(got.size(), 1u) << size;
    ASSERT_EQ(got[0], frame) << size;
  }
  EXPECT_EQ(ethernet_.ReadCounters().received_frames, 1455u);
  EXPECT_EQ(ethernet_.ReadCounters().transmitted_frames, 1455u);
  EXPECT_GT(wakes_, 1455);
  EXPECT_TRUE(adapter_.complaints.empty());
}

TEST_F(CdcEcmTest, AnAdapterWithAnotherAddressIsAskedToHearEverything) {
  adapter_.knows_filter = true;
  Start();
  ASSERT_TRUE(adapter_.filter);
  EXPECT_EQ(*adapter_.filter & 1, 1);
}

TEST_F(CdcEcmTest, AnAdapterWithOurAddressHearsWhatIsForUs) {
  adapter_.knows_filter = true;
  adapter_.strings[3] = usb::MakeString("020102030405");
  Start();
  ASSERT_TRUE(adapter_.filter);
  EXPECT_EQ(*adapter_.filter, 0xe);
}

TEST_F(CdcEcmTest, ANotificationTakesTheLinkAwayAndGivesItBack) {
  Start();
  adapter_.notifications.push_back(MakeBytes({0xa1, 0, 0, 0, 0, 0, 0, 0}));
  bus_.Run(Duration::Milliseconds(5));
  EXPECT_FALSE(ethernet_.HasLink());
  EXPECT_EQ(ethernet_.TransmitRoom(0), 0u);
  adapter_.notifications.push_back(MakeBytes({0xa1, 0}));  // too short to say anything
  adapter_.notifications.push_back(MakeBytes({0xa1, 0, 1, 0, 0, 0, 0, 0}));
  bus_.Run(Duration::Milliseconds(5));
  EXPECT_TRUE(ethernet_.HasLink());
}

TEST_F(CdcEcmTest, MoreFramesThanThereIsRoomForAreDroppedAndCounted) {
  EXPECT_FALSE(Send(FrameOf(60)));  // no link
  Start();
  int taken = 0;
  while (ethernet_.TransmitRoom(0) > 0) taken += Send(FrameOf(60)) ? 1 : 0;
  EXPECT_EQ(taken, static_cast<int>(CdcEcm::kSends + CdcEcm::kMostWaiting));
  EXPECT_FALSE(Send(FrameOf(60)));
  EXPECT_EQ(ethernet_.ReadCounters().transmit_drops, 2u);
  std::size_t received = 0;
  for (int i = 0; i < 60; ++i) {
    bus_.Run(Duration::Milliseconds(5));
    received += ReceiveAll().size();
  }
  EXPECT_EQ(received, CdcEcm::kSends + CdcEcm::kMostWaiting);
  EXPECT_EQ(packets_.free_count(), packets_.count());
}

TEST_F(CdcEcmTest, FramesThatWaitGoInTheirOrderAndWithTheAdapterTheyGo) {
  Start();
  for (std::size_t i = 0; i < 30; ++i) ASSERT_TRUE(Send(FrameOf(100 + i)));
  std::vector<Bytes> got;
  for (int i = 0; i < 40; ++i) {
    bus_.Run(Duration::Milliseconds(5));
    for (Bytes& frame : ReceiveAll()) got.push_back(std::move(frame));
  }
  ASSERT_EQ(got.size(), 30u);
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], FrameOf(100 + i));
  for (std::size_t i = 0; i < 30; ++i) ASSERT_TRUE(Send(FrameOf(60)));
  adapter_.is_plugged = false;
  bus_.Run(Duration::Milliseconds(600));
  EXPECT_EQ(packets_.free_count(), packets_.count());
  EXPECT_EQ(ethernet_.ReadCounters().transmit_drops + ethernet_.ReadCounters().transmitted_frames, 60u);
}

TEST_F(CdcEcmTest, TheCableMayFlapAThousandTimes) {
  Start();
  for (int i = 0; i < 1000; ++i) {
    adapter_.notifications.push_back(MakeBytes({0xa1, 0, 0, 0, 0, 0, 0, 0}));
    bus_.Run(Duration::Milliseconds(3));
    ASSERT_FALSE(ethernet_.HasLink());
    EXPECT_FALSE(Send(FrameOf(60)));
    adapter_.notifications.push_back(MakeBytes({0xa1, 0, 1, 0, 0, 0, 0, 0}));
    bus_.Run(Duration::Milliseconds(3));
    ASSERT_TRUE(ethernet_.HasLink());
    ASSERT_TRUE(Send(FrameOf(100)));
    bus_.Run(Duration::Milliseconds(3));
    ASSERT_EQ(ReceiveAll().size(), 1u);
  }
  EXPECT_EQ(packets_.free_count(), packets_.count());
  EXPECT_EQ(buffers_.free_count(), buffers_.count());
}

TEST_F(CdcEcmTest, FramesThatAreNoneAreCountedAndTheReceiverGoesOn) {
  Start();
  adapter_.frames.push_back(Bytes(5));
  adapter_.frames.push_back(Bytes(1600));
  adapter_.frames.push_back(FrameOf(99));
  bus_.Run(Duration::Milliseconds(5));
  EXPECT_EQ(ReceiveAll().size(), 1u);
  EXPECT_EQ(ethernet_.ReadCounters().receive_errors, 2u);
}

TEST_F(CdcEcmTest, EveryFaultAtEveryTransactionIsSurvivedAndPullingItOutMendsIt) {
  for (const Fault fault : {Fault::kDeaf, Fault::kDead, Fault::kNak, Fault::kStall, Fault::kShort, Fault::kLong,
                            Fault::kWrongToggle, Fault::kGarbage, Fault::kUnplug}) {
    for (int at = 0; at < 70; ++at) {
      SCOPED_TRACE(testing::Message() << "fault " << static_cast<int>(fault) << " at " << at);
      adapter_.transactions = 0;
      adapter_.faults = {{at, fault}};
      if (at == 0 && fault == Fault::kDeaf) bus_.Start();
      bus_.Plug(adapter_);
      bus_.Run(Duration::Milliseconds(600));
      for (int i = 0; i < 4 && ethernet_.TransmitRoom(0) > 0; ++i) (void)Send(FrameOf(700));
      bus_.Run(Duration::Milliseconds(60));
      (void)ReceiveAll();
      adapter_.is_plugged = false;
      bus_.Run(Duration::Milliseconds(600));
      EXPECT_FALSE(ethernet_.HasLink());
      EXPECT_EQ(bus_.controller.open_pipes, 0);
      adapter_.faults.clear();
      bus_.Plug(adapter_);
      bus_.Run(Duration::Milliseconds(600));
      ASSERT_TRUE(ethernet_.HasLink());
      const Bytes frame = FrameOf(800);
      ASSERT_TRUE(Send(frame));
      bus_.Run(Duration::Milliseconds(5));
      const std::vector<Bytes> got = ReceiveAll();
      ASSERT_EQ(got.size(), 1u);
      EXPECT_EQ(got[0], frame);
      adapter_.is_plugged = false;
      bus_.Run(Duration::Milliseconds(300));
    }
  }
}

TEST(ParseMac, TwelveDigitsAreAnAddressAndNothingElseIs) {
  const auto parse = [](std::string_view text) { return ParseMac(std::span(text.data(), text.size())); };
  ASSERT_TRUE(parse("02Ab00cD1234"));
  EXPECT_EQ(parse("02Ab00cD1234")->bytes[1], std::byte{0xab});
  EXPECT_FALSE(parse("02AB00CD123"));
  EXPECT_FALSE(parse("02AB00CD12345"));
  EXPECT_FALSE(parse("02AB00CD123?"));
  EXPECT_FALSE(parse(""));
}

}  // namespace
}  // namespace drivers::cdc_ecm
