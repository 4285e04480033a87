// The sender's judgement: how much may be on the way, what is lost, what goes again, and when to stop waiting.
//
// RACK-TLP [RFC8985] finds losses where the peer sends SACK, [RFC5681]'s and [RFC6582]'s duplicates where it does not;
// PRR [RFC6937] paces the answer, CUBIC [RFC9438] sizes the window, HyStart++ [RFC9406] ends the first slow start,
// [RFC6298] sizes the time-out. F-RTO [RFC5682], DSACK and
// timestamps [RFC3522] take back what was spurious. The connection moves bytes and asks here; Recovery never sends.
#ifndef ENKEL_NET_TCP_RECOVERY_H_
#define ENKEL_NET_TCP_RECOVERY_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/time.h"
#include "net/tcp/counters.h"
#include "net/tcp/cubic.h"
#include "net/tcp/pool.h"
#include "net/tcp/round_trip.h"
#include "net/tcp/scoreboard.h"
#include "net/tcp/sequence.h"
#include "net/tcp/slow_start.h"
#include "net/wire/tcp.h"

namespace net::tcp {

inline constexpr std::uint32_t kDefaultSegmentSize = 536;  // bytes, until Begin

// One of each connection, to which FIN is a byte of the sequence. Before Begin only the round trip counts. Nothing
// allocates.
class Recovery {
 public:
  Recovery(Pool<SentRange>& ranges, TimeoutLimits limits);

  // The handshake is over, and it was the first: `next` is the first number after our SYN. `segment_size` is what a
  // full segment carries.
  void Begin(Sequence next, std::uint32_t segment_size, bool has_sack, bool was_syn_lost);

  // ---- The round-trip time of the handshake comes from outside, and the time-out of a SYN is asked here.
  RoundTrip& round_trip() { return round_trip_; }
  const RoundTrip& round_trip() const { return round_trip_; }

  // ---- Sending. The connection asks before, and tells after, each segment.

  // Bytes, new ones or again, that may be sent now: cwnd or PRR's share, less what is on the way. The first duplicates
  // say that something left the network, which makes room for as much. [RFC3042]
  std::uint32_t Allowance() const {
    if (phase_ == Phase::kRecovery) return prr_share_;
    // [RFC5682] 3.1, 2b
    const std::uint32_t window = frto_ == Frto::kSecond ? 2 * segment_size_ : cubic_.window();
    const std::uint32_t out = in_flight();
    return window > out ? window - out : 0;
  }

  // What to send again before anything new; nothing: nothing is lost, all of it is on the way again, or new data shall
  // tell first whether it is lost at all [RFC5682]. Not longer than a range of the scoreboard; the caller may send less
  // of it, from its beginning.
  std::optional<SequenceRange> NextRetransmission() const {
    const SentRange* const lost = scoreboard_.FirstLost();
    if (lost == nullptr || frto_ == Frto::kSecond) return std::nullopt;
    return SequenceRange{lost->begin, lost->end};
  }

  // A first transmission follows on the one before. After an idle time-out the window starts anew. [RFC5681] 4.1
  void OnSent(SequenceRange range, kernel::Instant now);
  void OnResent(SequenceRange range, kernel::Instant now);

  // Output ended, and what ended it was Allowance (true) or a lack of data or of window. CUBIC grows only by the
  // former.
  void OnOutputEnded(bool is_window_limited) {
    is_window_limited_ = is_window_limited;
    // Nothing new to send: what is lost goes after all, at once. [RFC5682] 3.1, 2b
    if (frto_ == Frto::kSecond && !has_sent_new_) [[unlikely]] {
      frto_ = Frto::kOff;
      early_ = Early::kReordering;
      early_at_ = {};
    }
  }

