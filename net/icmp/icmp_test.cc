#include "net/icmp/icmp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/icmp/ping.h"
#include "net/interface/test_device.h"
#include "net/ip/ip.h"
#include "net/ipv4/error_reporter.h"
#include "net/ipv4/test_host.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/icmp.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::icmp {
namespace {

using ipv4::RecordingTransport;
using ipv4::SentPacket;
using ipv4::TestHost;
using kernel::Duration;
using wire::IcmpType;

constexpr auto kOurs = TestHost::kOurs;
constexpr auto kPeer = TestHost::kPeer;

std::vector<std::byte> Message(wire::Icmp header, std::span<const std::byte> payload) {
  std::vector<std::byte> bytes(wire::kIcmpSize);
  header.checksum = 0;
  header.Write(bytes);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  wire::Checksum sum;
  sum.Add(bytes);
  wire::StoreBig(&bytes[wire::kIcmpChecksumPlace], sum.Finish());
  return bytes;
}

bool HasRightSum(std::span<const std::byte> message) {
  wire::Checksum sum;
  sum.Add(message);
  return sum.Sum() == 0xffff;
}

class IcmpTest : public testing::Test {
 protected:
  IcmpTest() { host_.ipv4.Register(wire::IpProtocol::kUdp, udp_); }

  void Put(std::span<const std::byte> message, Ipv4Address destination = kOurs, const MacAddress& to = TestDevice::kMac,
           std::size_t piece = 2048) {
    host_.Put({.protocol = wire::IpProtocol::kIcmp, .source = kPeer, .destination = destination}, message, to, piece);
    host_.Poll();
  }
  // The beginning of a packet of ours, as an error quotes it.
  static std::vector<std::byte> Quoted(wire::Ipv4 header, std::size_t transport = 8) {
    header.total_size = 1500;
    std::vector<std::byte> bytes(20);
    header.Write(bytes);
    bytes[10] ^= std::byte{0xff};  // a router that did not mend the checksum
    const auto payload = TestHost::Payload(transport);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
  }
  static wire::Ipv4 OurUdp() {
    return {.protocol = wire::IpProtocol::kUdp, .source = kOurs, .destination = TestHost::kFar};
  }

