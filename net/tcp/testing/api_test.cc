// What programs rely on: readiness, observers, back-pressure, zero copies, memory that runs out.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/tcp/observer.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

using kernel::Error;

class Counting : public Observer {
 public:
  void OnChange() override { ++changes; }
  int Take() { return std::exchange(changes, 0); }
  int changes = 0;
};

class ApiTest : public Script {};

TEST_F(ApiTest, AnObserverHearsOfEachChange) {
  Counting observer;
  Connection connection = Connect();
  connection.SetObserver(&observer);
  Inject({.flags = "SA", .seq = 0, .mss = 1460});
  TakeSent();
  EXPECT_EQ(observer.Take(), 1);
  Inject({.data = "x"});
  EXPECT_EQ(observer.Take(), 1);
  Inject({});  // nothing that concerns the program
  EXPECT_EQ(observer.Take(), 0);
  Inject({.flags = "FA"});
  EXPECT_EQ(observer.Take(), 1);
  Inject({.flags = "R"});
  EXPECT_EQ(observer.Take(), 1);
  connection.SetObserver(nullptr);
  TakeSent();
}

TEST_F(ApiTest, AListenersObserverHearsOfWhoComes) {
  Counting observer;
  Listener listener = Listen();
  listener.SetObserver(&observer);
  SynFromPeer(5000);
  EXPECT_EQ(observer.Take(), 0);
  AckFromPeer();
  EXPECT_EQ(observer.Take(), 1);
  EXPECT_TRUE(listener.CanAccept());
}

TEST_F(ApiTest, AnObserverMayAnswerAtOnce) {
  struct Echo : Observer {
    void OnChange() override {
      std::array<std::byte, 100> bytes;
      while (const kernel::Result<std::size_t> size = connection.Read(bytes)) {
        if (*size == 0) {
          connection = {};
          return;
        }
        (void)connection.Write(std::span(bytes).first(*size));
      }
    }
    Connection connection;
  } echo;
  echo.connection = Establish();
  echo.connection.SetObserver(&echo);
  Inject({.data = "one"});
  Expect({.seq = 1, .ack = 4, .data = "one"});
  ExpectNothing();  // the answer carried the acknowledgment
  PeerAcknowledges();
  Inject({.flags = "FA"});
  Expect({.flags = "FA", .seq = 4, .ack = 5});
  EXPECT_FALSE(echo.connection);
  PeerAcknowledges();
  EXPECT_EQ(tcp->connections(), 0u);
}

TEST_F(ApiTest, AnObserverMayDropTheConnectionThatTellsIt) {
  struct Dropper : Observer {
    void OnChange() override { connection = {}; }
    Connection connection;
  } dropper;
  dropper.connection = Establish();
  dropper.connection.SetObserver(&dropper);
  Inject({.data = "unread"});
  Expect({.flags = "RA"});
  EXPECT_EQ(tcp->connections(), 0u);
}

TEST_F(ApiTest, ReadReturnsWhatIsThere) {
  Connection connection = Establish();
  std::array<std::byte, 4> bytes;
  EXPECT_FALSE(connection.CanRead());
  EXPECT_EQ(connection.Read(bytes).error(), Error::kWouldBlock);
  Inject({.data = "hello"});
  EXPECT_TRUE(connection.CanRead());
  EXPECT_EQ(connection.readable(), 5u);
  EXPECT_EQ(connection.Read(bytes), 4u);
  EXPECT_EQ(connection.Read(bytes), 1u);
  EXPECT_EQ(connection.Read(bytes).error(), Error::kWouldBlock);
  EXPECT_EQ(connection.Read({}), 0u);
}

TEST_F(ApiTest, APacketIsReadWithoutACopy) {
  Connection connection = Establish();
  Inject({.data = "zero copies"});
  kernel::Result<Packet> packet = connection.ReadPacket();
  ASSERT_TRUE(packet.has_value() && *packet);
  EXPECT_EQ(packet->size(), 11u);
  EXPECT_EQ(connection.ReadPacket().error(), Error::kWouldBlock);
  Inject({.flags = "FA"});
  packet = connection.ReadPacket();
  ASSERT_TRUE(packet.has_value());
  EXPECT_FALSE(*packet);
  TakeSent();
}

TEST_F(ApiTest, ABufferIsSentWithoutACopyAndComesBack) {
  Connection connection = Establish();
  const std::size_t free = context.buffers().free_count();
  Buffer buffer = context.buffers().Take();
  const std::byte* const data = buffer.data();
  for (std::size_t i = 0; i < 100; ++i) buffer.data()[i] = static_cast<std::byte>('a' + i % 26);
  ASSERT_TRUE(connection.WriteBuffer(std::move(buffer), 1, 3).has_value());
  EXPECT_EQ(data[1], std::byte{'b'});
  Expect({.seq = 1, .data = "bcd"});
  EXPECT_EQ(context.buffers().free_count(), free - 1);
  PeerAcknowledges();
  EXPECT_EQ(context.buffers().free_count(), free);
}

