// Each state against each class of segment: all 64 combinations of FIN, SYN, RST, PSH, ACK and URG, sequence numbers
// around the window, acknowledgments around what was sent, with and without text. What must follow is worked out here
// from the text of the RFC alone. [RFC9293] 3.10.7, [RFC5961] 3 to 5, [RFC1337] 3
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/tcp/testing/script.h"

namespace net::tcp {
namespace {

using kernel::Duration;

constexpr std::uint32_t kTextSize = 5;

// What a segment looks like to the state machine.
struct Arrival {
  wire::TcpFlags flags;
  std::int64_t seq = 0;  // relative, as below
  std::int64_t ack = 0;
  std::uint32_t text = 0;  // bytes

  bool Has(wire::TcpFlags flag) const { return flags.Has(flag); }
  std::uint32_t length() const { return text + (Has(wire::kSyn) ? 1 : 0) + (Has(wire::kFin) ? 1 : 0); }
};

// The variables of the RFC, relative to the initial sequence numbers, so that plain comparison serves.
struct Variables {
  std::int64_t snd_una = 0;
  std::int64_t snd_nxt = 0;
  std::int64_t rcv_nxt = 0;
  std::int64_t rcv_wnd = 0;
  std::int64_t max_snd_wnd = 65535;
  bool is_passive = false;   // came from LISTEN
  bool is_fin_sent = false;  // its number is snd_nxt - 1
  bool has_peer_finished = false;
};

enum class Reply : std::uint8_t {
  kNothing,
  kAck,      // at once
  kAckSoon,  // within half a second
  kReset,
  kSynAck,
  kAckOrNothing,  // the RFC leaves it open, or it cannot occur between sane ends
};

struct Outcome {
  Reply reply = Reply::kNothing;
  State state = State::kClosed;
  std::int64_t reset_seq = 0;  // of kReset: as an absolute number where it is 0, else relative to ours
  std::optional<std::int64_t> reset_ack = {};
  std::int64_t ack = 0;  // of kAck and kAckSoon
};

// ---- The oracle.

Outcome InClosed(const Arrival& arrival) {
  if (arrival.Has(wire::kRst)) return {};
  if (arrival.Has(wire::kAck)) return {.reply = Reply::kReset, .reset_seq = arrival.ack};
  return {.reply = Reply::kReset, .reset_ack = arrival.seq + arrival.length()};
}

Outcome InListen(const Arrival& arrival) {
  if (arrival.Has(wire::kRst)) return {.state = State::kListen};
  if (arrival.Has(wire::kAck)) return {.reply = Reply::kReset, .state = State::kListen, .reset_seq = arrival.ack};
  // SYN with FIN: a sender without anything to say. Dropped, as Linux does; the RFC would keep the FIN for later.
  if (arrival.Has(wire::kSyn | wire::kFin) || !arrival.Has(wire::kSyn)) return {.state = State::kListen};
  return {.reply = Reply::kSynAck, .state = State::kSynReceived};
}

Outcome InSynSent(const Arrival& arrival, const Variables& now) {
  if (arrival.Has(wire::kAck) && (arrival.ack <= 0 || arrival.ack > now.snd_nxt)) {
    if (arrival.Has(wire::kRst)) return {.state = State::kSynSent};
    return {.reply = Reply::kReset, .state = State::kSynSent, .reset_seq = arrival.ack};
  }
  if (arrival.Has(wire::kRst)) return {.state = arrival.Has(wire::kAck) ? State::kClosed : State::kSynSent};
  if (!arrival.Has(wire::kSyn)) return {.state = State::kSynSent};
  if (!arrival.Has(wire::kAck)) return {.reply = Reply::kSynAck, .state = State::kSynReceived};
  const bool has_fin = arrival.Has(wire::kFin);
  return {.reply = Reply::kAck,
          .state = has_fin ? State::kCloseWait : State::kEstablished,
          .ack = arrival.seq + arrival.length()};
}

// Without text, by who has filled the window, whatever became of what filled it: see segment_arrives.cc. A handshake's
// window nobody has filled.
bool IsFromTheEdge(const Arrival& arrival, const Variables& now, State state) {
  return arrival.length() == 0 && !arrival.Has(wire::kRst) && arrival.seq == now.rcv_nxt + now.rcv_wnd &&
         !(state == State::kSynReceived && now.is_passive);
}

// Table 6.
bool IsAcceptable(const Arrival& arrival, const Variables& now) {
  const auto is_inside = [&](std::int64_t number) {
    return number >= now.rcv_nxt && number < now.rcv_nxt + now.rcv_wnd;
  };
  if (arrival.length() == 0) return now.rcv_wnd == 0 ? arrival.seq == now.rcv_nxt : is_inside(arrival.seq);
  return now.rcv_wnd > 0 && (is_inside(arrival.seq) || is_inside(arrival.seq + arrival.length() - 1));
}

// Steps six to eight.
Outcome TakeText(const Arrival& arrival, const Variables& now, State state, bool is_our_fin_acknowledged) {
  if (arrival.length() == 0) return {.state = state};
  if (now.has_peer_finished) return {.reply = Reply::kAckOrNothing, .state = state};
  const bool is_in_order = arrival.seq <= now.rcv_nxt;
  if (!is_in_order) return {.reply = Reply::kAck, .state = state, .ack = now.rcv_nxt};
  const std::int64_t next = arrival.seq + arrival.length();
  if (!arrival.Has(wire::kFin)) return {.reply = Reply::kAckSoon, .state = state, .ack = next};
  // An acknowledgment of a FIN may wait as any other does, for a program that closes in turn. [RFC9293] 3.8.6.3
  if (state == State::kEstablished) return {.reply = Reply::kAckSoon, .state = State::kCloseWait, .ack = next};
  if (state == State::kFinWait1) state = is_our_fin_acknowledged ? State::kTimeWait : State::kClosing;
  if (state == State::kFinWait2) state = State::kTimeWait;
  return {.reply = Reply::kAck, .state = state, .ack = next};
}

// All states that know both ends' numbers, and SYN-RECEIVED.
Outcome InSynchronized(const Arrival& arrival, const Variables& now, State state) {
  const Outcome nothing = {.state = state};
  const Outcome challenge = {.reply = Reply::kAck, .state = state, .ack = now.rcv_nxt};
  // First: the sequence number.
  if (!IsAcceptable(arrival, now) && !IsFromTheEdge(arrival, now, state))
    return arrival.Has(wire::kRst) ? nothing : challenge;
  // Second: RST, which counts at the left edge only.
  if (arrival.Has(wire::kRst)) {
    if (arrival.seq != now.rcv_nxt) return challenge;
    return {.state = state == State::kSynReceived && now.is_passive ? State::kListen : State::kClosed};
  }
  // Fourth: SYN.
  if (arrival.Has(wire::kSyn)) {
    if (state == State::kSynReceived && now.is_passive) return {.state = State::kListen};
    return challenge;
  }
  // Fifth: ACK.
  if (!arrival.Has(wire::kAck)) return nothing;
  if (state == State::kSynReceived) {
    if (arrival.ack <= now.snd_una || arrival.ack > now.snd_nxt) {
      return {.reply = Reply::kReset, .state = state, .reset_seq = arrival.ack};
    }
    state = State::kEstablished;
  }
  if (arrival.ack > now.snd_nxt || arrival.ack < now.snd_una - now.max_snd_wnd) {
    return {.reply = Reply::kAck, .state = state, .ack = now.rcv_nxt};
  }
  const bool is_fin_acknowledged = now.is_fin_sent && arrival.ack == now.snd_nxt;
  if (is_fin_acknowledged && state == State::kClosing)
    return {.reply = Reply::kAckOrNothing, .state = State::kTimeWait};
  if (is_fin_acknowledged && state == State::kLastAck) return {.state = State::kClosed};
  if (is_fin_acknowledged && state == State::kFinWait1 && !arrival.Has(wire::kFin)) state = State::kFinWait2;
  if (is_fin_acknowledged && state == State::kFinWait1 && arrival.seq > now.rcv_nxt) state = State::kFinWait2;
  return TakeText(arrival, now, state, is_fin_acknowledged);
}

// A reset is ignored, and only their FIN again must be answered. [RFC1337] 3
Outcome InTimeWait(const Arrival& arrival, const Variables& now) {
  if (arrival.Has(wire::kRst)) return {.state = State::kTimeWait};
  const bool is_fin_again = arrival.Has(wire::kFin) && arrival.Has(wire::kAck) && !arrival.Has(wire::kSyn) &&
                            arrival.seq + arrival.length() == now.rcv_nxt;
  if (is_fin_again) return {.reply = Reply::kAck, .state = State::kTimeWait, .ack = now.rcv_nxt};
  return {.reply = Reply::kAckOrNothing, .state = State::kTimeWait};
}

Outcome OracleOf(State state, const Arrival& arrival, const Variables& now) {
  switch (state) {
    case State::kClosed:
      return InClosed(arrival);
    case State::kListen:
      return InListen(arrival);
    case State::kSynSent:
      return InSynSent(arrival, now);
    case State::kTimeWait:
      return InTimeWait(arrival, now);
    default:
      return InSynchronized(arrival, now, state);
  }
}

// ---- Against the stack.

class StatesTest : public Script {
 protected:
  // A way into a state; the connection, if there is one, stays in `connection`.
  struct Start {
    std::string name;
    State state;
    std::function<void()> enter;
  };

