// What RFC 9293 demands and no other test of this folder shows; and segments with which other stacks were broken. Where
// a header must be wrong, it is made byte by byte.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/tcp/testing/script.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Error;

class RequirementsTest : public Script {
 protected:
  // A segment of the peer's with these bytes as options, a multiple of 4, and the right checksum.
  void InjectWithOptions(wire::TcpFlags flags, std::uint32_t seq, std::uint32_t ack,
                         std::initializer_list<unsigned> option_bytes, const std::string& data = "") {
    std::vector<std::byte> options;
    for (const unsigned byte : option_bytes) options.push_back(static_cast<std::byte>(byte));
    wire::Tcp header = {.source_port = remote_port,
                        .destination_port = local_port,
                        .sequence = peer_iss + seq,
                        .acknowledgment = flags.Has(wire::kAck) ? our_iss + ack : 0,
                        .header_size = static_cast<std::uint8_t>(wire::kTcpSize + options.size()),
                        .flags = flags,
                        .window = 65535};
    std::vector<std::byte> bytes(header.header_size + data.size());
    header.Write(bytes);
    std::memcpy(&bytes[wire::kTcpSize], options.data(), options.size());
    if (!data.empty()) std::memcpy(&bytes[header.header_size], data.data(), data.size());
    InjectBytes(std::move(bytes));
  }

  void InjectBytes(std::vector<std::byte> bytes) {
    if (bytes.size() >= wire::kTcpSize) {
      wire::StoreBig(&bytes[wire::kTcpChecksumPlace], std::uint16_t{0});
      wire::Checksum sum = wire::PseudoHeader(RemoteEnd().address.ipv4(), LocalEnd().address.ipv4(),
                                              wire::IpProtocol::kTcp, static_cast<std::uint16_t>(bytes.size()));
      sum.Add(bytes);
      wire::StoreBig(&bytes[wire::kTcpChecksumPlace], sum.Finish());
    }
    Packet packet = context.PacketOf(bytes);
    ip.transport().Receive(packet, {.source = RemoteEnd().address, .destination = LocalEnd().address, .hop_limit = 64});
  }

  std::vector<std::byte> HeaderOf(wire::TcpFlags flags, std::uint32_t seq) {
    std::vector<std::byte> bytes(wire::kTcpSize);
    wire::Tcp{.source_port = remote_port,
              .destination_port = local_port,
              .sequence = peer_iss + seq,
              .acknowledgment = our_iss + 1,
              .flags = flags,
              .window = 65535}
        .Write(bytes);
    return bytes;
  }
};

// MUST-1
TEST_F(RequirementsTest, AWindowIsAnUnsignedNumber) {
  peer_window = 65535;
  Connection connection = Establish();
  EXPECT_EQ(connection.info().send_window, 65535u);
  Inject({.win = 0x8000});
  EXPECT_EQ(connection.info().send_window, 0x8000u);
}

// MUST-4, MUST-5, MUST-6, MUST-64: in a SYN the segment size at an odd place, behind an option that nobody knows; in
// data an unknown one.
TEST_F(RequirementsTest, OptionsAreUnderstoodAtAnyPlaceAndIgnoredIfUnknown) {
  Listener listener = Listen();
  InjectWithOptions(wire::kSyn, 0, 0, {1, 253, 3, 9, 2, 4, 0x03, 0xe8, 1, 254, 2, 0});
  ASSERT_EQ(ip.sent.size(), 1u);
  our_iss = ip.sent.front().header.sequence;
  Expect({.flags = "SA", .ack = 1});
  Inject({});
  Connection connection = std::move(*listener.Accept());
  EXPECT_EQ(connection.info().send_segment_size, 1000u);
  InjectWithOptions(wire::kAck, 1, 1, {254, 8, 1, 2, 3, 4, 5, 6}, "hello");
  EXPECT_EQ(ReadAll(connection), "hello");
  // The segment size belongs to a SYN. [RFC9293] 3.7.1
  InjectWithOptions(wire::kAck, 6, 1, {2, 4, 0x02, 0x58}, "x");
  EXPECT_EQ(connection.info().send_segment_size, 1000u);
}

