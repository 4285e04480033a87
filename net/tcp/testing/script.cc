#include "net/tcp/testing/script.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

constexpr std::string_view kLetters = "FSRPAUEC";

wire::Checksum PseudoHeaderOf(const IpAddress& source, const IpAddress& destination, std::size_t size) {
  return destination.IsIpv4() ? wire::PseudoHeader(source.ipv4(), destination.ipv4(), wire::IpProtocol::kTcp,
                                                   static_cast<std::uint16_t>(size))
                              : wire::PseudoHeader(source.ipv6(), destination.ipv6(), wire::IpProtocol::kTcp,
                                                   static_cast<std::uint32_t>(size));
}

}  // namespace

wire::TcpFlags FlagsOf(std::string_view letters) {
  wire::TcpFlags flags;
  for (const char letter : letters) {
    const std::size_t bit = kLetters.find(letter);
    EXPECT_NE(bit, std::string_view::npos) << letter;
    flags.bits |= static_cast<std::uint8_t>(1u << bit);
  }
  return flags;
}

std::string LettersOf(wire::TcpFlags flags) {
  std::string letters;
  for (std::size_t bit = 0; bit < kLetters.size(); ++bit) {
    if ((flags.bits >> bit & 1) != 0) letters += kLetters[bit];
  }
  return letters;
}

kernel::Result<Path> ScriptedIp::FindPath(const IpAddress& source, const IpAddress& destination, Interface*) {
  if (find_error) return kernel::Fail(*find_error);
  Path found = path;
  found.source = !source.IsUnspecified() ? source : destination.IsIpv4() ? ipv4 : ipv6;
  return found;
}

kernel::Result<void> ScriptedIp::Send(Packet packet, const IpSend& send) {
  if (send_error) return kernel::Fail(*send_error);
  const std::vector<std::byte> bytes = BytesOf(packet);
  const auto header = wire::Tcp::Parse(bytes, bytes.size());
  EXPECT_TRUE(header.has_value());
  if (!header) return {};
  // The field holds the pseudo-header's sum; the device would add the rest.
  EXPECT_EQ(packet.info().checksum, PacketInfo::Checksum::kPartial);
  EXPECT_EQ(packet.info().checksum_start, 0);
  EXPECT_EQ(packet.info().checksum_field, wire::kTcpChecksumPlace);
  EXPECT_EQ(header->checksum, PseudoHeaderOf(send.source, send.destination, bytes.size()).Sum());
  SentSegment segment = {.header = *header,
                         .options = wire::TcpOptions::Parse(
                             std::span(bytes).subspan(wire::kTcpSize, header->header_size - wire::kTcpSize)),
                         .data = {},
                         .info = packet.info(),
                         .send = send,
                         .at = context_.now()};
  segment.data.assign(reinterpret_cast<const char*>(bytes.data()) + header->header_size,
                      bytes.size() - header->header_size);
  sent.push_back(std::move(segment));
  return {};
}

void ScriptedIp::Register(wire::IpProtocol protocol, Transport& transport) {
  EXPECT_EQ(protocol, wire::IpProtocol::kTcp);
  transport_ = &transport;
}

Script::Script(const Config& config)
    : ip(context), storage(Tcp::StorageFor(config)), tcp(std::make_unique<Tcp>(context, ip, config, storage)) {
  // Not at the start of time: a clock of 0 hides mistakes.
  context.Advance(Duration::Seconds(1000));
}

Script::~Script() = default;

Endpoint Script::LocalEnd() const { return {peer_is_ipv6 ? ip.ipv6 : ip.ipv4, local_port}; }

Endpoint Script::RemoteEnd() const {
  const IpAddress address = peer_is_ipv6 ? IpAddress(Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2))
                                         : IpAddress(Ipv4Address::Of(192, 0, 2, 2));
  return {address, remote_port};
}