  void RunAll(const Start& start) {
    for (const bool is_ipv6 : {false, true}) {
      peer_is_ipv6 = is_ipv6;
      RunAllFlags(start);
    }
    EXPECT_GT(cases_, 2 * 64 * 2 * 6);
  }

  void RunAllFlags(const Start& start) {
    int failures = 0;
    for (std::uint8_t bits = 0; bits < 64; ++bits) {
      for (const int sequence_class : {0, 1, 2, 3, 4, 5}) {
        for (const int ack_class : {0, 1, 2, 3}) {
          for (const std::uint32_t text : {0u, kTextSize}) {
            if ((bits & wire::kAck.bits) == 0 && ack_class > 0) continue;
            RunOne(start, {bits}, sequence_class, ack_class, text);
            if (HasFailure() && ++failures > 5) return;
          }
        }
      }
    }
  }

  void RunOne(const Start& start, wire::TcpFlags flags, int sequence_class, int ack_class, std::uint32_t text) {
    ++cases_;
    remote_port = static_cast<std::uint16_t>(1024 + cases_ % 60'000);
    start.enter();
    const Variables now = VariablesOf(start);
    const std::int64_t sequences[] = {
        now.rcv_nxt,      now.rcv_nxt + 10, now.rcv_nxt + now.rcv_wnd - 1, now.rcv_nxt + now.rcv_wnd,
        now.rcv_nxt - 10, now.rcv_nxt - 2};
    const std::int64_t acks[] = {now.snd_nxt, now.snd_una, now.snd_nxt + 1, now.snd_una - now.max_snd_wnd - 1};
    const Arrival arrival = {.flags = flags, .seq = sequences[sequence_class], .ack = acks[ack_class], .text = text};
    const Outcome expected = OracleOf(start.state, arrival, now);
    SCOPED_TRACE(start.name + ": " + LettersOf(flags) + " seq " + std::to_string(sequence_class) + " ack " +
                 std::to_string(ack_class) + " text " + std::to_string(text));
    const std::uint32_t kept = peer_nxt;
    Inject({.flags = LettersOf(flags),
            .seq = static_cast<std::uint32_t>(arrival.seq),
            .ack = static_cast<std::uint32_t>(arrival.ack),
            .data = std::string(text, 'x'),
            .urgent = static_cast<std::uint16_t>(flags.Has(wire::kUrg) ? 3 : 0)});
    peer_nxt = kept;
    CheckReply(expected);
    EXPECT_EQ(NameOf(StateNow()), std::string(NameOf(expected.state)));
    Clean();
  }

  Variables VariablesOf(const Start& start) {
    Variables now = {.snd_una = 1, .snd_nxt = 1, .rcv_nxt = peer_nxt, .rcv_wnd = 65535};
    switch (start.state) {
      case State::kClosed:
      case State::kListen:
        our_iss = 7000;
        return {.snd_una = 1000, .snd_nxt = 1000, .rcv_nxt = 1000, .rcv_wnd = 65535};
      case State::kSynSent:
        return {.snd_una = 0, .snd_nxt = 1, .rcv_nxt = 20, .rcv_wnd = 65535};
      case State::kSynReceived:
        now.snd_una = 0;
        now.is_passive = !connection;
        if (connection) now.rcv_wnd = connection.info().receive_window;
        return now;
      case State::kTimeWait:
        now.snd_una = now.snd_nxt = 2;
        return now;
      default:
        break;
    }
    const Info info = connection.info();
    now.snd_nxt = now.snd_una + info.unacknowledged;
    if (start.state == State::kFinWait2) now.snd_una = now.snd_nxt = 2;
    now.rcv_wnd = info.receive_window;
    now.is_fin_sent = start.state == State::kFinWait1 || start.state == State::kFinWait2 ||
                      start.state == State::kClosing || start.state == State::kLastAck;
    now.has_peer_finished =
        start.state == State::kCloseWait || start.state == State::kClosing || start.state == State::kLastAck;
    return now;
  }

  void CheckReply(const Outcome& expected) {
    std::vector<SentSegment> sent = TakeSent();
    if (expected.reply == Reply::kAckSoon && sent.empty()) {
      Advance(Duration::Milliseconds(499));
      sent = TakeSent();
      ASSERT_FALSE(sent.empty());
      sent = {sent.back()};
    }
    if (expected.reply == Reply::kNothing) {
      EXPECT_TRUE(sent.empty()) << LettersOf(sent.front().header.flags);
      return;
    }
    if (expected.reply == Reply::kAckOrNothing && sent.empty()) return;
    ASSERT_EQ(sent.size(), 1u);
    const wire::Tcp& header = sent.front().header;
    switch (expected.reply) {
      case Reply::kSynAck:
        EXPECT_TRUE(header.flags.Has(wire::kSyn | wire::kAck));
        break;
      case Reply::kReset:
        EXPECT_TRUE(header.flags.Has(wire::kRst));
        EXPECT_EQ(header.flags.Has(wire::kAck), expected.reset_ack.has_value());
        if (expected.reset_ack) {
          EXPECT_EQ(header.sequence, 0u);
          EXPECT_EQ(header.acknowledgment - peer_iss, static_cast<std::uint32_t>(*expected.reset_ack));
        } else {
          EXPECT_EQ(header.sequence - our_iss, static_cast<std::uint32_t>(expected.reset_seq));
        }
        break;
      case Reply::kAckOrNothing:
        EXPECT_TRUE(header.flags.Has(wire::kAck) && !header.flags.HasAny(wire::kSyn | wire::kRst));
        break;
      default:
        EXPECT_TRUE(header.flags.Has(wire::kAck) && !header.flags.HasAny(wire::kRst));
        EXPECT_EQ(header.acknowledgment - peer_iss, static_cast<std::uint32_t>(expected.ack));
        break;
    }
  }

  State StateNow() {
    if (tcp->time_waits() > 0) return State::kTimeWait;
    if (connection) return connection.info().state;
    if (listener && listener.CanAccept()) {
      connection = std::move(*listener.Accept());
      return connection.info().state;
    }
    if (tcp->half_open() > 0) return State::kSynReceived;
    return listener ? State::kListen : State::kClosed;
  }

  void Clean() {
    if (connection) connection.Abort();
    connection = {};
    listener = {};
    Advance(Duration::Seconds(61));
    TakeSent();
    ASSERT_EQ(tcp->connections() + tcp->half_open() + tcp->time_waits(), 0u);
  }

  // Data on the way, so that an acknowledgment can be new or not.
  void SendSome() {
    Write(connection, std::string(100, 'y'));
    TakeSent();
    seen = 1;
  }

  Connection connection;
  Listener listener;
  int cases_ = 0;
};

TEST_F(StatesTest, Closed) {
  RunAll({"CLOSED", State::kClosed, [] {}});
}

TEST_F(StatesTest, Listen) {
  RunAll({"LISTEN", State::kListen, [this] { listener = Listen(); }});
}

TEST_F(StatesTest, SynSent) {
  RunAll({"SYN-SENT", State::kSynSent, [this] { connection = Connect(); }});
}

TEST_F(StatesTest, SynReceivedFromListen) {
  RunAll({"SYN-RECEIVED, passive", State::kSynReceived, [this] {
            listener = Listen();
            SynFromPeer(remote_port);
          }});
}

TEST_F(StatesTest, SynReceivedFromBothSides) {
  RunAll({"SYN-RECEIVED, active", State::kSynReceived, [this] {
            connection = Connect();
            Inject({.flags = "S", .seq = 0});
            TakeSent();
            seen = 0;
          }});
}

TEST_F(StatesTest, Established) {
  RunAll({"ESTABLISHED", State::kEstablished, [this] {
            connection = Establish();
            SendSome();
          }});
}

TEST_F(StatesTest, FinWait1) {
  RunAll({"FIN-WAIT-1", State::kFinWait1, [this] {
            connection = Establish();
            WeClose(connection);
          }});
}

TEST_F(StatesTest, FinWait2) {
  RunAll({"FIN-WAIT-2", State::kFinWait2, [this] {
            connection = Establish();
            WeClose(connection);
            PeerAcknowledges();
          }});
}

TEST_F(StatesTest, CloseWait) {
  RunAll({"CLOSE-WAIT", State::kCloseWait, [this] {
            connection = Establish();
            PeerCloses(connection);
            SendSome();
          }});
}

TEST_F(StatesTest, Closing) {
  RunAll({"CLOSING", State::kClosing, [this] {
            connection = Establish();
            WeClose(connection);
            Inject({.flags = "FA", .ack = 1});
            TakeSent();
          }});
}

TEST_F(StatesTest, LastAck) {
  RunAll({"LAST-ACK", State::kLastAck, [this] {
            connection = Establish();
            PeerCloses(connection);
            connection.ShutDownWrite();
            Expect({.flags = "FA"});
          }});
}

TEST_F(StatesTest, TimeWait) {
  RunAll({"TIME-WAIT", State::kTimeWait, [this] {
            connection = Establish();
            WeClose(connection);
            PeerAcknowledges();
            Inject({.flags = "FA"});
            TakeSent();
          }});
}

}  // namespace
}  // namespace net::tcp
