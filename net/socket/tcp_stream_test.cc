#include "net/socket/tcp_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
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
#include "net/context.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/socket/connect.h"
#include "net/socket/tcp_listener.h"
#include "net/socket/test_host.h"
#include "net/socket/time.h"
#include "net/tcp/tcp.h"
#include "net/test_context.h"
#include "net/wire/address.h"

namespace net::socket {
namespace {

using kernel::Duration;
using kernel::Error;
using kernel::Result;
using kernel::Task;

constexpr std::uint16_t kPort = 80;

class TcpStreamTest : public testing::Test {
 protected:
  Context& context() { return host_.context(); }
  kernel::Instant In(Duration duration) { return context().now() + duration; }

  // Runs both to their end.
  template <typename First, typename Second>
  void RunBoth(First first, Second second) {
    Task<void> one = first();
    Task<void> other = second();
    one.Start(host_.executor());
    other.Start(host_.executor());
    ASSERT_TRUE(host_.RunUntil([&] { return one.IsDone() && other.IsDone(); }));
  }

  static std::vector<std::byte> Bytes(std::size_t size) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 2654435761u >> 11);
    return bytes;
  }

  TestHost host_;
  TcpListener listener_ = *TcpListener::Listen(host_.context(), host_.tcp(), {{}, kPort});
};