// MUST-7: lengths of 0 and 1 would loop, others lead beyond the header. (AMNESIA:33, Ripple20)
TEST_F(RequirementsTest, IllegalOptionLengthsDoNotHarm) {
  for (const std::initializer_list<unsigned> options : {std::initializer_list<unsigned>{2, 0, 5, 180},
                                                        {2, 1, 5, 180},
                                                        {2, 255, 5, 180},
                                                        {8, 10, 0, 0},
                                                        {5, 34, 0, 0},
                                                        {5, 3, 1, 0},
                                                        {3, 2, 0, 0},
                                                        {1, 1, 1, 2},
                                                        {253, 0, 0, 0, 2, 4, 5, 180}}) {
    Listener listener = Listen();
    InjectWithOptions(wire::kSyn, 0, 0, options);
    ASSERT_EQ(ip.sent.size(), 1u);
    EXPECT_TRUE(ip.sent.front().header.flags.Has(wire::kSyn | wire::kAck));
    our_iss = ip.sent.front().header.sequence;
    TakeSent();
    Inject({.seq = 1, .ack = 1});
    Connection connection = std::move(*listener.Accept());
    EXPECT_EQ(connection.info().send_segment_size, 536u);
    InjectWithOptions(wire::kAck, 1, 1, options, "data");
    EXPECT_EQ(ReadAll(connection), "data");
    connection.Abort();
    TakeSent();
    ++remote_port;
  }
}

// MUST-65, MUST-68, MUST-69
TEST_F(RequirementsTest, OurOptionsHaveLengthsAndFillWordsAndTheSegmentSizeComesOnce) {
  peer_has_timestamps = peer_has_sack = true;
  peer_scale = 7;
  Connection connection = Establish();
  Write(connection, Bytes(5000));
  Inject({.seq = peer_nxt + 10, .data = "early"});
  Inject({.flags = "FA"});
  int count = 0;
  for (const SentSegment& sent : TakeSent()) {
    EXPECT_EQ(sent.header.header_size % 4, 0);
    EXPECT_EQ(sent.header.header_size, wire::kTcpSize + sent.options.size());
    EXPECT_FALSE(sent.options.maximum_segment_size.has_value());
    EXPECT_FALSE(sent.options.window_scale.has_value() || sent.options.may_sack);
    ++count;
  }
  EXPECT_GE(count, 5);
}

// MUST-14, MUST-67
TEST_F(RequirementsTest, TheSegmentSizeThatIsAnnouncedIsWhatThePathBringsUs) {
  ip.path.mtu = 9000;
  Connection connection = std::move(*tcp->Connect({{}, local_port}, RemoteEnd(), {}));
  our_iss = ip.sent.front().header.sequence;
  Expect({.flags = "SEC", .mss = 8960});
  connection = {};
  ip.path.mtu = 1400;
  peer_is_ipv6 = true;
  connection = std::move(*tcp->Connect({{}, local_port}, RemoteEnd(), {}));
  our_iss = ip.sent.front().header.sequence;
  Expect({.flags = "SEC", .mss = 1340});
}

// MUST-20, R1: after three time-outs the route is asked for again.
TEST_F(RequirementsTest, RepeatedTimeoutsLookForAnotherPath) {
  Connection connection = Establish();
  Write(connection, Bytes(1460));
  EXPECT_EQ(TakeSent().size(), 1u);
  ip.path.mtu = 1000;  // of another route; nobody has said so
  Advance(Duration::Seconds(10));
  std::size_t smallest = 1460;
  for (const SentSegment& sent : TakeSent()) smallest = std::min(smallest, sent.data.size());
  EXPECT_LE(smallest, 960u);
}

// MUST-28: there is no default but "off", and the program that asks for keep-alives says how often.
TEST_F(RequirementsTest, NoKeepAliveComesWithinTwoHoursUnlessAskedFor) {
  Connection connection = Establish();
  Advance(Duration::Seconds(48 * 3600));
  ExpectNothing();
}

