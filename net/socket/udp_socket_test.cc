#include "net/socket/udp_socket.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/resumption.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "kernel/base/when.h"
#include "net/ip/ip.h"
#include "net/ip/test_ip.h"
#include "net/socket/time.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/udp.h"

namespace net::socket {
namespace {

using kernel::Duration;
using kernel::Error;
using kernel::Executor;
using kernel::Instant;
using kernel::Result;
using kernel::Task;

class UdpSocketTest : public testing::Test {
 protected:
  UdpSocketTest() { EXPECT_TRUE(socket_.Bind({{}, 7})); }

  void Deliver(std::uint8_t content) {
    Packet packet = context_.PacketOf(std::array{std::byte{content}});
    wire::Udp{.source_port = 1000, .destination_port = 7, .size = 9}.Write(packet.Prepend(8));
    ip_.Deliver(wire::IpProtocol::kUdp, std::move(packet), {.source = TestIp::kPeer4, .destination = TestIp::kOurs4});
  }
  void RunTurns() {
    while (executor_.RunTurn()) {
    }
  }

  // What a datagram contains, or what went wrong instead.
  static Task<void> ReceiveInto(UdpSocket& socket, std::vector<Result<int>>& results,
                                Instant deadline = kernel::kNever) {
    const auto datagram = co_await socket.Receive(deadline);
    if (datagram) {
      results.push_back(static_cast<int>(BytesOf(datagram->payload).at(0)));
    } else {
      results.push_back(kernel::Fail(datagram.error()));
    }
  }

  TestContext context_;
  TestIp ip_;
  std::array<udp::Socket*, 16> buckets_ = {};
  udp::Udp udp_{context_, ip_, buckets_};
  UdpSocket socket_{udp_};
  Executor executor_;
  std::vector<Result<int>> results_;
};

TEST_F(UdpSocketTest, AReceiverWaitsForADatagram) {
  Task<void> task = ReceiveInto(socket_, results_);
  task.Start(executor_);
  RunTurns();
  EXPECT_TRUE(results_.empty());
  Deliver(5);
  RunTurns();
  EXPECT_EQ(results_, (std::vector<Result<int>>{5}));
}

TEST_F(UdpSocketTest, WhatIsThereIsReceivedAtOnce) {
  Deliver(5);
  Task<void> task = ReceiveInto(socket_, results_);
  task.Start(executor_);
  EXPECT_TRUE(executor_.RunTurn());
  EXPECT_EQ(results_, (std::vector<Result<int>>{5}));
}

TEST_F(UdpSocketTest, WhoCameFirstReceivesFirst) {
  Task<void> first = ReceiveInto(socket_, results_);
  Task<void> second = ReceiveInto(socket_, results_);
  first.Start(executor_);
  second.Start(executor_);
  RunTurns();
  Deliver(1);
  Deliver(2);
  Task<void> third = ReceiveInto(socket_, results_);
  third.Start(executor_);  // must not take what the first was called for
  RunTurns();
  EXPECT_EQ(results_, (std::vector<Result<int>>{1, 2}));
  Deliver(3);
  RunTurns();
  EXPECT_EQ(results_.size(), 3u);
}

TEST_F(UdpSocketTest, AReceiverThatIsCancelledTakesNothing) {
  Task<void> first = ReceiveInto(socket_, results_);
  Task<void> second = ReceiveInto(socket_, results_);
  first.Start(executor_);
  second.Start(executor_);
  RunTurns();
  Deliver(1);
  first = {};  // it was called already, and did not come
  RunTurns();
  EXPECT_EQ(results_, (std::vector<Result<int>>{1}));
  EXPECT_TRUE(second.IsDone());
}

TEST_F(UdpSocketTest, AReceiverWithADeadlineGivesUpInTheStacksTime) {
  const Instant deadline = context_->now() + Duration::Seconds(3);
  Task<void> task = ReceiveInto(socket_, results_, deadline);
  Task<void> other = ReceiveInto(socket_, results_);
  task.Start(executor_);
  other.Start(executor_);
  RunTurns();
  context_.Advance(Duration::Milliseconds(2999));
  RunTurns();
  EXPECT_TRUE(results_.empty());
  context_.Advance(Duration::Milliseconds(1));
  RunTurns();
  EXPECT_EQ(results_, (std::vector<Result<int>>{kernel::Fail(Error::kTimedOut)}));
  Deliver(4);
  RunTurns();
  EXPECT_EQ(results_.back(), Result<int>(4));
  EXPECT_EQ(context_->timers().running(), 0u);
}

TEST_F(UdpSocketTest, AnAnswerGoesBackWithoutACopy) {
  const auto echo = [](UdpSocket& socket) -> Task<void> {
    auto datagram = co_await socket.Receive();
    EXPECT_TRUE(socket.SendTo(std::move(datagram->payload), datagram->source));
  };
  Task<void> task = echo(socket_);
  task.Start(executor_);
  RunTurns();
  Deliver(9);
  const std::size_t free_buffers = context_.buffers().free_count();
  RunTurns();
  EXPECT_EQ(context_.buffers().free_count(), free_buffers);
  ASSERT_EQ(ip_.sent.size(), 1u);
  EXPECT_EQ(ip_.sent[0].send.destination, IpAddress(TestIp::kPeer4));
  EXPECT_EQ(BytesOf(ip_.sent[0].packet).back(), std::byte{9});
}

TEST_F(UdpSocketTest, BytesAreCopiedOnceAndWithoutMemoryRefused) {
  const std::vector<std::byte> bytes(5000, std::byte{3});
  EXPECT_TRUE(socket_.SendTo(bytes, {TestIp::kPeer4, 9}));
  EXPECT_EQ(ip_.sent[0].packet.size(), 5008u);
  std::vector<Buffer> hoard;
  while (Buffer buffer = context_.buffers().Take()) hoard.push_back(std::move(buffer));
  EXPECT_EQ(socket_.SendTo(bytes, {TestIp::kPeer4, 9}).error(), Error::kOutOfMemory);
}

TEST_F(UdpSocketTest, SleepAndDeadlinesFollowTheStacksTime) {
  Context& context = context_;
  int slept = 0;
  const auto sleeper = [&]() -> Task<void> {
    co_await Sleep(context, Duration::Seconds(5));
    ++slept;
  };
  const auto receiver = [&]() -> Task<Result<int>> {
    const auto datagram = co_await socket_.Receive();
    co_return static_cast<int>(BytesOf(datagram->payload).at(0));
  };
  const auto limited = [&]() -> Task<void> {
    results_.push_back(co_await WithTimeout(context, receiver(), Duration::Seconds(2)));
    results_.push_back(co_await WithTimeout(context, receiver(), Duration::Seconds(2)));
  };
  Task<void> first = sleeper();
  Task<void> second = limited();
  first.Start(executor_);
  second.Start(executor_);
  RunTurns();
  context_.Advance(Duration::Seconds(2));
  RunTurns();
  Deliver(6);
  RunTurns();
  EXPECT_EQ(results_, (std::vector<Result<int>>{kernel::Fail(Error::kTimedOut), 6}));
  context_.Advance(Duration::Seconds(3));
  RunTurns();
  EXPECT_EQ(slept, 1);
  EXPECT_EQ(context_->timers().running(), 0u);
}

}  // namespace
}  // namespace net::socket
