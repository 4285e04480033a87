// What goes when: segment sizes, Nagle's rule, silly windows, the congestion window, pushes, large segments.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

class OutputTest : public Script {
 protected:
  static Options NoDelay() {
    Options options;
    options.has_no_delay = true;
    return options;
  }
};

TEST_F(OutputTest, TheFirstFlightIsTenSegments) {
  Connection connection = Establish();
  Write(connection, Bytes(40'000));
  const std::vector<SentSegment> sent = TakeSent();
  ASSERT_EQ(sent.size(), 10u);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].data, Bytes(1460, i * 1460));
    EXPECT_EQ(LettersOf(sent[i].header.flags), "A");
    EXPECT_TRUE(sent[i].send.must_not_fragment);
  }
  // Each acknowledgment lets as much again go, and a segment more for each that it covers.
  Inject({.ack = 1 + 2 * 1460});
  EXPECT_EQ(TakeSent().size(), 4u);
}

TEST_F(OutputTest, TimestampsTakeTheirRoomFromTheSegment) {
  peer_has_timestamps = true;
  Connection connection = Establish();
  EXPECT_EQ(connection.info().send_segment_size, 1448u);
  Write(connection, Bytes(3000));
  Expect({.flags = "A", .seq = 1, .data = Bytes(1448)});
  Expect({.flags = "A", .seq = 1449, .data = Bytes(1448, 1448)});
}

TEST_F(OutputTest, ThePeersSegmentSizeIsKept) {
  peer_mss = 1000;
  Connection connection = Establish();
  Write(connection, Bytes(2500));
  Expect({.flags = "A", .data = Bytes(1000)});
  Expect({.flags = "A", .data = Bytes(1000, 1000)});
  Expect({.data = Bytes(500, 2000)});
}

TEST_F(OutputTest, ATinySegmentSizeIsRaised) {
  peer_mss = 48;
  Connection connection = Establish();
  EXPECT_EQ(connection.info().send_segment_size, 536u);
}

TEST_F(OutputTest, NagleHoldsASmallSegmentWhileAnotherIsOnTheWay) {
  Connection connection = Establish();
  Write(connection, "a");
  Expect({.seq = 1, .data = "a"});
  Write(connection, "b");
  Write(connection, "c");
  ExpectNothing();
  PeerAcknowledges();
  Expect({.seq = 2, .data = "bc"});
}

TEST_F(OutputTest, NagleLetsFullSegmentsPass) {
  Connection connection = Establish();
  Write(connection, "a");
  Expect({.seq = 1, .data = "a"});
  Write(connection, Bytes(1500));
  Expect({.flags = "A", .seq = 2, .data = Bytes(1460)});
  ExpectNothing();
}

TEST_F(OutputTest, TheTailOfALargeWriteGoesAtOnce) {
  Connection connection = Establish();
  Write(connection, Bytes(2000));
  Expect({.flags = "A", .seq = 1, .data = Bytes(1460)});
  Expect({.seq = 1461, .data = Bytes(540, 1460)});
}

TEST_F(OutputTest, WithoutDelayEverySegmentGoes) {
  Connection connection = Establish(NoDelay());
  for (const char* const letter : {"a", "b", "c"}) {
    Write(connection, letter);
    Expect({.data = letter});
  }
}

TEST_F(OutputTest, SwitchingTheDelayOffReleasesWhatWaits) {
  Connection connection = Establish();
  Write(connection, "a");
  Expect({.data = "a"});
  Write(connection, "b");
  ExpectNothing();
  connection.SetOptions(NoDelay());
  Expect({.data = "b"});
}

TEST_F(OutputTest, AFinLetsASmallSegmentPass) {
  Connection connection = Establish();
  Write(connection, "a");
  Expect({.data = "a"});
  Write(connection, "b");
  connection.ShutDownWrite();
  Expect({.flags = "FPA", .seq = 2, .data = "b"});
}