// MUST-41, MUST-42, MUST-43
TEST_F(RequirementsTest, AnyNumberOfOpensStandBesideEachOther) {
  Listener any = Listen();
  const kernel::Result<Listener> other_port = tcp->Listen({{}, 81}, 8, {});
  ASSERT_TRUE(other_port.has_value());
  kernel::Result<Listener> one_address = tcp->Listen({ip.ipv4, 82}, 8, {});
  ASSERT_TRUE(one_address.has_value());
  SynFromPeer(6000);
  AckFromPeer();
  Connection first = std::move(*any.Accept());
  SynFromPeer(6001);
  AckFromPeer();
  Connection second = std::move(*any.Accept());
  EXPECT_TRUE(first.IsEstablished() && second.IsEstablished());
  local_port = 82;
  SynFromPeer(6000);
  AckFromPeer();
  EXPECT_TRUE(one_address->CanAccept());
}

// MUST-44, MUST-45
TEST_F(RequirementsTest, TheLocalAddressIsThePathsAndStays) {
  Connection connection = Connect();
  EXPECT_EQ(connection.local().address, ip.ipv4);
  ip.ipv4 = Ipv4Address::Of(192, 0, 2, 99);  // the host's address changes
  Advance(Duration::Seconds(2));
  const std::vector<SentSegment> again = TakeSent();
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(again.front().send.source, IpAddress(Ipv4Address::Of(192, 0, 2, 1)));
}