TEST_F(ApiTest, SmallWritesShareABuffer) {
  peer_window = 10;
  Connection connection = Establish();
  const std::size_t free = context.buffers().free_count();
  for (int i = 0; i < 100; ++i) Write(connection, "0123456789");
  EXPECT_EQ(context.buffers().free_count(), free - 1);
  TakeSent();
}

TEST_F(ApiTest, AWriterIsHeldBackAndWoken) {
  Counting observer;
  Connection connection = Establish();
  connection.SetObserver(&observer);
  const std::string much = Bytes(100'000);
  const kernel::Result<std::size_t> written = connection.Write(std::as_bytes(std::span(much)));
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(*written, 65'536u);
  EXPECT_EQ(connection.writable(), 0u);
  EXPECT_FALSE(connection.CanWrite());
  EXPECT_EQ(connection.Write(std::as_bytes(std::span(much))).error(), Error::kWouldBlock);
  for (int i = 0; i < 100 && observer.changes == 0; ++i) {
    TakeSent();
    PeerAcknowledges();
  }
  EXPECT_GT(observer.changes, 0);
  EXPECT_TRUE(connection.CanWrite());
  TakeSent();
}

TEST_F(ApiTest, WithoutBuffersAWriterWaitsForAClock) {
  Counting observer;
  Connection connection = Establish();
  connection.SetObserver(&observer);
  std::vector<Buffer> all;
  while (Buffer buffer = context.buffers().Take()) all.push_back(std::move(buffer));
  const std::byte byte{};
  EXPECT_EQ(connection.Write({&byte, 1}).error(), Error::kWouldBlock);
  all.clear();
  Advance(Duration::Milliseconds(20));
  EXPECT_GT(observer.changes, 0);
  EXPECT_EQ(connection.Write({&byte, 1}), 1u);
  TakeSent();
}

// As a program does: it writes when it hears of something.
class Writing : public Observer {
 public:
  void OnChange() override {
    const std::byte byte{};
    if (connection.CanWrite()) has_written = connection.Write({&byte, 1}).has_value();
  }
  Connection connection;
  bool has_written = false;
};

TEST_F(ApiTest, AWriterThatFoundNoBufferAgainAndAgainIsWokenInTheEnd) {
  Writing writer;
  writer.connection = Establish();
  writer.connection.SetObserver(&writer);
  std::vector<Buffer> all;
  while (Buffer buffer = context.buffers().Take()) all.push_back(std::move(buffer));
  writer.OnChange();
  Advance(Duration::Seconds(1));
  EXPECT_FALSE(writer.has_written);
  all.clear();
  Advance(Duration::Milliseconds(100));
  EXPECT_TRUE(writer.has_written);
  TakeSent();
}

TEST_F(ApiTest, WithoutPacketsNothingBreaks) {
  Connection connection = Establish();
  std::vector<Packet> all;
  while (Packet packet = context.packets().Take()) all.push_back(std::move(packet));
  Write(connection, "patience");
  Advance(Duration::Milliseconds(50));
  ExpectNothing();
  all.clear();
  Advance(Duration::Milliseconds(50));
  Expect({.seq = 1, .data = "patience"});
}

TEST_F(ApiTest, TheEndsAreKnown) {
  Connection connection = Establish();
  EXPECT_EQ(connection.local(), LocalEnd());
  EXPECT_EQ(connection.remote(), RemoteEnd());
}

TEST_F(ApiTest, ReachabilityIsConfirmedByProgress) {
  Connection connection = Establish();
  Advance(Duration::Seconds(10));
  Write(connection, "x");
  TakeSent();
  PeerAcknowledges();
  EXPECT_EQ(ip.confirmations, 1);
}

class SmallBudgetTest : public Script {
 protected:
  SmallBudgetTest() : Script({.connections = 64, .half_open = 16, .time_waits = 32, .memory = 200'000}) {}
};

TEST_F(SmallBudgetTest, AFullBudgetClosesWindowsAndAnswersWithCookies) {
  Listener listener = Listen(64);
  std::vector<Connection> all;
  for (std::uint16_t port = 6000; port < 6006; ++port) {
    SynFromPeer(port);
    AckFromPeer();
    kernel::Result<Connection> connection = listener.Accept();
    if (!connection) break;
    all.push_back(std::move(*connection));
    for (int i = 0; i < 40 && all.back().info().receive_window >= 1460; ++i) {
      Inject({.data = Bytes(1460)});
      TakeSent();
    }
  }
  // Bounded, though nobody reads: a little beyond what was promised before it was full.
  EXPECT_LE(tcp->memory_used(), 200'000u + 6 * 4096u);
  SynFromPeer(7000);
  EXPECT_GT(counters().cookies_sent, 0u);
  for (Connection& connection : all) ReadAll(connection);
  TakeSent();
  EXPECT_EQ(tcp->memory_used(), 0u);
}

}  // namespace
}  // namespace net::tcp
