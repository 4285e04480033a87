#include "testing/models/usbredir/redirection.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "testing/models/usb/device.h"
#include "testing/models/usbredir/messages.h"

namespace usbredir {
namespace {

// Two bulk endpoints and one for interrupts, filled by the test.
class Plain final : public models::Device {
 public:
  Plain()
      : Device({.vendor = 0x1234,
                .product = 0x5678,
                .version = 0x0100,
                .device_class = 0xff,
                .interface_class = 0xff,
                .interface_protocol = 1,
                .endpoints = {{.address = 0x81, .type = 2, .packet_size = 512, .interval = 0},
                              {.address = 0x02, .type = 2, .packet_size = 512, .interval = 0},
                              {.address = 0x83, .type = 3, .packet_size = 16, .interval = 4}}}) {}

  std::deque<models::Bytes> in;
  std::vector<models::Bytes> out;
  bool has_interrupt = false;
  int resets = 0;

 private:
  void OnReset() override { ++resets; }
  std::optional<models::Bytes> OnVendorRequest(const models::Setup& setup, std::span<const std::byte> data) override {
    if (setup.request == 1) return models::Bytes(data.begin(), data.end());
    if (setup.request == 2) return models::Bytes(10, std::byte{7});
    return std::nullopt;
  }
  models::InPacket OnIn(std::uint8_t endpoint) override {
    if (endpoint == 0x83) {
      return {.answer = has_interrupt ? models::Answer::kAck : models::Answer::kNak, .data = models::Bytes(4)};
    }
    if (in.empty()) return {};
    models::InPacket packet = {.answer = models::Answer::kAck, .data = in.front()};
    in.pop_front();
    return packet;
  }
  models::Answer OnOut(std::uint8_t, std::span<const std::byte> data) override {
    out.emplace_back(data.begin(), data.end());
    return models::Answer::kAck;
  }
};

class RedirectionTest : public testing::Test {
 protected:
  void SayHello(std::uint32_t capabilities = ~0u) {
    Builder hello;
    hello.Zeros(64).U32(capabilities);
    ASSERT_TRUE(redirection_.Receive(Encode({.type = Type::kHello, .id = 0, .body = hello.Take()}, false)));
    are_64_ = (capabilities & kIds64Bits) != 0;
  }

  bool Say(Type type, Bytes body, std::uint64_t id = 1) {
    return redirection_.Receive(Encode({.type = type, .id = id, .body = std::move(body)}, are_64_));
  }

  void Configure() {
    ASSERT_TRUE(Say(Type::kSetConfiguration, Builder().U8(1).Take()));
    heard_.clear();
  }

  bool AskIn(std::size_t size, std::uint64_t id) {
    return Say(Type::kBulkPacket, Builder().U8(0x81).U8(0).U16(size).U32(0).U16(size >> 16).Take(), id);
  }

  std::vector<Type> TypesHeard() const {
    std::vector<Type> types;
    for (const Message& message : heard_) types.push_back(message.type);
    return types;
  }

