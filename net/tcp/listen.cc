#include <cstdint>
#include <optional>

#include "net/ip/ip.h"
#include "net/tcp/budget.h"
#include "net/tcp/connection_table.h"
#include "net/tcp/control_block.h"
#include "net/tcp/half_open.h"
#include "net/tcp/initial_sequence.h"
#include "net/tcp/life.h"
#include "net/tcp/listener_table.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/segment.h"
#include "net/tcp/segment_arrives.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/syn_cookies.h"
#include "net/tcp/transmit.h"
#include "net/tcp/turn.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

constexpr std::uint16_t kFirstReceiveSegment = 536;  // bytes, until a larger one comes

// What a SYN asks for, and our answer.
std::optional<HalfOpenEntry> EntryFor(ListenBlock& listener, const Segment& segment, std::optional<Sequence> after) {
  Stack& stack = listener.stack;
  const Endpoint local = segment.local();
  const Endpoint remote = segment.remote();
  const kernel::Result<Path> path = stack.ip.FindPath(local.address, remote.address);
  if (!path) return std::nullopt;
  const bool is_ipv4 = remote.address.IsIpv4();
  const Offer offer = OfferFor(listener.options, is_ipv4, path->receive_mtu());
  const Origins origins = OriginsOf(stack.context.random(), local, remote, stack.now());
  HalfOpenEntry entry = {.local = local,
                         .remote = remote,
                         .listener = &listener,
                         .iss = origins.sequence,
                         .irs = segment.sequence(),
                         .ts_offset = origins.timestamp_offset,
                         .send_window = segment.header.window,
                         .our_segment_size = offer.segment_size,
                         .agreed = Negotiate(offer, segment.options, segment.header.flags, is_ipv4),
                         .peer_scales = segment.options.window_scale.has_value(),
                         .first_sent = stack.now()};
  if (entry.agreed.has_timestamps) entry.ts_recent = segment.options.timestamps->value;
  // [RFC9293] 3.4.2: nothing of the connection before may fit into this one.
  constexpr std::uint32_t kMargin = 1 << 16;
  if (after && entry.iss <= *after) entry.iss = *after + kMargin;
  return entry;
}

// Answers without remembering. [RFC4987] 3.6
[[gnu::noinline]] void SendCookie(Stack& stack, HalfOpenEntry& entry) {
  if (!entry.agreed.has_timestamps) {
    // Only the timestamp has room for more than a segment size.
    entry.agreed = {.send_segment_size = entry.agreed.send_segment_size};
    entry.peer_scales = false;
  }
  const std::uint32_t clock = TimestampAt(stack.now(), entry.ts_offset);
  const Cookie cookie = MakeCookie(stack.context.random(), entry.local, entry.remote, entry.irs, entry.agreed,
                                   entry.peer_scales, clock, stack.now());
  entry.iss = cookie.iss;
  ++stack.counters.cookies_sent;
  stack.cookies_until = stack.now() + kCookieLifetime;
  SendSynAck(stack, entry, cookie.timestamp);
}

// Third: the SYN bit.
void OnSyn(ListenBlock& listener, const Segment& segment, std::uint64_t hash, std::optional<Sequence> after) {
  Stack& stack = listener.stack;
  // Who is not accepted in time finds the door shut, and comes again.
  if (listener.waiting >= listener.backlog) {
    ++stack.counters.backlog_full;
    return;
  }
  std::optional<HalfOpenEntry> entry = EntryFor(listener, segment, after);
  if (!entry) return;
  const bool is_scarce = stack.half_open.IsFull() || stack.budget.pressure() == Budget::Pressure::kFull;
  HalfOpenEntry* const kept = is_scarce ? nullptr : stack.half_open.Add(*entry, hash, stack.now());
  if (kept == nullptr) {
    SendCookie(stack, *entry);
    return;
  }
  ++listener.half_open;
  SendSynAck(stack, *kept, TimestampAt(stack.now(), kept->ts_offset));
}