TEST_F(TcpStreamTest, AClientAndAServerTalkAndEnd) {
  std::vector<std::byte> heard;
  std::vector<std::byte> answered;
  const auto server = [&]() -> Task<void> {
    auto stream = co_await listener_.Accept();
    std::array<std::byte, 4> buffer;
    for (;;) {
      const auto count = co_await stream->Read(buffer);
      EXPECT_TRUE(count);
      if (!count || *count == 0) break;
      heard.insert(heard.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    }
    EXPECT_TRUE(co_await stream->Write(heard));  // the other direction goes on
  };
  const auto client = [&]() -> Task<void> {
    auto stream = co_await Connect(context(), host_.tcp(), {TestHost::kHere, kPort});
    EXPECT_TRUE(stream);
    const auto question = Bytes(10);
    EXPECT_TRUE(co_await stream->Write(question));
    stream->ShutDownWrite();
    EXPECT_EQ((co_await stream->Write(question)).error(), Error::kClosed);
    std::array<std::byte, 64> buffer;
    while (const auto count = co_await stream->Read(buffer)) {
      if (*count == 0) break;
      answered.insert(answered.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    }
  };
  RunBoth(server, client);
  EXPECT_EQ(heard, Bytes(10));
  EXPECT_EQ(answered, Bytes(10));
}

TEST_F(TcpStreamTest, AWriterWaitsForASlowReader) {
  const auto all = Bytes(3'000'000);
  std::size_t received = 0;
  bool was_written = false;
  const auto server = [&]() -> Task<void> {
    auto stream = co_await listener_.Accept();
    co_await Sleep(context(), Duration::Seconds(5));
    EXPECT_FALSE(was_written);
    for (;;) {
      auto packet = co_await stream->ReadPacket();
      EXPECT_TRUE(packet);
      if (!packet || !*packet) break;
      for (const std::byte byte : BytesOf(*packet)) {
        if (byte != all[received]) co_return;
        ++received;
      }
    }
  };
  const auto client = [&]() -> Task<void> {
    auto stream = co_await Connect(context(), host_.tcp(), {TestHost::kHere, kPort});
    EXPECT_TRUE(co_await stream->Write(all));
    was_written = true;
  };
  RunBoth(server, client);
  EXPECT_EQ(received, all.size());
}

TEST_F(TcpStreamTest, ABufferIsSentAndReceivedWithoutACopy) {
  const std::byte* sent = nullptr;
  const std::byte* received = nullptr;
  const auto server = [&]() -> Task<void> {
    auto stream = co_await listener_.Accept();
    auto packet = co_await stream->ReadPacket();
    EXPECT_TRUE(packet && *packet);
    if (packet && *packet) received = packet->slices()[0].bytes().data();
  };
  const auto client = [&]() -> Task<void> {
    auto stream = co_await Connect(context(), host_.tcp(), {TestHost::kHere, kPort});
    Buffer buffer = context().buffers().Take();
    sent = buffer.data();
    EXPECT_TRUE(co_await stream->WriteBuffer(std::move(buffer), 0, 1000));
  };
  RunBoth(server, client);
  EXPECT_NE(sent, nullptr);
  EXPECT_EQ(sent, received);
}

TEST_F(TcpStreamTest, ReadersAndAcceptorsGiveUpAtTheirDeadline) {
  const auto server = [&]() -> Task<void> {
    EXPECT_EQ((co_await listener_.Accept(In(Duration::Seconds(1)))).error(), Error::kTimedOut);
    auto stream = co_await listener_.Accept();
    std::array<std::byte, 4> buffer;
    EXPECT_EQ((co_await stream->Read(buffer, In(Duration::Seconds(2)))).error(), Error::kTimedOut);
    EXPECT_EQ(*co_await stream->Read(buffer), 4u);
  };
  const auto client = [&]() -> Task<void> {
    co_await Sleep(context(), Duration::Seconds(2));
    auto stream = co_await Connect(context(), host_.tcp(), {TestHost::kHere, kPort});
    co_await Sleep(context(), Duration::Seconds(4));
    const auto bytes = Bytes(4);
    EXPECT_TRUE(co_await stream->Write(bytes));
  };
  RunBoth(server, client);
}

TEST_F(TcpStreamTest, AResetReachesReadersAndWriters) {
  const auto server = [&]() -> Task<void> {
    auto stream = co_await listener_.Accept();
    stream->Abort();
    std::array<std::byte, 4> buffer;
    EXPECT_EQ((co_await stream->Read(buffer)).error(), Error::kClosed);
  };
  const auto client = [&]() -> Task<void> {
    auto stream = co_await Connect(context(), host_.tcp(), {TestHost::kHere, kPort});
    std::array<std::byte, 4> buffer;
    EXPECT_EQ((co_await stream->Read(buffer)).error(), Error::kReset);
    EXPECT_EQ((co_await stream->Write(buffer)).error(), Error::kReset);
  };
  RunBoth(server, client);
}

TEST_F(TcpStreamTest, AClosedPortRefuses) {
  std::optional<Error> error;
  const auto client = [&]() -> Task<void> {
    error = (co_await Connect(context(), host_.tcp(), {TestHost::kHere, 81})).error();
  };
  RunBoth(client, []() -> Task<void> { co_return; });
  EXPECT_EQ(error, Error::kRefused);
}

TEST_F(TcpStreamTest, OfSeveralAddressesTheFirstThatAnswersIsTaken) {
  const std::array<IpAddress, 3> addresses = {Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1), Ipv4Address::Of(203, 0, 113, 1),
                                              TestHost::kHere};
  std::optional<Endpoint> remote;
  const auto client = [&]() -> Task<void> {
    auto stream = co_await ConnectToAny(context(), host_.tcp(), addresses, kPort);
    if (stream) remote = stream->connection().remote();
  };
  const auto server = [&]() -> Task<void> { EXPECT_TRUE(co_await listener_.Accept()); };
  RunBoth(client, server);
  EXPECT_EQ(remote, (Endpoint{TestHost::kHere, kPort}));

  std::optional<Error> error;
  const auto nobody = [&]() -> Task<void> {
    error = (co_await ConnectToAny(context(), host_.tcp(), addresses, 81)).error();
    EXPECT_EQ((co_await ConnectToAny(context(), host_.tcp(), {}, 81)).error(), Error::kInvalidArgument);
  };
  RunBoth(nobody, []() -> Task<void> { co_return; });
  EXPECT_EQ(error, Error::kRefused);
}

TEST_F(TcpStreamTest, ACancelledReaderTakesNothing) {
  const auto client = [&]() -> Task<void> {
    auto stream = co_await Connect(context(), host_.tcp(), {TestHost::kHere, kPort});
    const auto bytes = Bytes(4);
    EXPECT_TRUE(co_await stream->Write(bytes));
    co_await Sleep(context(), Duration::Seconds(3));
  };
  const auto server = [&]() -> Task<void> {
    auto stream = co_await listener_.Accept();
    std::array<std::byte, 4> buffer;
    const auto read = [&]() -> Task<Result<std::size_t>> {
      co_await Sleep(context(), Duration::Seconds(10));
      co_return co_await stream->Read(buffer);
    };
    EXPECT_EQ((co_await WithTimeout(context(), read(), Duration::Seconds(1))).error(), Error::kTimedOut);
    EXPECT_EQ(*co_await stream->Read(buffer), 4u);
  };
  RunBoth(client, server);
}

}  // namespace
}  // namespace net::socket
