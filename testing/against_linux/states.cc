// Every state of TCP against every class of segment: all 64 combinations of FIN, SYN, RST, PSH, ACK and URG, sequence
// numbers around the window, acknowledgments around what was sent, with and without text.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "testing/against_linux/frames.h"
#include "testing/against_linux/script.h"
#include "testing/against_linux/subject.h"

namespace against_linux {
namespace {

constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kSyn = 2;
constexpr std::uint8_t kRst = 4;
constexpr std::uint8_t kAck = 16;
constexpr std::uint8_t kUrg = 32;
constexpr std::uint32_t kPeerIss = 0xffff'f000;  // so that each conversation crosses the wrap
constexpr std::uint32_t kPeerWindow = 65535;
constexpr std::size_t kWritten = 100;  // bytes on the way
constexpr std::size_t kText = 5;

constexpr std::array<const char*, 6> kSequences = {"next", "inside", "last", "beyond", "old", "partly"};
constexpr std::array<const char*, 4> kAcknowledgments = {"all", "none", "future", "ancient"};
constexpr std::array<const char*, 12> kStarts = {"CLOSED",
                                                 "LISTEN",
                                                 "SYN-SENT",
                                                 "SYN-RECEIVED, passive",
                                                 "SYN-RECEIVED, active",
                                                 "ESTABLISHED",
                                                 "FIN-WAIT-1",
                                                 "FIN-WAIT-2",
                                                 "CLOSE-WAIT",
                                                 "CLOSING",
                                                 "LAST-ACK",
                                                 "TIME-WAIT"};

std::string LettersOf(std::uint8_t flags) {
  std::string letters;
  for (const auto& [bit, letter] : {std::pair{1, 'F'}, {2, 'S'}, {4, 'R'}, {8, 'P'}, {16, 'A'}, {32, 'U'}}) {
    if ((flags & bit) != 0) letters += letter;
  }
  return letters.empty() ? "-" : letters;
}

// The two ends' numbers, each counted from its initial one.
struct Numbers {
  std::uint32_t subject_iss = 7000;  // of no connection: any
  std::uint32_t snd_una = 1000;
  std::uint32_t snd_nxt = 1000;
  std::uint32_t rcv_nxt = 1000;
  std::uint32_t rcv_wnd = 65535;
};

class Conversation {
 public:
  Conversation(Subject& subject, bool is_ipv6, std::uint16_t port)
      : subject_(subject), is_ipv6_(is_ipv6), port_(port) {}

  const Numbers& now() const { return now_; }

  std::vector<Segment> Send(std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment,
                            const Bytes& text = {}) {
    const Bytes source = is_ipv6_ ? Ipv6Of(2) : Ipv4Of(2);
    const Bytes destination = is_ipv6_ ? Ipv6Of(1) : Ipv4Of(1);
    const Bytes segment = Tcp({.source_port = port_,
                               .destination_port = kSubjectPort,
                               .sequence = kPeerIss + sequence,
                               .acknowledgment = (flags & kAck) != 0 ? now_.subject_iss + acknowledgment : 0,
                               .flags = flags,
                               .urgent = static_cast<std::uint16_t>((flags & kUrg) != 0 ? 3 : 0)},
                              text, source, destination);
    return Run({Frame(subject_.mac(), is_ipv6_ ? kIpv6 : kIpv4, is_ipv6_ ? Ipv6(segment, {}) : Ipv4(segment, {}))});
  }

  void Enter(const std::string& start) {
    if (start == "CLOSED") return;
    if (start == "LISTEN") return subject_.Listen(is_ipv6_);
    if (start == "SYN-RECEIVED, passive") {
      subject_.Listen(is_ipv6_);
      now_ = {.snd_una = 0, .snd_nxt = 1, .rcv_nxt = 1};
      return Learn(Send(kSyn, 0, 0));
    }
    subject_.Connect(is_ipv6_, port_);
    now_ = {.snd_una = 0, .snd_nxt = 1, .rcv_nxt = 20};
    Learn(Run({}));
    if (start == "SYN-SENT") {
      now_.rcv_wnd = 65535;
      return;
    }
    now_.rcv_nxt = 1;
    if (start == "SYN-RECEIVED, active") return Learn(Send(kSyn, 0, 0));
    Learn(Send(kSyn | kAck, 0, 1));
    now_.snd_una = 1;
    EnterFromEstablished(start);
  }

  // Ends a TIME-WAIT of Linux's, so that its tables stay short: by a reset at the number that it waits for.
  void EndTimeWait() {
    if (subject_.State(is_ipv6_, port_) != "TIME-WAIT") return;
    for (std::uint32_t beyond = 0; beyond <= kText + 1; ++beyond) Send(kRst, now_.rcv_nxt + beyond, 0);
  }

