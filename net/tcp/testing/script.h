// A conversation with TCP, as a script: what a peer sends, and what must come back.
//
//   class EstablishedTest : public Script {};
//   TEST_F(EstablishedTest, DataIsAcknowledged) {
//     Connection connection = Establish();            // from our side; the peer's segments are this script's
//     Inject({.data = "hello"});                      // the next bytes in order, acknowledging all that it has seen
//     Advance(Duration::Milliseconds(40));
//     Expect({.ack = 6});                             // numbers count from each side's SYN, which is 0
//     ExpectNothing();
//   }
//
// A field that is not given is chosen so that the segment is what a sane peer would send (Inject), or is not looked at
// (Expect; but flags and data always are).
#ifndef ENKEL_NET_TCP_TESTING_SCRIPT_H_
#define ENKEL_NET_TCP_TESTING_SCRIPT_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/tcp.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/tcp.h"

namespace net::tcp {

// What TCP handed to IP, its checksum verified.
struct SentSegment {
  wire::Tcp header;
  wire::TcpOptions options;
  std::string data;
  PacketInfo info;
  IpSend send;
  kernel::Instant at;
};

// An Ip that keeps what is sent, and has one path to everywhere.
class ScriptedIp final : public Ip {
 public:
  explicit ScriptedIp(Context& context) : context_(context) {}

  kernel::Result<Path> FindPath(const IpAddress& source, const IpAddress& destination, Interface* interface) override;
  kernel::Result<void> Send(Packet packet, const IpSend& send) override;
  void Register(wire::IpProtocol protocol, Transport& transport) override;
  bool IsOurs(const IpAddress& address) const override { return address == ipv4 || address == ipv6; }
  void ConfirmReachable(const IpAddress&) override { ++confirmations; }
  void ReducePathMtu(const IpAddress&, std::uint32_t new_mtu) override {
    path.mtu = static_cast<std::uint16_t>(new_mtu);
  }

  Transport& transport() { return *transport_; }

  IpAddress ipv4 = Ipv4Address::Of(192, 0, 2, 1);
  IpAddress ipv6 = Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
  Path path = {.mtu = 1500};
  std::optional<kernel::Error> find_error;  // of each FindPath
  std::optional<kernel::Error> send_error;  // of each Send
  std::deque<SentSegment> sent;
  int confirmations = 0;

 private:
  Context& context_;
  Transport* transport_ = nullptr;
};

// A segment of a script. Flags are letters: S F R P A U E C.
struct Seg {
  std::optional<std::string> flags = {};
  std::optional<std::uint32_t> seq = {};  // from the sender's SYN, which is 0
  std::optional<std::uint32_t> ack = {};  // from the receiver's SYN
  std::optional<std::uint32_t> win = {};  // bytes: what the field means, scaled
  std::string data = {};
  std::optional<std::uint16_t> mss = {};
  std::optional<std::uint8_t> scale = {};
  std::optional<wire::TcpTimestamps> ts = {};  // Inject: overrides those that the script keeps
  bool sack_ok = false;
  std::vector<wire::SackBlock> sacks = {};  // relative, as ack is
  std::uint16_t urgent = 0;
  std::uint8_t traffic_class = 0;
};

wire::TcpFlags FlagsOf(std::string_view letters);
std::string LettersOf(wire::TcpFlags flags);  // in the order FSRPAUEC

class Script : public ::testing::Test {
 protected:
  using Duration = kernel::Duration;

  explicit Script(const Config& config = {.connections = 64, .half_open = 16, .time_waits = 32});
  ~Script() override;

  // ---- What the peer is like, before a handshake.
  bool peer_is_ipv6 = false;
  std::uint16_t peer_mss = 1460;
  std::optional<std::uint8_t> peer_scale;
  bool peer_has_timestamps = false;
  bool peer_has_sack = false;
  bool peer_has_ecn = false;
  std::uint32_t peer_window = 65535;     // bytes: what its segments announce
  std::uint32_t peer_iss = 0xffff'f000;  // near the wrap, so that each test crosses it
  bool corrupts_checksum = false;
  std::uint16_t segments_joined = 1;  // each segment comes as if so many had been coalesced
  std::uint16_t local_port = 80;
  std::uint16_t remote_port = 5000;

  // ---- Handshakes, with the segments checked. Afterwards nothing waits in `ip.sent`.
  Connection Connect(const Options& options = {});    // SYN-SENT; the SYN is seen
  Connection Establish(const Options& options = {});  // from our side
  Connection Accept(const Options& options = {});     // from the peer's side, by a listener of its own
  Listener Listen(std::size_t backlog = 8, const Options& options = {});
  void SynFromPeer(std::uint16_t from_port);  // and the SYN-ACK is seen
  void AckFromPeer();                         // ends a handshake
  // ---- Further states, of a connection made by Establish.
  void PeerCloses(Connection& connection);  // CLOSE-WAIT
  void WeClose(Connection& connection);     // FIN-WAIT-1; the FIN is seen
  void PeerAcknowledges();                  // all that it has seen

  // ---- The conversation.
  void Inject(Seg segment);
  void InjectAs(Seg segment, const IpReceived& received);  // between other addresses
  void StartPeerAgain(std::uint32_t beyond);               // the same ends, numbers so far beyond those before
  void StartAs(std::uint16_t port);  // forgets the conversation; the next is with this port of ours
  SentSegment Expect(const Seg& expected);
  void ExpectNothing();
  // Whatever was sent, unseen.
  std::vector<SentSegment> TakeSent();
  void Advance(Duration duration);
  void Icmp(IpError::Kind kind, std::uint32_t seq, std::uint32_t mtu = 0);  // quoting a segment of ours

  std::string ReadAll(Connection& connection);
  void Write(Connection& connection, std::string_view bytes);         // all of it
  static std::string Bytes(std::size_t count, std::size_t from = 0);  // a pattern without a short period

  Endpoint LocalEnd() const;
  Endpoint RemoteEnd() const;
  const Counters& counters() const { return tcp->counters(); }

  TestContext context;
  ScriptedIp ip;
  std::vector<std::byte> storage;
  std::unique_ptr<Tcp> tcp;
  std::uint32_t our_iss = 0;
  std::uint32_t peer_nxt = 1;       // relative
  std::uint32_t seen = 0;           // what the peer acknowledges, relative to our SYN
  std::uint8_t our_scale = 0;       // as announced; 0 until both have scaled
  std::uint32_t our_timestamp = 0;  // the last that came

 private:
  void NoteSeen(const SentSegment& sent);
  void StartPeer();
  Seg SynOfPeer(bool is_answer);

  bool both_scale_ = false;
  bool both_stamp_ = false;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_TESTING_SCRIPT_H_