TEST_F(OutputTest, ASillyWindowIsNotUsed) {
  peer_window = 10'000;
  Connection connection = Establish();
  Write(connection, Bytes(20'000));
  EXPECT_EQ(TakeSent().size(), 6u);  // 8760; the rest of the window is less than a segment
  Inject({.ack = 1 + 8760, .win = 200});
  ExpectNothing();
  Inject({.ack = 1 + 8760, .win = 1459});
  ExpectNothing();
  Inject({.ack = 1 + 8760, .win = 1460});
  Expect({.flags = "A", .seq = 8761, .data = Bytes(1460, 8760)});
}

TEST_F(OutputTest, HalfOfASmallPeersWindowIsUsed) {
  peer_window = 800;
  Connection connection = Establish();
  Write(connection, Bytes(2000));
  Expect({.flags = "A", .seq = 1, .data = Bytes(800)});
  Inject({.win = 399});
  ExpectNothing();
  Inject({.win = 400});
  Expect({.flags = "A", .seq = 801, .data = Bytes(400, 800)});
}

TEST_F(OutputTest, AWindowThatShrinksIsRespected) {
  peer_window = 5000;
  Connection connection = Establish();
  Write(connection, Bytes(4000));
  TakeSent();
  Inject({.ack = 1, .win = 1000});  // less than what is on the way
  Write(connection, Bytes(3000, 4000));
  ExpectNothing();
  Inject({.ack = 4001, .win = 1460});
  Expect({.flags = "A", .seq = 4001, .data = Bytes(1460, 4000)});
}

TEST_F(OutputTest, DataCarriesTheAcknowledgmentThatIsDue) {
  Connection connection = Establish();
  Inject({.data = "question"});
  Write(connection, "answer");
  Expect({.seq = 1, .ack = 9, .data = "answer"});
  Advance(Duration::Milliseconds(500));
  for (const SentSegment& sent : TakeSent()) EXPECT_EQ(sent.data, "answer");  // probes at most, no acknowledgment
}

TEST_F(OutputTest, LargeSegmentsAreLeftToTheDevice) {
  ip.path.largest_segment = 65'000;
  Connection connection = Establish();
  Write(connection, Bytes(14'600));
  const SentSegment sent = Expect({.data = Bytes(14'600)});
  EXPECT_EQ(sent.info.segmentation, PacketInfo::Segmentation::kTcpIpv4);
  EXPECT_EQ(sent.info.segment_size, 1460);
  ExpectNothing();
}

TEST_F(OutputTest, ALargeSegmentIsWholeSegmentsUnlessItIsTheTail) {
  ip.path.largest_segment = 5000;
  Connection connection = Establish();
  Write(connection, Bytes(10'000));
  Expect({.flags = "A", .seq = 1, .data = Bytes(4380)});
  Expect({.flags = "A", .seq = 4381, .data = Bytes(4380, 4380)});
  Expect({.seq = 8761, .data = Bytes(1240, 8760)});
}

TEST_F(OutputTest, ADeviceWithoutRoomIsTriedAgainSoon) {
  Connection connection = Establish();
  ip.send_error = kernel::Error::kWouldBlock;
  Write(connection, "patience");
  ip.send_error.reset();
  ExpectNothing();
  Advance(Duration::Milliseconds(2));
  Expect({.seq = 1, .data = "patience"});
}

TEST_F(OutputTest, APathThatBecameNarrowerIsLookedUpAgain) {
  Connection connection = Establish();
  ip.path.mtu = 1000;
  ip.transport().OnPathsChanged();
  Write(connection, Bytes(1460));
  Expect({.flags = "A", .seq = 1, .data = Bytes(960)});
  Expect({.seq = 961, .data = Bytes(500, 960)});
}

TEST_F(OutputTest, TheProgramsSegmentSizeLimitIsAnnouncedAndKept) {
  Options options;
  options.most_segment_size = 700;
  Connection connection = Establish(options);
  Write(connection, Bytes(1000));
  Expect({.flags = "A", .data = Bytes(700)});
  Expect({.data = Bytes(300, 700)});
}

TEST_F(OutputTest, ThreeDuplicatesBringALostSegmentBack) {
  Connection connection = Establish();
  Write(connection, Bytes(7300));
  EXPECT_EQ(TakeSent().size(), 5u);
  for (int i = 0; i < 3; ++i) Inject({.ack = 1});
  bool was_resent = false;
  for (const SentSegment& sent : TakeSent()) was_resent |= sent.header.sequence == our_iss + 1;
  EXPECT_TRUE(was_resent);
  Inject({.ack = 7301});
  EXPECT_EQ(connection.info().unacknowledged, 0u);
}

TEST_F(OutputTest, HopLimitAndTrafficClassAreThePrograms) {
  Options options;
  options.hop_limit = 3;
  options.traffic_class = 0xb8;
  Connection connection = Establish(options);
  Write(connection, "x");
  const SentSegment sent = Expect({.data = "x"});
  EXPECT_EQ(sent.send.hop_limit, 3);
  EXPECT_EQ(sent.send.traffic_class & 0xfc, 0xb8);
}

TEST_F(OutputTest, UrgentDataIsPointedAt) {
  Connection connection = Establish();
  const std::string bytes = "stop!";
  EXPECT_EQ(connection.WriteUrgent(std::as_bytes(std::span(bytes))), 5u);
  const SentSegment sent = Expect({.flags = "PAU", .seq = 1, .data = "stop!"});
  EXPECT_EQ(sent.header.urgent_pointer, 5);
  PeerAcknowledges();
  Write(connection, "go");
  Expect({.seq = 6, .data = "go"});
}

TEST_F(OutputTest, UrgentDataBeyondAClosedWindowIsAnnounced) {
  peer_window = 0;
  Connection connection = Establish();
  Inject({.win = 0});
  const std::string bytes = "stop!";
  EXPECT_EQ(connection.WriteUrgent(std::as_bytes(std::span(bytes))), 5u);
  const SentSegment sent = Expect({.flags = "AU", .seq = 1});
  EXPECT_EQ(sent.header.urgent_pointer, 5);
}

}  // namespace
}  // namespace net::tcp