// Second: the ACK bit: the end of a handshake that nobody remembers, or nothing.
[[gnu::noinline]] void OnAck(ListenBlock& listener, Segment& segment, std::uint64_t hash) {
  Stack& stack = listener.stack;
  if (stack.counters.cookies_sent == 0 || segment.Has(wire::kSyn)) {
    ++stack.counters.no_listener;
    SendResetFor(stack, segment);
    return;
  }
  const Endpoint local = segment.local();
  const Endpoint remote = segment.remote();
  std::optional<std::uint32_t> echo;
  if (segment.options.timestamps) echo = segment.options.timestamps->echo;
  const Sequence irs = segment.sequence() - 1;
  const std::optional<Negotiated> agreed =
      CheckCookie(stack.context.random(), local, remote, irs, segment.acknowledgment(), echo,
                  WindowShiftFor(listener.options.receive_limit), stack.now());
  if (!agreed && segment.length() > 0 && stack.now() < stack.cookies_until) {
    // Only the first segment after the SYN-ACK says where the peer's numbers began. What overtook it, or came although
    // it was lost, is sent again; a reset would end a connection that the peer believes in.
    ++stack.counters.early_data;
    return;
  }
  if (!agreed) {
    ++stack.counters.bad_cookie;
    SendResetFor(stack, segment);
    return;
  }
  ++stack.counters.cookies_accepted;
  const HalfOpenEntry entry = {.local = local,
                               .remote = remote,
                               .listener = &listener,
                               .iss = segment.acknowledgment() - 1,
                               .irs = irs,
                               .ts_recent = segment.options.timestamps ? segment.options.timestamps->value : 0,
                               .ts_offset = TimestampOffset(stack.context.random(), local, remote),
                               .agreed = *agreed,
                               .peer_scales = agreed->send_window_shift != 0,
                               .first_sent = stack.now(),
                               .retransmissions = 1};  // nobody knows when it was sent
  (void)MakeConnection(listener, entry, segment, hash);
}

void PushToAccept(ListenBlock& listener, ControlBlock& block) {
  block.listener = &listener;
  block.next_to_accept = nullptr;
  (listener.last == nullptr ? listener.first : listener.last->next_to_accept) = &block;
  listener.last = &block;
  ++listener.waiting;
}

}  // namespace

bool MakeConnection(ListenBlock& listener, const HalfOpenEntry& entry, Segment& segment, std::uint64_t hash) {
  Stack& stack = listener.stack;
  if (listener.waiting >= listener.backlog) {
    ++stack.counters.backlog_full;
    return false;
  }
  ControlBlock* const made = Create(stack, entry.local, entry.remote, hash, entry.ts_offset, listener.options);
  if (made == nullptr) return false;
  ControlBlock& block = *made;
  Enter(block, State::kSynReceived);
  block.iss = block.snd_una = entry.iss;
  block.snd_nxt = entry.iss + 1;
  block.send_queue.Begin(block.snd_nxt);
  block.snd_wnd = block.max_snd_wnd = entry.send_window;
  block.snd_wl1 = entry.irs;
  block.snd_wl2 = entry.iss;
  block.irs = entry.irs;
  block.receive_queue.Begin(entry.irs + 1);
  block.last_ack_sent = entry.irs + 1;
  block.rcv_adv = entry.irs + 1 + ReceiveTuning::kInitialWindow;
  block.receive_segment_size = kFirstReceiveSegment;
  block.agreed = entry.agreed;
  block.is_peer_scaling = entry.peer_scales;
  block.ts_recent = entry.ts_recent;
  block.ts_recent_age = static_cast<std::uint32_t>(stack.now().nanoseconds / 1'000'000'000);
  block.heard_at = entry.first_sent;
  block.retries = entry.retransmissions;
  block.has_handle = true;
  const Turn turn(block);
  if (!RefreshPath(block)) {
    block.has_handle = false;
    Finish(block, kernel::Error::kUnreachable);
    return true;
  }
  SegmentArrives(block, segment);
  if (!block.was_established) {
    // It was no end of a handshake after all.
    block.has_handle = false;
    if (!IsOver(block)) Finish(block, std::nullopt);
    return true;
  }
  ++stack.counters.passive_opens;
  PushToAccept(listener, block);
  if (listener.observer != nullptr) listener.observer->OnChange();
  return true;
}

void SegmentArrivesInListen(ListenBlock& listener, Segment& segment, std::uint64_t hash,
                            std::optional<Sequence> after) {
  // First: RST. Whatever it is about, it is not this.
  if (segment.Has(wire::kRst)) return;
  if (segment.Has(wire::kAck)) {
    OnAck(listener, segment, hash);
    return;
  }
  // A SYN with FIN asks for nothing that can be meant.
  if (!segment.Has(wire::kSyn) || segment.Has(wire::kFin)) return;
  OnSyn(listener, segment, hash, after);
}

void Stack::SendSynAckAgain(HalfOpenEntry& entry, kernel::Instant at) {
  ++counters.retransmitted_segments;
  SendSynAck(*this, entry, TimestampAt(at, entry.ts_offset));
}

void Stack::OnGaveUp(HalfOpenEntry& entry) {
  ++counters.attempt_fails;
  if (entry.listener != nullptr) --entry.listener->half_open;
}

}  // namespace net::tcp
