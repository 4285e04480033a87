// Names, from the question to the connection: a resolver and a name server on one host, over UDP and over TCP.
#include "net/socket/resolve.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "net/dns/answer.h"
#include "net/dns/cache.h"
#include "net/dns/over_tcp.h"
#include "net/dns/resolver.h"
#include "net/dns/test_message.h"
#include "net/socket/tcp_listener.h"
#include "net/socket/test_host.h"
#include "net/socket/udp_socket.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/endian.h"

namespace net::socket {
namespace {

using kernel::Error;
using kernel::Result;
using kernel::Task;

class ResolveTest : public testing::Test {
 protected:
  ResolveTest() {
    resolver_.SetServers(std::array<IpAddress, 1>{TestHost::kHere});
    resolver_.UseStreams(over_tcp_);
  }

  static dns::TestReply ReplyTo(std::span<const std::byte> query) {
    const auto question = wire::DnsReader(query).ReadQuestion().value();
    return {wire::DnsHeader::Parse(query)->id, question};
  }

  // Answers two questions: the second one is cut off.
  Task<void> ServeDatagrams() {
    UdpSocket socket(host_.udp());
    EXPECT_TRUE(socket.Bind({TestHost::kHere, 53}));
    for (int i = 0; i < 2; ++i) {
      const auto datagram = co_await socket.Receive();
      const auto query = BytesOf(datagram->payload);
      dns::TestReply reply = ReplyTo(query);
      if (wire::DnsReader(query).ReadQuestion()->type == wire::DnsType::kA) {
        reply.header().is_truncated = true;
      } else {
        reply.Aaaa("big.example", 60, Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7));
      }
      EXPECT_TRUE(socket.SendTo(reply.Bytes(), datagram->source));
    }
  }

  // Answers one question, with as many addresses as no datagram holds.
  Task<void> ServeStream() {
    auto listener = *TcpListener::Listen(host_.context(), host_.tcp(), {{}, 53});
    auto stream = co_await listener.Accept();
    std::vector<std::byte> query(2);
    EXPECT_EQ(*co_await stream->Read(query), 2u);
    query.resize(wire::LoadBig<std::uint16_t>(query.data()));
    EXPECT_EQ(*co_await stream->Read(query), query.size());
    dns::TestReply reply = ReplyTo(query);
    for (std::uint8_t i = 0; i < 60; ++i) reply.A("big.example", 60, Ipv4Address::Of(192, 0, 2, i));
    const auto message = reply.Bytes();
    EXPECT_GT(message.size(), 512u);
    std::vector<std::byte> framed(2);
    wire::StoreBig(framed.data(), static_cast<std::uint16_t>(message.size()));
    framed.insert(framed.end(), message.begin(), message.end());
    EXPECT_TRUE(co_await stream->Write(std::span(framed).first(100)));
    EXPECT_TRUE(co_await stream->Write(std::span(framed).subspan(100)));
    std::array<std::byte, 1> end;
    EXPECT_EQ(*co_await stream->Read(end), 0u);
  }

  Result<Addresses> Resolved(std::string_view name) {
    std::optional<Result<Addresses>> result;
    const auto ask = [&]() -> Task<void> { result = co_await Resolve(resolver_, name); };
    Task<void> task = ask();
    task.Start(host_.executor());
    EXPECT_TRUE(host_.RunUntil([&] { return task.IsDone(); }));
    return *result;
  }

  TestHost host_;
  std::vector<std::byte> storage_ = std::vector<std::byte>(dns::Cache::StorageFor(16));
  dns::OverTcp over_tcp_{host_.tcp()};
  dns::Resolver resolver_{host_.context(), host_.udp(), storage_};
};

TEST_F(ResolveTest, ATruncatedAnswerComesWholeOverTcp) {
  Task<void> datagrams = ServeDatagrams();
  Task<void> stream = ServeStream();
  datagrams.Start(host_.executor());
  stream.Start(host_.executor());
  const auto found = Resolved("big.example");
  ASSERT_TRUE(found);
  // IPv6 first, then in turns.
  EXPECT_EQ(found->count, 9u);
  EXPECT_EQ(found->addresses[0], IpAddress(Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7)));
  EXPECT_EQ(found->addresses[1], IpAddress(Ipv4Address::Of(192, 0, 2, 0)));
  EXPECT_EQ(resolver_.counters().truncated, 1u);
  EXPECT_TRUE(host_.RunUntil([&] { return stream.IsDone() && datagrams.IsDone(); }));
  EXPECT_EQ(Resolved("big.example")->count, 9u);  // known by now: nobody answers any more
}

TEST_F(ResolveTest, NumbersNeedNobodyAndNonsenseIsNoName) {
  EXPECT_EQ(Resolved("192.0.2.1")->addresses[0], IpAddress(Ipv4Address::Of(192, 0, 2, 1)));
  EXPECT_EQ(Resolved("2001:db8::1")->count, 1u);
  EXPECT_EQ(Resolved("localhost")->count, 2u);
  EXPECT_EQ(Resolved("").error(), Error::kInvalidArgument);
  EXPECT_EQ(Resolved("a..b").error(), Error::kInvalidArgument);
  EXPECT_EQ(Resolved("a.invalid").error(), Error::kNotFound);
}

TEST_F(ResolveTest, WhereNobodyListensItIsUnreachable) {
  EXPECT_EQ(Resolved("host.example").error(), Error::kUnreachable);
}

}  // namespace
}  // namespace net::socket