  // What the subject does, in words. Text that it took may be acknowledged at once or soon.
  std::string Outcome(const std::string& start, const std::vector<Segment>& replies) {
    std::string text = subject_.State(is_ipv6_, port_);
    if (const std::size_t readable = subject_.Readable(); readable > 0) text += " +" + std::to_string(readable);
    for (const Segment& reply : replies) {
      const std::uint32_t acknowledgment = reply.acknowledgment - kPeerIss;
      const bool is_plain = (reply.flags & (kFin | kSyn | kRst | kAck)) == kAck;
      const bool is_news = static_cast<std::int32_t>(acknowledgment - now_.rcv_nxt) > 0;
      if (IsRepetition(start, reply) || (is_plain && is_news && start != "SYN-SENT")) continue;
      text += "; " + LettersOf(reply.flags & (kFin | kSyn | kRst | kAck));
      if ((reply.flags & kSyn) == 0) {
        text += " seq " + std::to_string(reply.sequence == 0 ? 0 : reply.sequence - now_.subject_iss);
      }
      if ((reply.flags & kAck) != 0) text += " ack " + std::to_string(acknowledgment);
    }
    return text;
  }

 private:
  // What a timer sends again on a slow machine: text, a FIN, a SYN, or the SYN-ACK of a connection half open.
  static bool IsRepetition(const std::string& start, const Segment& reply) {
    const bool is_syn = (reply.flags & kSyn) != 0;
    const bool is_half_open = start.starts_with("SYN-RECEIVED");
    return reply.text > 0 || (reply.flags & kFin) != 0 || (is_syn && (is_half_open || (reply.flags & kAck) == 0));
  }

  std::vector<Segment> Run(const std::vector<Bytes>& frames) {
    std::vector<Segment> segments;
    for (const Bytes& frame : Exchange(subject_, frames)) {
      const auto segment = SegmentIn(frame);
      if (segment && segment->source_port == kSubjectPort && segment->destination_port == port_) {
        segments.push_back(*segment);
      }
    }
    return segments;
  }

  void Learn(const std::vector<Segment>& replies) {
    for (const Segment& reply : replies) {
      if ((reply.flags & kSyn) != 0) now_.subject_iss = reply.sequence;
      now_.rcv_wnd = reply.window;
    }
  }

  void WeClose() {
    subject_.ShutDownWrite();
    Learn(Run({}));
    ++now_.snd_nxt;
  }

  void PeerCloses() {
    Learn(Send(kFin | kAck, now_.rcv_nxt, now_.snd_una));
    ++now_.rcv_nxt;
  }

  void SendSome() {
    subject_.Write(kWritten);
    Learn(Run({}));
    now_.snd_nxt += kWritten;
  }

  void EnterFromEstablished(const std::string& start) {
    if (start == "ESTABLISHED") return SendSome();
    if (start == "CLOSE-WAIT" || start == "LAST-ACK") PeerCloses();
    if (start == "CLOSE-WAIT") return SendSome();
    WeClose();
    if (start == "CLOSING") PeerCloses();
    if (start == "FIN-WAIT-2" || start == "TIME-WAIT") {
      now_.snd_una = now_.snd_nxt;
      Learn(Send(kAck, now_.rcv_nxt, now_.snd_una));
    }
    if (start == "TIME-WAIT") PeerCloses();
  }

  Subject& subject_;
  const bool is_ipv6_;
  const std::uint16_t port_;
  Numbers now_;
};

void CheckEntered(const std::string& start, const std::string& state) {
  if (start.starts_with(state)) return;
  std::fprintf(stderr, "%s was not reached: %s\n", start.c_str(), state.c_str());
  std::exit(1);
}

}  // namespace

std::vector<Observation> RunStates(Subject& subject, bool is_ipv6) {
  std::vector<Observation> seen;
  std::uint16_t port = 1024;
  for (const std::string start : kStarts) {
    for (std::uint8_t flags = 0; flags < 64; ++flags) {
      for (std::size_t sequence = 0; sequence < kSequences.size(); ++sequence) {
        for (std::size_t ack = 0; ack < ((flags & kAck) != 0 ? kAcknowledgments.size() : 1); ++ack) {
          for (const std::size_t text : {std::size_t{0}, kText}) {
            Conversation conversation(subject, is_ipv6, ++port);
            conversation.Enter(start);
            CheckEntered(start, subject.State(is_ipv6, port));
            const Numbers& now = conversation.now();
            const std::array<std::uint32_t, kSequences.size()> sequences = {
                now.rcv_nxt,      now.rcv_nxt + 10, now.rcv_nxt + now.rcv_wnd - 1, now.rcv_nxt + now.rcv_wnd,
                now.rcv_nxt - 10, now.rcv_nxt - 2};
            const std::array<std::uint32_t, kAcknowledgments.size()> acks = {now.snd_nxt, now.snd_una, now.snd_nxt + 1,
                                                                             now.snd_una - kPeerWindow - 1};
            const auto replies = conversation.Send(flags, sequences[sequence], acks[ack], Bytes(text, 'x'));
            const char* const ack_name = (flags & kAck) != 0 ? kAcknowledgments[ack] : "-";
            seen.push_back({std::string(start) + " | " + LettersOf(flags) + " | " + kSequences[sequence] + " | " +
                                ack_name + " | " + std::to_string(text),
                            conversation.Outcome(start, replies)});
            conversation.EndTimeWait();
            subject.Clean();
          }
        }
      }
    }
  }
  return seen;
}

}  // namespace against_linux
