#include <optional>

#include "kernel/base/result.h"
#include "net/tcp/control_block.h"
#include "net/tcp/deadlines.h"
#include "net/tcp/life.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/segment.h"
#include "net/tcp/segment_arrives.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/transmit.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

// First: the ACK bit. It must be for our SYN.
bool CheckAck(ControlBlock& block, const Segment& segment) {
  if (!segment.Has(wire::kAck)) return true;
  const Sequence ack = segment.acknowledgment();
  if (ack > block.iss && ack <= block.snd_nxt) return true;
  ++block.stack.counters.unacceptable_ack;
  SendResetFor(block.stack, segment);
  return false;
}

// Second: the RST bit. Without an acknowledgment of our SYN anybody could have sent it.
bool CheckReset(ControlBlock& block, const Segment& segment) {
  if (!segment.Has(wire::kRst)) return true;
  if (segment.Has(wire::kAck)) {
    Finish(block, kernel::Error::kRefused);
  } else {
    ++block.stack.counters.blind_reset;
  }
  return false;
}

// What the peer's SYN says. The window of a SYN is never scaled. [RFC7323] 2.2
void LearnSyn(ControlBlock& block, const Segment& segment) {
  const bool is_ipv4 = block.remote.address.IsIpv4();
  const Offer offer = OfferFor(block.options, is_ipv4, block.path_mtu);
  block.agreed = Negotiate(offer, segment.options, segment.header.flags, is_ipv4);
  // A SYN that had to do without its ECN bits offered nothing. [RFC3168] 6.1.1.1
  if (block.retries >= 2) block.agreed.has_ecn = false;
  block.is_peer_scaling = segment.options.window_scale.has_value();
  block.irs = segment.sequence();
  block.receive_queue.Begin(block.irs + 1);
  block.rcv_adv = block.irs + 1;
  block.last_ack_sent = block.irs + 1;
  if (block.agreed.has_timestamps) {
    block.ts_recent = segment.options.timestamps->value;
    block.ts_recent_age = static_cast<std::uint32_t>(block.stack.now().nanoseconds / 1'000'000'000);
  }
  UpdateSendWindow(block, segment, 0);
}

}  // namespace

void SegmentArrivesInSynSent(ControlBlock& block, Segment& segment) {
  if (!CheckAck(block, segment) || !CheckReset(block, segment)) return;
  // Fourth: the SYN bit; fifth: neither SYN nor RST.
  if (!segment.Has(wire::kSyn)) return;
  LearnSyn(block, segment);
  if (!segment.Has(wire::kAck)) {
    // Both ends called at once. [RFC9293] 3.5, figure 8
    Enter(block, State::kSynReceived);
    SendSyn(block);
    block.retries = 0;
    AwaitHandshake(block);
    return;
  }
  if (block.retries == 0) block.recovery.round_trip().AddSample(block.stack.now() - block.heard_at);
  block.snd_una = segment.acknowledgment();
  BecomeEstablished(block);
  block.must_ack = true;
  if (block.snd_nxt != block.send_end()) block.must_output = true;
  // Text after a SYN begins a number later.
  segment.header.flags.bits &= static_cast<std::uint8_t>(~wire::kSyn.bits);
  segment.header.sequence += 1;
  // The window opens before the first acknowledgment does it.
  block.rcv_adv = block.rcv_nxt() + block.tuning.window();
  if (segment.length() > 0) ProcessText(block, segment);
}

}  // namespace net::tcp