  TestHost host_;
  Icmp icmp_{host_.context, host_.ipv4};
  RecordingTransport udp_;
};

TEST_F(IcmpTest, AnEchoComesBackAsItWas) {
  for (const std::size_t size : {0, 1, 56, 1472, 5000}) {
    for (const std::size_t piece : {2048, 127}) {
      const auto payload = TestHost::Payload(size);
      const auto echo = Message({.type = IcmpType::kEcho, .rest = 0x1234'0007}, payload);
      for (std::size_t at = 0; at == 0 || at < echo.size(); at += 1480) {
        host_.Put({.traffic_class = 0x20,
                   .identification = static_cast<std::uint16_t>(size + piece),
                   .has_more_fragments = at + 1480 < echo.size(),
                   .fragment_offset = static_cast<std::uint16_t>(at),
                   .protocol = wire::IpProtocol::kIcmp,
                   .source = kPeer,
                   .destination = kOurs},
                  std::span(echo).subspan(at, std::min<std::size_t>(1480, echo.size() - at)), TestDevice::kMac, piece);
      }
      std::vector<std::byte> reply;
      for (const SentPacket& sent : host_.Sent()) {
        EXPECT_EQ(sent.header.source, kOurs);
        EXPECT_EQ(sent.header.destination, kPeer);
        EXPECT_EQ(sent.header.traffic_class, 0x20);
        EXPECT_EQ(sent.header.time_to_live, 64);
        reply.insert(reply.end(), sent.payload.begin(), sent.payload.end());
      }
      EXPECT_TRUE(HasRightSum(reply)) << size;
      EXPECT_EQ(reply, Message({.type = IcmpType::kEchoReply, .rest = 0x1234'0007}, payload));
    }
  }
}

TEST_F(IcmpTest, TheLargestEchoComesBack) {
  const auto payload = TestHost::Payload(65507);
  const auto echo = Message({.type = IcmpType::kEcho, .rest = 1}, payload);
  ASSERT_EQ(echo.size(), 65515u);
  std::vector<std::byte> reply;
  for (std::size_t at = 0; at < echo.size(); at += 1480) {
    host_.Put({.identification = 9,
               .has_more_fragments = at + 1480 < echo.size(),
               .fragment_offset = static_cast<std::uint16_t>(at),
               .protocol = wire::IpProtocol::kIcmp,
               .source = kPeer,
               .destination = kOurs},
              std::span(echo).subspan(at, std::min<std::size_t>(1480, echo.size() - at)));
    host_.Poll();
  }
  for (const SentPacket& sent : host_.Sent()) reply.insert(reply.end(), sent.payload.begin(), sent.payload.end());
  EXPECT_EQ(reply, Message({.type = IcmpType::kEchoReply, .rest = 1}, payload));
}

// Smurf; [RFC1122] 3.2.2.6
TEST_F(IcmpTest, NobodyAnswersAnEchoToEverybody) {
  const auto echo = Message({.type = IcmpType::kEcho}, TestHost::Payload(8));
  Put(echo, Ipv4Address{0xffff'ffff}, kBroadcastMac);
  Put(echo, Ipv4Address::Of(10, 0, 0, 255), kBroadcastMac);
  Put(echo, Ipv4Address::Of(224, 0, 0, 1), MacOfGroup(Ipv4Address::Of(224, 0, 0, 1)));
  EXPECT_TRUE(host_.Sent().empty());
  EXPECT_EQ(icmp_.counters().echoes_ignored, 3u);
}

// hardening.md §3c: lengths and checksums (CVE-2020-11910, -35683), masks (-11911), redirects, timestamps.
TEST_F(IcmpTest, BrokenAndUselessMessagesAreCountedAndDropped) {
  Put(TestHost::Payload(7));
  Put({});
  EXPECT_EQ(icmp_.counters().malformed, 2u);
  auto wrong = Message({.type = IcmpType::kEcho}, TestHost::Payload(8));
  wrong[9] ^= std::byte{1};
  Put(wrong);
  EXPECT_EQ(icmp_.counters().wrong_checksum, 1u);
  for (const IcmpType type : {IcmpType::kRedirect, IcmpType::kTimestamp, IcmpType::kAddressMask,
                              IcmpType::kAddressMaskReply, IcmpType::kSourceQuench, static_cast<IcmpType>(200)}) {
    Put(Message({.type = type}, TestHost::Payload(40)));
  }
  EXPECT_EQ(icmp_.counters().unknown, 6u);
  EXPECT_TRUE(host_.Sent().empty());
  EXPECT_EQ(host_.ipv4.FindPath({}, TestHost::kFar)->mtu, 1500);
}

TEST_F(IcmpTest, ErrorsAboutOurPacketsReachTheirTransport) {
  const auto put = [&](IcmpType type, std::uint8_t code, std::uint32_t rest = 0) {
    Put(Message({.type = type, .code = code, .rest = rest}, Quoted(OurUdp())), kOurs, TestDevice::kMac,
        udp_.errors.size() % 2 == 0 ? 2048 : 13);
    return udp_.errors.empty() ? IpError{.kind = IpError::Kind::kProhibited} : udp_.errors.back();
  };
  EXPECT_EQ(put(IcmpType::kUnreachable, 0).kind, IpError::Kind::kNetworkUnreachable);
  EXPECT_EQ(put(IcmpType::kUnreachable, 1).kind, IpError::Kind::kHostUnreachable);
  EXPECT_EQ(put(IcmpType::kUnreachable, 2).kind, IpError::Kind::kProtocolUnreachable);
  EXPECT_EQ(put(IcmpType::kUnreachable, 3).kind, IpError::Kind::kPortUnreachable);
  EXPECT_EQ(put(IcmpType::kUnreachable, 13).kind, IpError::Kind::kProhibited);
  EXPECT_EQ(put(IcmpType::kUnreachable, 99).kind, IpError::Kind::kHostUnreachable);
  EXPECT_EQ(put(IcmpType::kTimeExceeded, 0).kind, IpError::Kind::kTimeExceeded);
  EXPECT_EQ(put(IcmpType::kParameterProblem, 0).kind, IpError::Kind::kParameterProblem);
  const IpError error = put(IcmpType::kUnreachable, 4, 0xffff'0000 | 1400);
  EXPECT_EQ(error.kind, IpError::Kind::kTooBig);
  EXPECT_EQ(error.mtu, 1400u);
  EXPECT_EQ(error.source, IpAddress(kOurs));
  EXPECT_EQ(error.destination, IpAddress(TestHost::kFar));
  EXPECT_EQ(error.reporter, IpAddress(kPeer));
  EXPECT_EQ(udp_.quotes.back(), TestHost::Payload(8));
  EXPECT_EQ(udp_.errors.size(), 9u);
  EXPECT_EQ(host_.ipv4.FindPath({}, TestHost::kFar)->mtu, 1500) << "only the transport may believe it";
}

// [RFC5927] and T16
TEST_F(IcmpTest, ErrorsAboutWhatWeCannotHaveSentAreIgnored) {
  const auto put = [&](const wire::Ipv4& about, std::size_t transport = 8, Ipv4Address to = kOurs) {
    Put(Message({.type = IcmpType::kUnreachable, .code = 3}, Quoted(about, transport)), to,
        to == kOurs ? TestDevice::kMac : kBroadcastMac);
  };
  wire::Ipv4 about = OurUdp();
  about.source = kPeer;
  put(about);
  about = OurUdp();
  about.fragment_offset = 8;
  put(about);
  about = OurUdp();
  about.protocol = static_cast<wire::IpProtocol>(99);
  put(about);
  put(OurUdp(), 8, Ipv4Address::Of(10, 0, 0, 255));
  EXPECT_EQ(icmp_.counters().errors_ignored, 4u);
  put(OurUdp(), 7);
  Put(Message({.type = IcmpType::kUnreachable}, {}));
  auto cut = Quoted(OurUdp());
  cut[0] = std::byte{0x4f};
  Put(Message({.type = IcmpType::kUnreachable}, cut));
  EXPECT_EQ(icmp_.counters().malformed, 3u);
  EXPECT_TRUE(udp_.errors.empty());
}

TEST_F(IcmpTest, WhoComesToAClosedPortIsToldWithWhatHeSent) {
  udp_.verdict = Transport::Verdict::kUnreachable;
  for (const std::size_t size : {20, 1400}) {
    host_.Put({.identification = 77, .protocol = wire::IpProtocol::kUdp, .source = kPeer, .destination = kOurs},
              TestHost::Payload(size), TestDevice::kMac, 100);
    const auto sent = host_.Sent();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].header.source, kOurs);
    EXPECT_EQ(sent[0].header.destination, kPeer);
    EXPECT_TRUE(HasRightSum(sent[0].payload));
    EXPECT_LE(sent[0].header.total_size, 576);
    const auto message = wire::Icmp::Parse(sent[0].payload);
    EXPECT_EQ(message->type, IcmpType::kUnreachable);
    EXPECT_EQ(message->code, 3);
    const auto quoted = std::span(sent[0].payload).subspan(8);
    const auto about = wire::Ipv4::ParseQuoted(quoted);
    ASSERT_TRUE(about);
    EXPECT_EQ(about->identification, 77);
    EXPECT_EQ(about->total_size, 20 + size);
    const auto payload = TestHost::Payload(size);
    EXPECT_TRUE(std::ranges::equal(quoted.subspan(20), std::span(payload).first(quoted.size() - 20)));
    EXPECT_EQ(quoted.size(), std::min<std::size_t>(20 + size, 576 - 28));
  }
}

// [RFC1122] 3.2.2
TEST_F(IcmpTest, ErrorsAreNeverSentAboutErrorsOrToMany) {
  ipv4::ErrorReporter& reporter = icmp_.reporter();
  const auto report = [&](wire::Ipv4 header, std::uint8_t first = 0) {
    Packet packet = host_.context.PacketOf(std::vector<std::byte>(30, static_cast<std::byte>(first)));
    header.total_size = 50;
    header.Write(packet.Prepend(20));
    reporter.Report(ipv4::ErrorKind::kHopsExceeded, 0, std::move(packet));
    return host_.Sent().size();
  };
  const wire::Ipv4 good = {.protocol = wire::IpProtocol::kUdp, .source = kPeer, .destination = TestHost::kFar};
  EXPECT_EQ(report(good), 1u);
  wire::Ipv4 bad = good;
  bad.protocol = wire::IpProtocol::kIcmp;
  EXPECT_EQ(report(bad, 8), 1u) << "an echo is no error";
  for (const std::uint8_t type : {3, 4, 5, 11, 12, 77}) EXPECT_EQ(report(bad, type), 0u);
  bad = good;
  bad.fragment_offset = 8;
  EXPECT_EQ(report(bad), 0u);
  for (const Ipv4Address source : {Ipv4Address(), Ipv4Address{0xffff'ffff}, Ipv4Address::Of(224, 0, 0, 1),
                                   Ipv4Address::Of(127, 0, 0, 1), Ipv4Address::Of(240, 1, 1, 1)}) {
    bad = good;
    bad.source = source;
    EXPECT_EQ(report(bad), 0u);
  }
  bad = good;
  bad.destination = Ipv4Address::Of(224, 0, 0, 9);
  EXPECT_EQ(report(bad), 0u);
  EXPECT_EQ(icmp_.counters().forbidden_errors, 13u);
  reporter.Report(ipv4::ErrorKind::kHopsExceeded, 0, host_.context.PacketOf(TestHost::Payload(19)));
  EXPECT_TRUE(host_.Sent().empty());
}

TEST_F(IcmpTest, ErrorsAreFewWhateverTheFlood) {
  udp_.verdict = Transport::Verdict::kUnreachable;
  std::size_t sent = 0;
  for (int second = 0; second < 10; ++second) {
    for (int i = 0; i < 400; ++i) {
      host_.Put({.protocol = wire::IpProtocol::kUdp, .source = kPeer, .destination = kOurs}, TestHost::Payload(8));
      if (i % 100 == 0) sent += host_.Sent().size();
    }
    sent += host_.Sent().size();
    host_.Advance(Duration::Seconds(1));
  }
  EXPECT_GT(sent, 50u);
  EXPECT_LT(sent, 10u * ErrorLimiter::kPerSecond + 3 * ErrorLimiter::kBurst);
  EXPECT_EQ(icmp_.counters().sent_errors + icmp_.counters().limited_errors, 4000u);
}

class PingTest : public IcmpTest, private Ping::Observer {
 protected:
  void OnReply(const Ping::Reply& reply, const Packet& payload) override {
    replies_.push_back(reply);
    payloads_.push_back(BytesOf(payload));
  }
  std::uint16_t Send(Ipv4Address destination, std::size_t size = 56) {
    const auto sequence = ping_.Send(destination, host_.context.PacketOf(TestHost::Payload(size)));
    EXPECT_TRUE(sequence);
    return sequence.value_or(0xffff);
  }

  Ping ping_{icmp_, *this};
  std::vector<Ping::Reply> replies_;
  std::vector<std::vector<std::byte>> payloads_;
};

TEST_F(PingTest, AnAnswerCountsOnceFromTheHostThatWasAsked) {
  const std::uint16_t sequence = Send(kPeer);
  const auto sent = host_.Sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(HasRightSum(sent[0].payload));
  wire::Icmp reply = *wire::Icmp::Parse(sent[0].payload);
  EXPECT_EQ(reply.type, IcmpType::kEcho);
  EXPECT_EQ(reply.sequence(), sequence);
  reply.type = IcmpType::kEchoReply;
  const auto answer = Message(reply, TestHost::Payload(56));
  host_.Advance(Duration::Milliseconds(12));
  wire::Ipv4 header = {
      .time_to_live = 33, .protocol = wire::IpProtocol::kIcmp, .source = TestHost::kFar, .destination = kOurs};
  host_.Put(header, answer);
  host_.Poll();
  EXPECT_TRUE(replies_.empty()) << "of another host";
  header.source = kPeer;
  host_.Put(header, answer);
  host_.Put(header, answer);
  host_.Poll();
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_[0].source, kPeer);
  EXPECT_EQ(replies_[0].sequence, sequence);
  EXPECT_EQ(replies_[0].time_to_live, 33);
  EXPECT_EQ(replies_[0].size, 56u);
  EXPECT_EQ(replies_[0].round_trip, Duration::Milliseconds(12));
  EXPECT_EQ(payloads_[0], TestHost::Payload(56));
  reply.rest ^= 0x10000;
  Put(Message(reply, {}));
  EXPECT_EQ(icmp_.counters().unknown, 1u) << "nobody's identifier";
}

TEST_F(PingTest, WeAnswerOurselves) {
  Send(Ipv4Address::Of(127, 0, 0, 1), 3000);
  Send(kOurs, 0);
  host_.Poll();
  ASSERT_EQ(replies_.size(), 2u);
  EXPECT_EQ(payloads_[0], TestHost::Payload(3000));
  EXPECT_TRUE(host_.Sent().empty());
}

}  // namespace
}  // namespace net::icmp