  // ---- Acknowledgments that are acceptable: snd_una <= acknowledged <= snd_nxt.
  struct Ack {
    Sequence acknowledged;
    std::span<const wire::SackBlock> sacks;             // as they came: any numbers
    std::optional<kernel::Duration> echoed_round_trip;  // from a timestamp's echo
    bool is_duplicate =
        false;  // no data, no FIN, the same window, nothing newly acknowledged, something on the way. [RFC5681] 2
    bool has_congestion_echo = false;  // ECE, of a connection with ECN
  };
  struct AckResult {
    std::uint32_t acknowledged = 0;    // bytes newly acknowledged by the number itself
    bool must_tell_reduction = false;  // the window was reduced for ECE: send CWR with the next new data
  };
  // `snd_una` is that before this acknowledgment.
  AckResult OnAck(const Ack& ack, Sequence snd_una, Sequence snd_nxt, kernel::Instant now, Counters& counters);

  // The same, and less work, where it says only that all up to `snd_nxt` has arrived, in order and without any doubt.
  // False, and nothing changed, where it is not as simple as that.
  bool OnAckOfAll(Sequence snd_una, Sequence snd_nxt, kernel::Instant now);

  // ---- Time. One deadline: RACK's reordering, the tail loss probe, or the retransmission time-out, whichever is next.
  // kNever: nothing is on the way. It changes with every call above.
  kernel::Instant deadline() const { return std::min(timeout_at_, early_at_); }

  enum class Due : std::uint8_t {
    kNothing,  // it was too early, or nothing is to be done
    kLoss,     // something was found lost: NextRetransmission
    kProbe,    // send one segment of new data if the peer's window allows, else the last one again; then OnProbeSent
    kTimeout,  // all that is not sacked is lost, the window is one segment, and the time-out has doubled
  };
  Due OnDeadline(Sequence snd_una, Sequence snd_nxt, kernel::Instant now, Counters& counters);
  void OnProbeSent(Sequence snd_nxt, bool was_resent, kernel::Instant now);

  // Time-outs in a row without an acknowledgment of anything new.
  std::uint8_t timeouts() const { return timeouts_; }

  // ---- The path.
  // Segments are smaller, or larger, from now on.
  void SetSegmentSize(std::uint32_t segment_size);
  // All that is on the way was too large and goes again, which is no congestion. [RFC8201] 5.4 / [RFC1191] 6.4
  void ResendAll(Sequence snd_una, Sequence snd_nxt);
  // Stops waiting, for a closed window's probes take over or the connection ends.
  void Stop();

  std::uint32_t congestion_window() const { return cubic_.window(); }
  std::uint32_t threshold() const { return cubic_.threshold(); }
  std::uint32_t in_flight() const {  // bytes: pipe
    const std::uint32_t out = scoreboard_.size() - scoreboard_.sacked() - scoreboard_.lost();
    return out > duplicate_bytes_ ? out - duplicate_bytes_ : 0;
  }
  bool IsRecovering() const { return phase_ != Phase::kOpen; }
  const Scoreboard& scoreboard() const { return scoreboard_; }

 private:
  enum class Phase : std::uint8_t {
    kOpen,
    kRecovery,  // fast recovery: PRR gives shares
    kLoss,      // after a time-out: slow start
  };
  enum class Early : std::uint8_t { kNone, kReordering, kProbe };
  // How far F-RTO has come. [RFC5682] 3.1
  enum class Frto : std::uint8_t {
    kOff,
    kFirst,   // the first lost segment went again; the first acknowledgment is awaited
    kSecond,  // new data goes; its acknowledgment, or that of old data, decides
  };

