#include "net/stack/stack.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/link/loopback.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/timers.h"
#include "net/wire/ethernet.h"

namespace net {
namespace {

using kernel::Instant;

// Sends each packet back to where it came from.
class Echo final : public FrameReceiver {
 public:
  void Receive(Packet& packet, const FrameReceived& frame) override {
    ++count;
    if (answers) EXPECT_TRUE(frame.interface->Send(std::move(packet), TestDevice::kMac, wire::EtherType::kIpv4));
  }

  int count = 0;
  bool answers = true;
};

class StackTest : public testing::Test {
 protected:
  void Put(TestDevice& device) {
    Packet packet = context_.PacketOf(std::vector<std::byte>(46));
    const wire::Ethernet header = {.destination = TestDevice::kMac, .source = {}, .type = wire::EtherType::kIpv4};
    header.Write(packet.Prepend(header.size()));
    device.Put(std::move(packet));
  }

  TestContext context_;
  TestDevice device_;
  Interface interface_{context_, device_, {}};
  Stack stack_{context_};
  Echo echo_;
};

TEST_F(StackTest, ATurnReceivesAnswersAndFlushesOnce) {
  interface_.Register(wire::EtherType::kIpv4, echo_);
  stack_.Add(interface_);
  for (int i = 0; i < 3; ++i) Put(device_);
  context_.TakeWakeUp();
  EXPECT_EQ(stack_.Poll({5}), kernel::kNever);
  EXPECT_EQ(context_->now(), Instant{5});
  EXPECT_EQ(device_.waiting(), 3u);
  EXPECT_EQ(device_.flushes(), 1u);
  EXPECT_FALSE(context_.TakeWakeUp()) << "the turn itself flushes";
}

TEST_F(StackTest, AllInterfacesArePolled) {
  TestDevice other_device;
  Interface other(context_, other_device, {.index = 2});
  interface_.Register(wire::EtherType::kIpv4, echo_);
  other.Register(wire::EtherType::kIpv4, echo_);
  stack_.Add(interface_);
  stack_.Add(other);
  Put(device_);
  Put(other_device);
  stack_.Poll({1});
  EXPECT_EQ(device_.waiting(), 1u);
  EXPECT_EQ(other_device.waiting(), 1u);
}

TEST_F(StackTest, MoreThanABatchWantsAnotherTurnAtOnce) {
  interface_.Register(wire::EtherType::kIpv4, echo_);
  stack_.Add(interface_);
  for (int i = 0; i < 33; ++i) Put(device_);
  EXPECT_EQ(stack_.Poll({7}), Instant{7});
  EXPECT_EQ(stack_.Poll({7}), kernel::kNever);
  EXPECT_EQ(echo_.count, 33);
}

struct Alarm {
  Timer timer{[](Timer& timer, Instant now) {
    Alarm& alarm = *reinterpret_cast<Alarm*>(&timer);
    alarm.rang.push_back(now);
  }};
  std::vector<Instant> rang;
};

TEST_F(StackTest, TimersRunWhenDueAndTheNextDeadlineIsReturned) {
  Alarm soon, late;
  context_->timers().Start(soon.timer, {100});
  context_->timers().Start(late.timer, {200});
  EXPECT_EQ(stack_.Poll({50}), Instant{100});
  EXPECT_EQ(stack_.Poll({150}), Instant{200});
  EXPECT_EQ(soon.rang, (std::vector{Instant{150}}));
  EXPECT_TRUE(late.rang.empty());
  EXPECT_EQ(stack_.Poll({200}), kernel::kNever);
}

TEST_F(StackTest, ATurnsTimersAreBounded) {
  std::vector<Alarm> alarms(300);
  for (Alarm& alarm : alarms) context_->timers().Start(alarm.timer, {10});
  EXPECT_LE(stack_.Poll({10}), Instant{10}) << "more is to do at once";
  EXPECT_EQ(context_->timers().running(), 300u - 256u);
  EXPECT_EQ(stack_.Poll({10}), kernel::kNever);
}

TEST_F(StackTest, WhatALoopbackGivesBackIsReceivedInAnotherTurn) {
  link::Loopback device(8);
  Interface loopback(context_, device, {.index = 2, .is_loopback = true});
  echo_.answers = false;
  loopback.Register(wire::EtherType::kIpv4, echo_);
  stack_.Add(loopback);
  ASSERT_TRUE(loopback.Send(context_.PacketOf({}), loopback.mac(), wire::EtherType::kIpv4));
  EXPECT_EQ(stack_.Poll({1}), Instant{1}) << "it was sent now, and nobody else says that it came";
  EXPECT_EQ(stack_.Poll({1}), kernel::kNever);
  EXPECT_EQ(echo_.count, 1);
}

}  // namespace
}  // namespace net
