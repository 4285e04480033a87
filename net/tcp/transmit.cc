#include "net/tcp/transmit.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/control_block.h"
#include "net/tcp/initial_sequence.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/receive_window.h"
#include "net/tcp/segment.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

constexpr kernel::Duration kTryAgain = kernel::Duration::Milliseconds(10);
constexpr std::uint8_t kEct0 = 2;                      // ECN-capable transport. [RFC3168] 5
constexpr std::uint32_t kTimestampHead = 0x0101'080a;  // NOP NOP kind length. [RFC7323] appendix A
constexpr std::size_t kTimestampSize = 12;
constexpr std::size_t kMostSackSize = 4 + wire::kMostSackBlocks * 8;
constexpr std::uint16_t kMostUnscaledWindow = 65535;

// Leaves the sum over the segment to IP or the device. [RFC9293] 3.1
inline void LeaveChecksum(Packet& packet, std::span<std::byte> header, std::uint16_t pseudo_sum) {
  wire::Checksum sum;
  sum.AddEven(pseudo_sum);
  sum.AddLong(static_cast<std::uint32_t>(packet.size()));
  wire::StoreBig(&header[wire::kTcpChecksumPlace], sum.Sum());
  PacketInfo& info = packet.info();
  info.checksum = PacketInfo::Checksum::kPartial;
  info.checksum_start = 0;
  info.checksum_field = wire::kTcpChecksumPlace;
}

// A segment without payload that needs no control block.
void SendBare(Stack& stack, const Endpoint& local, const Endpoint& remote, wire::Tcp header,
              const wire::TcpOptions& options, std::uint8_t traffic_class = 0, std::uint8_t hop_limit = 0) {
  Packet packet = stack.context.packets().Take();
  if (!packet) {
    ++stack.counters.no_memory;
    return;
  }
  header.source_port = local.port;
  header.destination_port = remote.port;
  header.header_size = static_cast<std::uint8_t>(wire::kTcpSize + options.size());
  const std::span<std::byte> bytes = packet.Prepend(header.header_size);
  header.Write(bytes);
  options.Write(bytes.subspan(wire::kTcpSize));
  LeaveChecksum(packet, bytes, PseudoSumOf(local.address, remote.address));
  ++stack.counters.out_segments;
  (void)stack.ip.Send(std::move(packet), {.source = local.address,
                                          .destination = remote.address,
                                          .traffic_class = traffic_class,
                                          .hop_limit = hop_limit,
                                          .must_not_fragment = true});
}

// Puts the blocks that an acknowledgment carries before the payload, if there are any. True: there are, and a segment
// with so much payload has no room for them.
[[gnu::noinline]] bool PrependSacks(ControlBlock& block, Packet& packet) {
  if (packet.size() + kMostSackSize > block.send_segment_size && packet.size() > 0) return true;
  const std::size_t most = block.agreed.has_timestamps ? wire::kMostSackBlocks - 1 : wire::kMostSackBlocks;
  wire::TcpOptions options;
  options.sack_count =
      static_cast<std::uint8_t>(block.receive_queue.TakeSackBlocks(std::span(options.sacks).first(most)));
  if (options.sack_count > 0) options.Write(packet.Prepend(options.size()));
  return false;
}

inline void WriteTimestamps(const ControlBlock& block, std::byte* to) {
  wire::StoreBig(to, kTimestampHead);
  wire::StoreBig(to + 4, TimestampAt(block.stack.now(), block.ts_offset));
  wire::StoreBig(to + 8, block.ts_recent);
}

// What the peer learns from each segment that acknowledges.
void NoteAcknowledged(ControlBlock& block) {
  block.last_ack_sent = block.rcv_nxt();
  block.must_ack = false;
  block.ack_at = kernel::kNever;
}

// Bytes behind `sequence` until the urgent ones end. [RFC9293] 3.8.5, MUST-30
std::uint16_t UrgentPointerFor(ControlBlock& block, Sequence sequence) {
  if (block.snd_up <= block.snd_una) block.has_urgent_to_send = false;
  if (!block.has_urgent_to_send || block.snd_up <= sequence) return 0;
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(Distance(sequence, block.snd_up), UINT16_MAX));
}

}  // namespace

std::uint16_t PseudoSumOf(const IpAddress& local, const IpAddress& remote) {
  const wire::Checksum sum = remote.IsIpv4()
                                 ? wire::PseudoHeader(local.ipv4(), remote.ipv4(), wire::IpProtocol::kTcp, 0)
                                 : wire::PseudoHeader(local.ipv6(), remote.ipv6(), wire::IpProtocol::kTcp, 0);
  return static_cast<std::uint16_t>(sum.NativeSum());
}

