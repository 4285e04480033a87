// All that TCP remembers of a connection: the RFC's transmission control block. [RFC9293] 3.3.1
//
// It is data. What happens to it stands by role: segment_arrives.cc, acknowledge.cc, output.cc, deadlines.cc, life.cc.
#ifndef ENKEL_NET_TCP_CONTROL_BLOCK_H_
#define ENKEL_NET_TCP_CONTROL_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ip/ip.h"
#include "net/tcp/budget.h"
#include "net/tcp/connection_table.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/tcp/receive_queue.h"
#include "net/tcp/recovery.h"
#include "net/tcp/send_queue.h"
#include "net/tcp/sequence.h"
#include "net/tcp/state.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::tcp {

struct ListenBlock;
struct Stack;

// What `retry_at` waits for: one thing at a time.
enum class Retry : std::uint8_t {
  kNone,
  kSyn,      // a SYN or SYN-ACK goes again
  kPersist,  // a closed or a silly window is probed. [RFC9293] 3.8.6.1
  kDevice,   // the device, or a pool, had no room: try again
};

// What `life_at` waits for.
enum class Life : std::uint8_t { kNone, kKeepAlive, kFinWait2 };

struct ControlBlock : Timer {
  explicit ControlBlock(Stack& its_stack);

  // ---- Read for each segment.
  Stack& stack;
  ControlBlock* next_in_bucket = nullptr;
  std::uint64_t hash = 0;
  Endpoint remote;
  Endpoint local;
  State state = State::kClosed;

  bool is_in_table = false;
  bool has_handle = false;     // a program holds it, or may accept it
  bool is_fin_queued = false;  // our FIN follows the last byte of send_queue
  bool is_quiet = false;       // the program reads no more
  bool was_established = false;
  bool has_news = false;             // for the observer
  bool wants_room = false;           // the program waits for CanWrite
  bool must_output = false;          // something may be sent that could not before
  bool must_ack = false;             // now, if nothing carries it
  bool must_echo = false;            // ECE in each segment until CWR comes. [RFC3168] 6.1.3
  bool must_tell_reduction = false;  // CWR in the next new segment. [RFC3168] 6.1.2
  std::uint8_t depth = 0;            // turns that are under way: see turn.h
  Retry retry = Retry::kNone;
  Life life = Life::kNone;

  // ---- Send sequence variables. [RFC9293] figure 3
  Sequence iss;
  Sequence snd_una;
  Sequence snd_nxt;
  Sequence snd_up;  // the number after the last urgent byte, if has_urgent_to_send
  Sequence snd_wl1;
  Sequence snd_wl2;
  Sequence snd_small;             // the end of the last segment that was not full: Nagle waits for it. [RFC896]
  std::uint32_t snd_wnd = 0;      // bytes
  std::uint32_t max_snd_wnd = 0;  // the largest so far
  std::uint16_t send_segment_size =
      0;  // payload bytes of a full segment with its options: Eff.snd.MSS. [RFC9293] 3.7.1
  std::uint16_t receive_segment_size = 0;  // what our SYN announced, or the largest that came
  std::uint32_t largest_segment = 0;       // payload bytes that IP takes in one packet to cut; 0: none

  // ---- Receive sequence variables; RCV.NXT is receive_queue.next().
  Sequence irs;
  Sequence rcv_adv;        // RCV.NXT + RCV.WND as the peer knows it: never moves back
  Sequence last_ack_sent;  // [RFC7323] 4.3
  std::uint32_t ts_recent = 0;
  std::uint32_t ts_recent_age = 0;  // seconds of the stack's clock, when it was set
  std::uint32_t ts_offset = 0;
  Negotiated agreed;
  std::uint8_t quick_acks = 0;  // full segments that are still acknowledged one by one
  bool has_urgent_to_send = false;
  bool is_peer_scaling = false;

  SendQueue send_queue;
  ReceiveQueue receive_queue;
  Recovery recovery;
  ReceiveTuning tuning;
  std::size_t charged = 0;  // bytes of the budget

  // ---- Deadlines; the timer runs for the earliest, or earlier.
  kernel::Instant ack_at = kernel::kNever;  // a delayed acknowledgment
  kernel::Instant retry_at = kernel::kNever;
  kernel::Instant life_at = kernel::kNever;
  kernel::Instant stalled_since = kernel::kNever;  // something waits to be acknowledged since then, or to be sent
  kernel::Instant heard_at;                        // an acceptable segment came; before, when our SYN went
  std::uint8_t retries = 0;                        // of `retry`, in a row
  std::uint8_t keep_alives_sent = 0;               // in a row
  std::uint8_t challenges = 0;                     // in this interval
  std::uint8_t size_reductions = 0;                // segments made smaller because nothing came through
  bool is_size_tried = false;                      // a larger segment is on its way: black_hole.h
  std::uint32_t challenge_interval = 0;
  std::uint32_t raise_second = 0;  // of the stack's clock: a larger segment may be tried then
  Sequence size_tried;             // the number after it
  std::uint32_t retransmissions_before = 0;

  // ---- The path and the program.
  Interface* interface = nullptr;
  Observer* observer = nullptr;
  ListenBlock* listener = nullptr;  // that has not handed it out yet
  ControlBlock* next_to_accept = nullptr;
  std::uint32_t path_generation = 0;  // of Stack: when the path was looked up
  std::uint32_t retransmissions = 0;
  std::uint16_t pseudo_sum = 0;   // of both addresses and the protocol
  std::uint16_t path_mtu = 0;     // bytes
  std::uint16_t receive_mtu = 0;  // bytes, of our link: what our SYN says does not depend on the path. [RFC1191] 3.1
  std::optional<kernel::Error> error;
  std::optional<kernel::Error> soft_error;
  Options options;

  Sequence rcv_nxt() const { return receive_queue.next(); }
  std::uint32_t rcv_wnd() const { return rcv_adv > rcv_nxt() ? Distance(rcv_nxt(), rcv_adv) : 0; }
  Sequence send_edge() const { return snd_una + snd_wnd; }
  // The number after our FIN, once it is queued; else after the last byte.
  Sequence send_end() const { return send_queue.end() + (is_fin_queued ? 1 : 0); }
  bool IsFinSent() const { return is_fin_queued && snd_nxt == send_end(); }
  bool IsFinAcknowledged() const { return is_fin_queued && snd_una == send_end(); }
};

// What an idle connection costs, timer and all.
static_assert(sizeof(ControlBlock) <= 1024);

inline ControlBlock* ConnectionTable::Find(const Endpoint& local, const Endpoint& remote, std::uint64_t hash) const {
  ControlBlock* block = buckets_[hash & (buckets_.size() - 1)];
  while (block != nullptr && (block->hash != hash || block->remote != remote || block->local != local)) {
    block = block->next_in_bucket;
  }
  return block;
}

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_CONTROL_BLOCK_H_
