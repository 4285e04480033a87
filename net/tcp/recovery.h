// The sender's judgement: how much may be on the way, what is lost, what goes again, and when to stop waiting.
//
// RACK-TLP [RFC8985] finds losses where the peer sends SACK, [RFC5681]'s and [RFC6582]'s duplicates where it does not;
// PRR [RFC6937] paces the answer, CUBIC [RFC9438] sizes the window, [RFC6298] the time-out. F-RTO [RFC5682], DSACK and
// timestamps [RFC3522] take back what was spurious. The connection moves bytes and asks here; Recovery never sends.
#ifndef ENKEL_NET_TCP_RECOVERY_H_
#define ENKEL_NET_TCP_RECOVERY_H_

#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/time.h"
#include "net/tcp/counters.h"
#include "net/tcp/cubic.h"
#include "net/tcp/pool.h"
#include "net/tcp/round_trip.h"
#include "net/tcp/sequence.h"
#include "net/wire/tcp.h"

namespace net::tcp {

struct SentRange;  // scoreboard.h: a range, when it was sent last, and what is known of it. When the pool is empty
                   // ranges become coarser and nothing fails

// One of each connection, from its first SYN on (which, like FIN, is a byte of the sequence here). Nothing allocates.
class Recovery {
 public:
  Recovery(Pool<SentRange>& ranges, TimeoutLimits limits);

  // The handshake is over: `next` is the first number after our SYN. `segment_size` is what a full segment carries.
  void Begin(Sequence next, std::uint32_t segment_size, bool has_sack, bool was_syn_lost);

  // ---- The round-trip time of handshakes comes from outside; the time-out of a SYN is asked here, too.
  RoundTrip& round_trip() { return round_trip_; }
  const RoundTrip& round_trip() const { return round_trip_; }

  // ---- Sending. The connection asks before, and tells after, each segment.

  // Bytes, new ones or again, that may be sent now: cwnd or PRR's share, less what is on the way. Where the first of
  // duplicates came, two segments more. [RFC3042]
  std::uint32_t Allowance() const;

  // What to send again before anything new; nothing: nothing is lost, or all of it is on the way again. Not longer than
  // a range of the scoreboard; the caller may send less of it, from its beginning.
  std::optional<SequenceRange> NextRetransmission() const;

  // A first transmission follows on the one before. After an idle time-out the window starts anew. [RFC5681] 4.1
  void OnSent(SequenceRange range, kernel::Instant now);
  void OnResent(SequenceRange range, kernel::Instant now);

  // Output ended, and what ended it was Allowance (true) or a lack of data or of window. CUBIC grows only by the
  // former.
  void OnOutputEnded(bool is_window_limited) { is_window_limited_ = is_window_limited; }

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

  // ---- Time. One deadline: RACK's reordering, the tail loss probe, or the retransmission time-out, whichever is next.
  kernel::Instant deadline() const { return deadline_; }  // kNever: nothing is on the way

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
  std::uint32_t in_flight() const;  // bytes: pipe
  bool IsRecovering() const;

 private:
  RoundTrip round_trip_;
  Cubic cubic_;
  kernel::Instant deadline_ = kernel::kNever;
  Sequence una_;
  Sequence nxt_;
  Sequence resend_;  // [resend_, lost_end_) is lost and goes again
  Sequence lost_end_;
  std::uint32_t segment_size_ = 1;
  std::uint8_t duplicates_ = 0;
  std::uint8_t timeouts_ = 0;
  bool is_window_limited_ = false;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_RECOVERY_H_