kernel::Result<void> SendSegment(ControlBlock& block, Packet packet, Sequence sequence, wire::TcpFlags flags,
                                 bool is_first_time) {
  Stack& stack = block.stack;
  const std::size_t payload_size = packet.size();
  bool lacks_room_for_sacks = false;
  if (block.agreed.has_sack && (block.receive_queue.HasGap() || block.receive_queue.HasDuplicate())) [[unlikely]] {
    lacks_room_for_sacks = PrependSacks(block, packet);
  }
  const std::size_t own_size = wire::kTcpSize + (block.agreed.has_timestamps ? kTimestampSize : 0);
  const std::uint16_t urgent = block.has_urgent_to_send ? UrgentPointerFor(block, sequence) : 0;
  flags = flags | wire::kAck;
  if (urgent != 0) flags = flags | wire::kUrg;
  if (block.must_echo) flags = flags | wire::kEce;
  std::uint8_t traffic_class = block.options.traffic_class;
  if (payload_size > 0 && is_first_time && block.agreed.has_ecn) {
    traffic_class |= kEct0;
    if (block.must_tell_reduction) flags = flags | wire::kCwr;
    block.must_tell_reduction = false;
  }

  const wire::Tcp header = {.source_port = block.local.port,
                            .destination_port = block.remote.port,
                            .sequence = sequence.value,
                            .acknowledgment = block.rcv_nxt().value,
                            .header_size = static_cast<std::uint8_t>(own_size + packet.size() - payload_size),
                            .flags = flags,
                            .window = WindowToSend(block),
                            .urgent_pointer = urgent};
  const std::span<std::byte> bytes = packet.Prepend(own_size);
  header.Write(bytes);
  if (block.agreed.has_timestamps) WriteTimestamps(block, bytes.data() + wire::kTcpSize);
  LeaveChecksum(packet, bytes, block.pseudo_sum);
  std::uint32_t pieces = 1;
  if (payload_size > block.send_segment_size) {
    packet.info().segmentation =
        block.remote.address.IsIpv4() ? PacketInfo::Segmentation::kTcpIpv4 : PacketInfo::Segmentation::kTcpIpv6;
    packet.info().segment_size = block.send_segment_size;
    pieces = static_cast<std::uint32_t>((payload_size + block.send_segment_size - 1) / block.send_segment_size);
  }
  const kernel::Result<void> sent = stack.ip.Send(std::move(packet), {.source = block.local.address,
                                                                      .destination = block.remote.address,
                                                                      .traffic_class = traffic_class,
                                                                      .hop_limit = block.options.hop_limit,
                                                                      .must_not_fragment = true});
  if (!sent) return sent;
  (is_first_time ? stack.counters.out_segments : stack.counters.retransmitted_segments) += pieces;
  const bool must_still_sack = block.must_ack && lacks_room_for_sacks;
  NoteAcknowledged(block);
  block.must_ack = must_still_sack;
  return {};
}

void SendAck(ControlBlock& block) {
  Packet packet = block.stack.context.packets().Take();
  if (packet && SendSegment(block, std::move(packet), block.snd_nxt, {}, true)) return;
  // Nobody would ask again for an acknowledgment that was lost here.
  ++block.stack.counters.no_memory;
  block.must_ack = false;
  block.ack_at = block.stack.now() + kTryAgain;
}

void SendKeepAlive(ControlBlock& block) {
  Packet packet = block.stack.context.packets().Take();
  if (packet) (void)SendSegment(block, std::move(packet), block.snd_una - 1, {}, true);
}

void SendReset(ControlBlock& block) {
  wire::Tcp header = {.sequence = block.snd_nxt.value, .flags = wire::kRst};
  if (block.state != State::kSynSent) {
    header.acknowledgment = block.rcv_nxt().value;
    header.flags = wire::kRst | wire::kAck;
  }
  ++block.stack.counters.out_resets;
  SendBare(block.stack, block.local, block.remote, header, {});
}

Offer OfferFor(const Options& options, bool is_ipv4, std::uint16_t mtu) {
  const std::size_t headers = wire::kTcpSize + (is_ipv4 ? wire::kIpv4Size : wire::kIpv6Size);
  auto size = static_cast<std::uint16_t>(mtu > headers ? mtu - headers : 1);
  if (options.most_segment_size != 0) size = std::min(size, options.most_segment_size);
  return {.segment_size = size, .window_shift = WindowShiftFor(options.receive_limit), .has_ecn = options.may_ecn};
}