// MUST-58, MUST-59: what a device brings together is coalesced, and acknowledged once.
TEST_F(RequirementsTest, SegmentsThatComeTogetherAreAcknowledgedTogether) {
  Connection connection = Establish();
  segments_joined = 10;
  Inject({.data = Bytes(14'600)});
  Expect({.ack = 14'601});
  ExpectNothing();
}

// MUST-60, MUST-61
TEST_F(RequirementsTest, TheLastSegmentThatIsThereIsPushed) {
  Connection connection = Establish();
  Write(connection, Bytes(4000));
  const std::vector<SentSegment> sent = TakeSent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_FALSE(sent[0].header.flags.Has(wire::kPsh) || sent[1].header.flags.Has(wire::kPsh));
  EXPECT_TRUE(sent[2].header.flags.Has(wire::kPsh));
}

// MUST-66
TEST_F(RequirementsTest, AnUrgentPointerCountsAlsoWithAClosedWindow) {
  Connection connection = Establish();
  std::uint32_t filled = 0;
  while (connection.info().receive_window > 0) {
    const std::uint32_t part = std::min<std::uint32_t>(connection.info().receive_window, 1460);
    Inject({.data = Bytes(part)});
    filled += part;
    Advance(Duration::Milliseconds(50));
    TakeSent();
    ASSERT_LT(filled, 200'000u);
  }
  Inject({.flags = "PAU", .data = "x", .urgent = 1});
  EXPECT_EQ(connection.BytesToUrgentMark(), filled + 1);
}

// ---- Segments with which other stacks were broken.

// AMNESIA:33: a header beyond the segment's end, or smaller than one.
TEST_F(RequirementsTest, AHeaderThatLiesAboutItsSizeIsDropped) {
  Connection connection = Establish();
  for (const unsigned words : {0u, 1u, 4u, 6u, 15u}) {
    std::vector<std::byte> bytes = HeaderOf(wire::kAck, 1);
    bytes[12] = static_cast<std::byte>(words << 4);
    InjectBytes(bytes);
  }
  for (std::size_t size = 0; size < wire::kTcpSize; ++size) {
    std::vector<std::byte> bytes = HeaderOf(wire::kAck | wire::kRst, 1);
    bytes.resize(size);
    InjectBytes(bytes);
  }
  EXPECT_EQ(counters().malformed, 5u + wire::kTcpSize);
  EXPECT_FALSE(connection.IsFinished());
  ExpectNothing();
}

// URGENT/11 (CVE-2019-12255, -12261), INFRA:HALT: urgent pointers of 0, beyond the segment, in SYN and SYN-ACK, at the
// wrap.
TEST_F(RequirementsTest, UrgentPointersOfAnyValueAreHarmless) {
  Connection connection = Connect();
  Inject({.flags = "SAU", .seq = 0, .ack = 1, .mss = 1460, .urgent = 0});
  TakeSent();
  ASSERT_TRUE(connection.IsEstablished());
  for (const std::uint16_t pointer : {0, 1, 2, 1000, 65535}) {
    Inject({.flags = "PAU", .data = "ab", .urgent = pointer});
    Inject({.flags = "AU", .urgent = pointer});
    EXPECT_EQ(ReadAll(connection), "ab");
    const auto left = connection.BytesToUrgentMark();
    if (left) EXPECT_LE(*left, 65535u);
  }
  for (std::uint16_t i = 0; i < 300; ++i) Inject({.flags = "AU", .seq = peer_nxt, .urgent = 0xffff});
  TakeSent();
  EXPECT_FALSE(connection.IsFinished());
}

// XMAS, NULL and every other set of flags, to ports that are closed, and LAND.
TEST_F(RequirementsTest, NoSetOfFlagsOpensAnything) {
  for (unsigned bits = 0; bits < 256; ++bits) {
    if ((bits & 0x3f) == wire::kSyn.bits) continue;
    InjectBytes(HeaderOf({static_cast<std::uint8_t>(bits)}, 1));
  }
  Listener listener = Listen();
  for (unsigned bits = 0; bits < 256; ++bits) {
    if ((bits & 0x37) == wire::kSyn.bits) continue;
    InjectBytes(HeaderOf({static_cast<std::uint8_t>(bits)}, 1));
  }
  EXPECT_EQ(tcp->connections() + tcp->half_open(), 0u);
  TakeSent();
}

// CVE-2019-11477 to -11479: the smallest of segment sizes, and SACK blocks that tear the queue to pieces.
TEST_F(RequirementsTest, SmallSegmentsAndManySackBlocksStayBounded) {
  peer_mss = 48;
  peer_has_sack = true;
  Connection connection = Establish();
  EXPECT_EQ(connection.info().send_segment_size, 536u);
  Write(connection, Bytes(5360));
  EXPECT_EQ(TakeSent().size(), 10u);
  for (std::uint32_t at = 1; at < 5000; at += 4) {
    Inject({.ack = 1, .sacks = {{at + 1, at + 2}, {at + 3, at + 4}}});
    TakeSent();
  }
  EXPECT_FALSE(connection.IsFinished());
  Inject({.ack = 5361});
  EXPECT_EQ(connection.info().unacknowledged, 0u);
}

// CVE-2018-5390: single bytes out of order, backwards: nothing grows with their number.
TEST_F(RequirementsTest, TinySegmentsOutOfOrderStayBounded) {
  peer_has_sack = true;
  Connection connection = Establish();
  const std::size_t buffers = context.buffers().free_count();
  for (std::uint32_t i = 0; i < 20'000; ++i) Inject({.seq = 60'000 - 3 * i, .data = "x"});
  EXPECT_LT(buffers - context.buffers().free_count(), 200u);
  TakeSent();
  connection.Abort();
  EXPECT_EQ(context.buffers().free_count(), buffers);
  TakeSent();
}

// Optimistic and divided acknowledgments: the window grows by bytes, and not for what was never sent. [RFC5681] 3.1
TEST_F(RequirementsTest, DividedAcknowledgmentsGainNothing) {
  Connection connection = Establish();
  const std::uint32_t before = connection.info().congestion_window;
  Write(connection, Bytes(14'600));
  TakeSent();
  for (std::uint32_t ack = 2; ack <= 1461; ++ack) Inject({.ack = ack});
  TakeSent();
  EXPECT_LE(connection.info().congestion_window, before + 1460);
  Inject({.ack = 100'000});
  EXPECT_EQ(connection.info().unacknowledged, 14'600u - 1460);
}

// A segment whose numbers wrap, and text that goes around the circle.
TEST_F(RequirementsTest, NumbersWrapWithinOneSegment) {
  peer_iss = 0xffff'fffa;
  Connection connection = Establish();
  Inject({.data = "0123456789"});
  EXPECT_EQ(ReadAll(connection), "0123456789");
  Advance(Duration::Milliseconds(40));
  Expect({.ack = 11});
}

}  // namespace
}  // namespace net::tcp