  // In the order in which an acknowledgment takes them.
  bool TakeSacks(const Ack& ack, Sequence snd_nxt, Delivery& delivery, Counters& counters);
  bool TakeDuplicates(const Ack& ack, std::uint32_t acknowledged, Delivery& delivery);
  bool TakeRoundTrip(const Ack& ack, const Delivery& delivery, bool has_advanced);
  void Grow(std::uint32_t acknowledged, bool has_sample, Sequence snd_nxt, kernel::Instant now);
  void TakeProbeAnswer(const Ack& ack, bool is_duplicate_known);
  void TakeUndo(const Ack& ack, const Delivery& delivery, bool has_advanced, kernel::Instant now, Counters& counters);
  void TakeRack(const Delivery& delivery);
  bool TakeEcho(Sequence snd_nxt, std::uint32_t flight);

  // RACK.
  bool DetectLosses(kernel::Instant now);
  kernel::Duration ReorderingWindow() const;
  void AdaptReorderingWindow(bool has_duplicate, Sequence snd_nxt);

  void EnterRecovery(Sequence snd_nxt, std::uint32_t flight, Counters& counters);
  void LeaveRecovery();
  void ShareOut(std::uint32_t delivered, bool is_safe);
  void Spend(std::uint32_t bytes);
  void Undo(Counters& counters);
  void SetEarly(kernel::Instant now);
  std::uint32_t FlightForReduction() const;

  Scoreboard scoreboard_;
  RoundTrip round_trip_;
  Cubic cubic_{kDefaultSegmentSize};
  SlowStart slow_start_;  // the first one

  kernel::Instant timeout_at_ = kernel::kNever;
  kernel::Instant early_at_ = kernel::kNever;   // RACK's or TLP's, as early_ says
  kernel::Instant rack_sent_ = {};              // RACK.xmit_ts
  kernel::Duration rack_round_trip_ = {};       // RACK.rtt
  kernel::Instant last_sent_ = kernel::kNever;  // anything; never: nothing was
  kernel::Instant first_resent_ = {};           // since the recovery began, for [RFC3522]

  std::uint32_t segment_size_ = kDefaultSegmentSize;
  Sequence una_;
  Sequence rack_end_;         // RACK.end_seq
  Sequence highest_;          // RACK.fack
  Sequence duplicate_round_;  // RACK.dsack_round, if has_duplicate_round_
  Sequence recovery_point_;   // what was sent when the last recovery began
  Sequence probe_end_;        // TLP.end_seq, if is_probing_
  Sequence echo_round_;       // what was sent when the window was last reduced for ECE
  std::uint32_t prr_delivered_ = 0;
  std::uint32_t prr_out_ = 0;
  std::uint32_t prr_flight_ = 0;       // RecoverFS
  std::uint32_t prr_share_ = 0;        // bytes that may go now: sndcnt, less what went
  std::uint32_t duplicate_bytes_ = 0;  // without SACK: what the duplicates say has left the network
  std::uint32_t resent_bytes_ = 0;     // since the recovery began, less what DSACK reported
  std::uint8_t duplicates_ = 0;        // DupAcks
  std::uint8_t timeouts_ = 0;
  std::uint8_t window_steps_ = 1;    // RACK.reo_wnd_mult
  std::uint8_t window_persist_ = 0;  // RACK.reo_wnd_persist
  Phase phase_ = Phase::kOpen;
  Early early_ = Early::kNone;
  Frto frto_ = Frto::kOff;
  bool has_sack_ : 1 = false;
  bool has_rack_ : 1 = false;  // something was delivered: rack_sent_ and rack_end_ mean something
  bool has_reordering_ : 1 = false;
  bool has_duplicate_round_ : 1 = false;
  bool has_recovered_ : 1 = false;  // recovery_point_ means something
  bool is_probing_ : 1 = false;
  bool was_probe_resent_ : 1 = false;
  bool has_reduced_for_echo_ : 1 = false;
  bool is_window_limited_ : 1 = false;
  bool can_undo_ : 1 = false;
  bool awaits_first_advance_ : 1 = false;  // since the recovery began
  bool has_sent_new_ : 1 = false;          // since F-RTO waits
};
// An idle connection holds one.
static_assert(sizeof(Recovery) <= 448);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_RECOVERY_H_