void Script::StartPeer() {
  peer_nxt = 1;
  seen = 0;
  our_scale = 0;
  both_scale_ = both_stamp_ = false;
}

Seg Script::SynOfPeer(bool is_answer) {
  Seg syn = {.flags = is_answer ? "SA" : "S", .seq = 0, .mss = peer_mss, .scale = peer_scale, .sack_ok = peer_has_sack};
  if (peer_has_ecn) syn.flags = is_answer ? "SAE" : "SEC";
  if (peer_has_timestamps) {
    syn.ts = {.value = static_cast<std::uint32_t>(context->now().nanoseconds / 1'000'000) + 77, .echo = our_timestamp};
  }
  return syn;
}

Connection Script::Connect(const Options& options) {
  StartPeer();
  kernel::Result<Connection> connection = tcp->Connect({{}, local_port}, RemoteEnd(), options);
  EXPECT_TRUE(connection.has_value());
  EXPECT_EQ(ip.sent.size(), 1u);
  if (!ip.sent.empty()) our_iss = ip.sent.front().header.sequence;
  Expect({.flags = options.may_ecn ? "SEC" : "S", .seq = 0});
  return std::move(*connection);
}

Connection Script::Establish(const Options& options) {
  Connection connection = Connect(options);
  both_scale_ = peer_scale.has_value();
  both_stamp_ = peer_has_timestamps;
  Seg answer = SynOfPeer(true);
  Inject(answer);
  Expect({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_TRUE(connection.IsEstablished());
  ExpectNothing();
  return connection;
}

Listener Script::Listen(std::size_t backlog, const Options& options) {
  kernel::Result<Listener> listener = tcp->Listen({{}, local_port}, backlog, options);
  EXPECT_TRUE(listener.has_value());
  return std::move(*listener);
}

void Script::SynFromPeer(std::uint16_t from_port) {
  StartPeer();
  remote_port = from_port;
  Inject(SynOfPeer(false));
  ASSERT_EQ(ip.sent.size(), 1u);
  our_iss = ip.sent.front().header.sequence;
  both_scale_ = peer_scale.has_value();
  both_stamp_ = peer_has_timestamps;
  Expect({.flags = peer_has_ecn ? "SAE" : "SA", .seq = 0, .ack = 1});
}

void Script::AckFromPeer() { Inject({}); }

Connection Script::Accept(const Options& options) {
  Listener listener = Listen(8, options);
  SynFromPeer(remote_port);
  AckFromPeer();
  ExpectNothing();
  kernel::Result<Connection> connection = listener.Accept();
  EXPECT_TRUE(connection.has_value());
  if (!connection) return {};
  EXPECT_TRUE(connection->IsEstablished());
  return std::move(*connection);
}

void Script::PeerCloses(Connection& connection) {
  Inject({.flags = "FA"});
  EXPECT_EQ(connection.info().state, State::kCloseWait);
  Advance(Duration::Milliseconds(40));
  Expect({.flags = "A", .ack = peer_nxt});
}

void Script::WeClose(Connection& connection) {
  connection.ShutDownWrite();
  Expect({.flags = "FA"});
  EXPECT_EQ(connection.info().state, State::kFinWait1);
}

void Script::PeerAcknowledges() { Inject({}); }

void Script::StartPeerAgain(std::uint32_t beyond) {
  peer_iss += peer_nxt + beyond;
  StartPeer();
}

void Script::StartAs(std::uint16_t port) {
  local_port = port;
  our_iss = 0;
  StartPeer();
}

void Script::Inject(Seg segment) {
  const std::uint8_t traffic_class = segment.traffic_class;
  InjectAs(std::move(segment), {.source = RemoteEnd().address,
                                .destination = LocalEnd().address,
                                .traffic_class = traffic_class,
                                .hop_limit = 64});
}

void Script::InjectAs(Seg segment, const IpReceived& received) {
  const std::string flags = segment.flags.value_or(segment.data.empty() ? "A" : "PA");
  wire::Tcp header = {.source_port = remote_port, .destination_port = local_port, .flags = FlagsOf(flags)};
  const bool is_next = !segment.seq || *segment.seq == peer_nxt;
  header.sequence = peer_iss + segment.seq.value_or(peer_nxt);
  if (header.flags.Has(wire::kAck)) header.acknowledgment = our_iss + segment.ack.value_or(seen);
  const bool is_syn = header.flags.Has(wire::kSyn);
  const std::uint8_t scale = both_scale_ && !is_syn ? peer_scale.value_or(0) : 0;
  header.window =
      static_cast<std::uint16_t>(std::min<std::uint32_t>(segment.win.value_or(peer_window) >> scale, 65535));
  header.urgent_pointer = segment.urgent;
  wire::TcpOptions options = {.maximum_segment_size = segment.mss,
                              .window_scale = segment.scale,
                              .timestamps = segment.ts,
                              .may_sack = segment.sack_ok,
                              .sack_count = static_cast<std::uint8_t>(segment.sacks.size())};
  if (both_stamp_ && !options.timestamps) {
    options.timestamps = {.value = static_cast<std::uint32_t>(context->now().nanoseconds / 1'000'000) + 77,
                          .echo = our_timestamp};
  }
  for (std::size_t i = 0; i < segment.sacks.size(); ++i) {
    options.sacks[i] = {our_iss + segment.sacks[i].left, our_iss + segment.sacks[i].right};
  }
  header.header_size = static_cast<std::uint8_t>(wire::kTcpSize + options.size());
  std::vector<std::byte> bytes(header.header_size + segment.data.size());
  header.Write(bytes);
  options.Write(std::span(bytes).subspan(wire::kTcpSize));
  std::memcpy(bytes.data() + header.header_size, segment.data.data(), segment.data.size());
  wire::Checksum sum = PseudoHeaderOf(received.source, received.destination, bytes.size());
  sum.Add(bytes);
  wire::StoreBig(&bytes[wire::kTcpChecksumPlace], sum.Finish());
  const auto length =
      static_cast<std::uint32_t>(segment.data.size() + (is_syn ? 1 : 0) + (header.flags.Has(wire::kFin) ? 1 : 0));
  if (is_next && !is_syn) peer_nxt += length;
  if (corrupts_checksum) bytes[wire::kTcpChecksumPlace] ^= std::byte{1};
  Packet packet = context.PacketOf(bytes);
  if (segments_joined > 1) {
    packet.info().segment_count = segments_joined;
    packet.info().segment_size = static_cast<std::uint16_t>(segment.data.size() / segments_joined);
  }
  ip.transport().Receive(packet, received);
}

void Script::NoteSeen(const SentSegment& sent) {
  const wire::TcpFlags flags = sent.header.flags;
  if (sent.options.timestamps) our_timestamp = sent.options.timestamps->value;
  if (flags.Has(wire::kRst)) return;
  if (flags.Has(wire::kSyn) && peer_scale) our_scale = sent.options.window_scale.value_or(0);
  const std::uint32_t end = sent.header.sequence - our_iss + static_cast<std::uint32_t>(sent.data.size()) +
                            (flags.HasAny(wire::kSyn) ? 1 : 0) + (flags.HasAny(wire::kFin) ? 1 : 0);
  // What follows on what was seen; beyond a gap nothing is acknowledged.
  if (sent.header.sequence - our_iss <= seen && static_cast<std::int32_t>(end - seen) > 0) seen = end;
}

SentSegment Script::Expect(const Seg& expected) {
  if (ip.sent.empty()) {
    ADD_FAILURE() << "nothing was sent; expected " << expected.flags.value_or(expected.data.empty() ? "A" : "PA");
    return {};
  }
  SentSegment sent = std::move(ip.sent.front());
  ip.sent.pop_front();
  const std::string flags = expected.flags.value_or(expected.data.empty() ? "A" : "PA");
  EXPECT_EQ(LettersOf(sent.header.flags), LettersOf(FlagsOf(flags)));
  if (expected.seq) EXPECT_EQ(sent.header.sequence - our_iss, *expected.seq) << "seq";
  if (expected.ack) EXPECT_EQ(sent.header.acknowledgment - peer_iss, *expected.ack) << "ack";
  const bool is_syn = sent.header.flags.Has(wire::kSyn);
  if (expected.win) {
    EXPECT_EQ(std::uint32_t{sent.header.window} << (is_syn || !both_scale_ ? 0 : our_scale), *expected.win) << "window";
  }
  EXPECT_EQ(sent.data.size(), expected.data.size());
  EXPECT_EQ(sent.data == expected.data, true) << sent.data.substr(0, 40);
  if (expected.mss) EXPECT_EQ(sent.options.maximum_segment_size, expected.mss);
  if (expected.scale) EXPECT_EQ(sent.options.window_scale, expected.scale);
  if (expected.ts) EXPECT_EQ(sent.options.timestamps, expected.ts);
  if (expected.sack_ok) EXPECT_TRUE(sent.options.may_sack);
  if (expected.urgent != 0) EXPECT_EQ(sent.header.urgent_pointer, expected.urgent);
  if (!expected.sacks.empty()) {
    std::vector<wire::SackBlock> sacks;
    for (std::size_t i = 0; i < sent.options.sack_count; ++i) {
      sacks.push_back({sent.options.sacks[i].left - peer_iss, sent.options.sacks[i].right - peer_iss});
    }
    EXPECT_EQ(sacks, expected.sacks);
  }
  NoteSeen(sent);
  return sent;
}

void Script::ExpectNothing() {
  for (const SentSegment& sent : ip.sent) {
    ADD_FAILURE() << "was sent: " << LettersOf(sent.header.flags) << " seq " << sent.header.sequence - our_iss
                  << " ack " << sent.header.acknowledgment - peer_iss << " bytes " << sent.data.size();
  }
  ip.sent.clear();
}

std::vector<SentSegment> Script::TakeSent() {
  std::vector<SentSegment> all;
  while (!ip.sent.empty()) {
    NoteSeen(ip.sent.front());
    all.push_back(std::move(ip.sent.front()));
    ip.sent.pop_front();
  }
  return all;
}

void Script::Advance(Duration duration) { context.Advance(duration); }

void Script::Icmp(IpError::Kind kind, std::uint32_t seq, std::uint32_t mtu) {
  std::array<std::byte, 8> quoted;
  wire::StoreBig(&quoted[0], local_port);
  wire::StoreBig(&quoted[2], remote_port);
  wire::StoreBig(&quoted[4], our_iss + seq);
  ip.transport().OnError({.kind = kind,
                          .source = LocalEnd().address,
                          .destination = RemoteEnd().address,
                          .reporter = Ipv4Address::Of(198, 51, 100, 1),
                          .mtu = mtu},
                         quoted);
}

std::string Script::ReadAll(Connection& connection) {
  std::string all;
  std::array<std::byte, 4096> part;
  while (true) {
    const kernel::Result<std::size_t> size = connection.Read(part);
    if (!size || *size == 0) return all;
    all.append(reinterpret_cast<const char*>(part.data()), *size);
  }
}

void Script::Write(Connection& connection, std::string_view bytes) {
  const kernel::Result<std::size_t> written = connection.Write(std::as_bytes(std::span(bytes)));
  ASSERT_TRUE(written.has_value());
  EXPECT_EQ(*written, bytes.size());
}

std::string Script::Bytes(std::size_t count, std::size_t from) {
  std::string bytes(count, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = from + i;
    bytes[i] = static_cast<char>((at * 131 + at / 251 * 17) & 0xff);
  }
  return bytes;
}

}  // namespace net::tcp