void SendSyn(ControlBlock& block) {
  const bool is_answer = block.state == State::kSynReceived;
  const Offer offer = OfferFor(block.options, block.remote.address.IsIpv4(), block.receive_mtu);
  wire::TcpOptions options =
      is_answer ? OptionsOfSynAck(offer, block.agreed, block.is_peer_scaling) : OptionsOfSyn(offer);
  if (!is_answer || block.agreed.has_timestamps) {
    options.timestamps = {.value = TimestampAt(block.stack.now(), block.ts_offset), .echo = block.ts_recent};
  }
  wire::TcpFlags flags = wire::kSyn;
  // A SYN that was lost may have been dropped for its ECN bits. [RFC3168] 6.1.1.1
  const bool may_ecn = is_answer ? block.agreed.has_ecn : offer.has_ecn && block.retries < 2;
  if (may_ecn) flags = flags | wire::kEce;
  if (may_ecn && !is_answer) flags = flags | wire::kCwr;
  if (is_answer) flags = flags | wire::kAck;
  const std::uint32_t window = std::min<std::uint32_t>(block.tuning.window(), kMostUnscaledWindow);
  const wire::Tcp header = {.sequence = block.iss.value,
                            .acknowledgment = is_answer ? block.rcv_nxt().value : 0,
                            .flags = flags,
                            .window = static_cast<std::uint16_t>(window)};
  if (is_answer) {
    block.rcv_adv = Later(block.rcv_adv, block.rcv_nxt() + window);
    NoteAcknowledged(block);
  }
  SendBare(block.stack, block.local, block.remote, header, options, block.options.traffic_class,
           block.options.hop_limit);
}

void SendResetFor(Stack& stack, const Segment& segment) {
  if (segment.Has(wire::kRst)) return;
  wire::Tcp header = {.flags = wire::kRst};
  if (segment.Has(wire::kAck)) {
    header.sequence = segment.acknowledgment().value;
  } else {
    header.acknowledgment = segment.end().value;
    header.flags = wire::kRst | wire::kAck;
  }
  ++stack.counters.out_resets;
  SendBare(stack, segment.local(), segment.remote(), header, {});
}

void SendSynAck(Stack& stack, const HalfOpenEntry& entry, std::uint32_t timestamp) {
  const Offer offer = {.segment_size = entry.our_segment_size, .window_shift = entry.agreed.receive_window_shift};
  wire::TcpOptions options = OptionsOfSynAck(offer, entry.agreed, entry.peer_scales);
  if (entry.agreed.has_timestamps) options.timestamps = {.value = timestamp, .echo = entry.ts_recent};
  wire::TcpFlags flags = wire::kSyn | wire::kAck;
  // As above, in the other direction. [RFC3168] 6.1.1.1
  if (entry.agreed.has_ecn && entry.retransmissions < 2) flags = flags | wire::kEce;
  const wire::Tcp header = {.sequence = entry.iss.value,
                            .acknowledgment = (entry.irs + 1).value,
                            .flags = flags,
                            .window = static_cast<std::uint16_t>(ReceiveTuning::kInitialWindow)};
  SendBare(stack, entry.local, entry.remote, header, options);
}

void SendAckOf(Stack& stack, const HalfOpenEntry& entry) {
  wire::TcpOptions options;
  if (entry.agreed.has_timestamps) {
    options.timestamps = {.value = TimestampAt(stack.now(), entry.ts_offset), .echo = entry.ts_recent};
  }
  const wire::Tcp header = {
      .sequence = (entry.iss + 1).value,
      .acknowledgment = (entry.irs + 1).value,
      .flags = wire::kAck,
      .window = static_cast<std::uint16_t>(ReceiveTuning::kInitialWindow >> entry.agreed.receive_window_shift)};
  SendBare(stack, entry.local, entry.remote, header, options);
}

void SendAckOf(Stack& stack, const TimeWaitEntry& entry) {
  wire::TcpOptions options;
  if (entry.has_timestamps) {
    const std::uint32_t offset = TimestampOffset(stack.context.random(), entry.local, entry.remote);
    options.timestamps = {.value = TimestampAt(stack.now(), offset), .echo = entry.ts_recent};
  }
  const wire::Tcp header = {
      .sequence = entry.snd_nxt.value, .acknowledgment = entry.rcv_nxt.value, .flags = wire::kAck, .window = 0};
  SendBare(stack, entry.local, entry.remote, header, options);
}

}  // namespace net::tcp