  std::vector<Message> heard_;
  bool are_64_ = false;
  Reader reader_;
  Plain device_;
  Redirection redirection_{device_, [this](std::span<const std::byte> bytes) {
                             ASSERT_TRUE(reader_.Add(bytes));
                             while (auto message = reader_.Next()) {
                               if (message->type == Type::kHello) reader_.SetIds64Bits(true);
                               heard_.push_back(*std::move(message));
                             }
                           }};
};

TEST_F(RedirectionTest, TheDeviceIsAnnouncedInTheOrderThatQemuWants) {
  SayHello();
  EXPECT_EQ(TypesHeard(), (std::vector{Type::kHello, Type::kEndpointInfo, Type::kInterfaceInfo, Type::kDeviceConnect}));
  const Bytes& endpoints = heard_[1].body;
  ASSERT_EQ(endpoints.size(), 32u * 5);
  EXPECT_EQ(endpoints[17], std::byte{2});  // IN 1: bulk
  EXPECT_EQ(endpoints[19], std::byte{3});  // IN 3: interrupt
  EXPECT_EQ(endpoints[18], std::byte{255});
  EXPECT_EQ(endpoints[96 + 2 * 17 + 1], std::byte{2});  // 512 bytes
  ASSERT_EQ(heard_[3].body.size(), 10u);
  EXPECT_EQ(heard_[3].body[0], std::byte{2});  // high speed
}

TEST_F(RedirectionTest, RequestsAreAnsweredOrStall) {
  SayHello();
  heard_.clear();
  ASSERT_TRUE(Say(Type::kControlPacket, Builder().U8(0x80).U8(2).U8(0xc0).U8(0).U16(0).U16(0).U16(4).Take(), 77));
  ASSERT_EQ(heard_.size(), 1u);
  EXPECT_EQ(heard_[0].id, 77u);
  EXPECT_EQ(heard_[0].body.size(), 10u + 4);  // no more than asked for
  ASSERT_TRUE(Say(Type::kControlPacket, Builder().U8(0x80).U8(9).U8(0xc0).U8(0).U16(0).U16(0).U16(4).Take()));
  EXPECT_EQ(heard_[1].body[3], static_cast<std::byte>(Status::kStall));
}

TEST_F(RedirectionTest, AShortPacketEndsATransferAndTheRestGoesToTheNext) {
  SayHello();
  Configure();
  ASSERT_TRUE(AskIn(2048, 5));
  ASSERT_TRUE(AskIn(1024, 6));
  EXPECT_TRUE(heard_.empty());  // NAK
  device_.in = {models::Bytes(512), models::Bytes(512)};
  redirection_.Poll();
  EXPECT_TRUE(heard_.empty());  // not full, and nothing short
  device_.in = {models::Bytes(100), models::Bytes(512), models::Bytes(512)};
  redirection_.Poll();
  ASSERT_EQ(heard_.size(), 2u);
  EXPECT_EQ(heard_[0].id, 5u);
  EXPECT_EQ(heard_[0].body.size(), 10u + 1124);
  EXPECT_EQ(heard_[1].id, 6u);
  EXPECT_EQ(heard_[1].body.size(), 10u + 1024);
}

TEST_F(RedirectionTest, AnEmptyPacketBehindWholeOnesIsSaidToAControllerThatAsksForTheRest) {
  SayHello();
  Configure();
  ASSERT_TRUE(AskIn(2048, 5));
  device_.in = {models::Bytes(512), models::Bytes(512), models::Bytes(0), models::Bytes(512), models::Bytes(9)};
  redirection_.Poll();
  ASSERT_EQ(heard_.size(), 1u);
  EXPECT_EQ(heard_[0].body.size(), 10u + 1024);
  ASSERT_TRUE(AskIn(1024, 6));
  ASSERT_EQ(heard_.size(), 2u);
  EXPECT_EQ(heard_[1].id, 6u);
  EXPECT_EQ(heard_[1].body.size(), 10u);
  EXPECT_EQ(heard_[1].body[1], static_cast<std::byte>(Status::kSuccess));
  ASSERT_TRUE(AskIn(2048, 7));
  ASSERT_EQ(heard_.size(), 3u);
  EXPECT_EQ(heard_[2].body.size(), 10u + 521);
}

TEST_F(RedirectionTest, AResetForgetsAnEmptyPacket) {
  SayHello();
  Configure();
  ASSERT_TRUE(AskIn(1024, 5));
  device_.in = {models::Bytes(512), models::Bytes(0), models::Bytes(9)};
  redirection_.Poll();
  ASSERT_TRUE(Say(Type::kReset, {}));
  Configure();
  ASSERT_TRUE(AskIn(512, 6));
  ASSERT_EQ(heard_.size(), 1u);
  EXPECT_EQ(heard_[0].body.size(), 10u + 9);
}

TEST_F(RedirectionTest, WhatTheHostSendsIsCutIntoPackets) {
  SayHello();
  Configure();
  ASSERT_TRUE(Say(Type::kBulkPacket, Builder().U8(2).U8(0).U16(1300).U32(0).U16(0).Zeros(1300).Take()));
  ASSERT_EQ(device_.out.size(), 3u);
  EXPECT_EQ(device_.out[2].size(), 276u);
  ASSERT_TRUE(Say(Type::kBulkPacket, Builder().U8(2).U8(0).U16(512).U32(0).U16(0).Zeros(512).Take()));
  EXPECT_EQ(device_.out.size(), 4u);  // no empty packet that nobody sent
  ASSERT_TRUE(Say(Type::kBulkPacket, Builder().U8(2).U8(0).U16(0).U32(0).U16(0).Take()));
  ASSERT_EQ(device_.out.size(), 5u);
  EXPECT_TRUE(device_.out[4].empty());
}

TEST_F(RedirectionTest, ARequestThatNoControllerMayMakeIsReported) {
  SayHello();
  Configure();
  ASSERT_TRUE(AskIn(100, 1));
  ASSERT_EQ(redirection_.violations().size(), 1u);
  EXPECT_NE(redirection_.violations()[0].find("multiple"), std::string::npos);
}

TEST_F(RedirectionTest, InterruptsArePolledOnlyWhileTheHostWantsThem) {
  SayHello();
  Configure();
  device_.has_interrupt = true;
  redirection_.PollInterrupts();
  EXPECT_TRUE(heard_.empty());
  ASSERT_TRUE(Say(Type::kStartInterruptReceiving, Builder().U8(0x83).Take()));
  redirection_.PollInterrupts();
  EXPECT_EQ(TypesHeard(), (std::vector{Type::kInterruptReceivingStatus, Type::kInterruptPacket}));
  ASSERT_TRUE(Say(Type::kStopInterruptReceiving, Builder().U8(0x83).Take()));
  redirection_.PollInterrupts();
  EXPECT_EQ(heard_.size(), 3u);
}

TEST_F(RedirectionTest, ACancelledTransferIsAnsweredAsSuchOnce) {
  SayHello();
  Configure();
  ASSERT_TRUE(AskIn(512, 9));
  ASSERT_TRUE(Say(Type::kCancelDataPacket, {}, 9));
  ASSERT_TRUE(Say(Type::kCancelDataPacket, {}, 9));
  ASSERT_EQ(heard_.size(), 1u);
  EXPECT_EQ(heard_[0].body[1], static_cast<std::byte>(Status::kCancelled));
}

TEST_F(RedirectionTest, ADeviceThatWasTakenOutComesBackAfterQemuKnows) {
  SayHello();
  Configure();
  ASSERT_TRUE(AskIn(512, 9));
  redirection_.Unplug();
  redirection_.Plug();
  EXPECT_EQ(TypesHeard(), std::vector{Type::kDeviceDisconnect});
  ASSERT_TRUE(AskIn(512, 10));  // to a device that is gone: nobody answers
  ASSERT_TRUE(Say(Type::kDeviceDisconnectAck, {}));
  EXPECT_EQ(heard_.back().type, Type::kDeviceConnect);
  EXPECT_FALSE(device_.is_configured());
  EXPECT_EQ(device_.resets, 2);
}

TEST_F(RedirectionTest, BeforeItIsTakenOutAllFails) {
  SayHello();
  Configure();
  ASSERT_TRUE(AskIn(512, 9));
  redirection_.Fail();
  ASSERT_TRUE(AskIn(512, 10));
  ASSERT_TRUE(Say(Type::kBulkPacket, Builder().U8(2).U8(0).U16(1).U32(0).U16(0).Zeros(1).Take(), 11));
  ASSERT_TRUE(Say(Type::kControlPacket, Builder().U8(0x80).U8(2).U8(0xc0).U8(0).U16(0).U16(0).U16(4).Take(), 12));
  ASSERT_EQ(heard_.size(), 4u);
  for (std::uint64_t id = 9; id < 12; ++id) {
    EXPECT_EQ(heard_[id - 9].id, id);
    EXPECT_EQ(heard_[id - 9].body[1], static_cast<std::byte>(Status::kIoError));
  }
  EXPECT_EQ(heard_[3].body[3], static_cast<std::byte>(Status::kIoError));
  EXPECT_TRUE(device_.out.empty());
}

TEST_F(RedirectionTest, ASecondHelloEndsTheConnection) {
  SayHello();
  EXPECT_FALSE(Say(Type::kHello, Builder().Zeros(68).Take()));
  EXPECT_FALSE(Say(Type::kReset, {}));  // for ever
}

TEST_F(RedirectionTest, ALengthThatIsNotThatOfTheDataEndsTheConnection) {
  SayHello();
  EXPECT_FALSE(Say(Type::kBulkPacket, Builder().U8(2).U8(0).U16(9).U32(0).U16(0).Zeros(8).Take()));
}

TEST_F(RedirectionTest, AMessageThatIsTooShortEndsTheConnection) {
  SayHello();
  EXPECT_FALSE(Say(Type::kControlPacket, Builder().U8(0).Take()));
}

TEST_F(RedirectionTest, AMessageThatIsTooLongEndsTheConnection) {
  SayHello();
  EXPECT_FALSE(redirection_.Receive(Builder().U32(101).U32(Reader::kLongestBody + 1).U32(0).U32(0).Take()));
}

TEST_F(RedirectionTest, PiecesOfAnySizeMakeMessages) {
  Builder hello;
  hello.Zeros(64).U32(kIds64Bits);
  for (const std::byte byte : Encode({.type = Type::kHello, .id = 0, .body = hello.Take()}, false)) {
    ASSERT_TRUE(redirection_.Receive({&byte, 1}));
  }
  ASSERT_EQ(heard_.size(), 4u);
  EXPECT_EQ(heard_[1].body.size(), 32u * 3);  // without what QEMU did not ask for
  EXPECT_EQ(heard_[3].body.size(), 8u);
}

}  // namespace
}  // namespace usbredir
