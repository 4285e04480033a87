// From IP to whoever a segment is for.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/connection_table.h"
#include "net/tcp/control_block.h"
#include "net/tcp/segment.h"
#include "net/tcp/segment_arrives.h"
#include "net/tcp/stack.h"
#include "net/tcp/transmit.h"
#include "net/tcp/turn.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

constexpr std::uint32_t kTimestampHead = 0x0101'080a;  // NOP NOP kind length. [RFC7323] appendix A
constexpr std::size_t kTimestampSize = 12;

// No more than the header: payload that lies in another piece stays there.
std::span<const std::byte> PeekHeader(Packet& packet) {
  const std::span<const std::byte> fixed = packet.Peek(wire::kTcpSize);
  if (fixed.empty()) return {};
  const std::size_t header_size = wire::HeaderSizeOf(fixed.data());
  return header_size <= wire::kTcpSize ? fixed : packet.Peek(header_size);
}

// `pseudo_sum` is of both addresses and the protocol.
bool IsChecksumRight(const Packet& packet, std::uint16_t pseudo_sum) {
  wire::Checksum sum;
  sum.AddEven(pseudo_sum);
  sum.AddLong(static_cast<std::uint32_t>(packet.size()));
  sum.AddEven(packet.Sum(0, packet.size()));
  return sum.Sum() == 0xffff;
}

// Most segments have timestamps and nothing else, in the form that the RFC recommends.
void ParseOptions(std::span<const std::byte> bytes, wire::TcpOptions& options) {
  if (bytes.size() == kTimestampSize && wire::LoadBig<std::uint32_t>(bytes.data()) == kTimestampHead) {
    options.timestamps = {.value = wire::LoadBig<std::uint32_t>(bytes.data() + 4),
                          .echo = wire::LoadBig<std::uint32_t>(bytes.data() + 8)};
  } else if (!bytes.empty()) {
    options = wire::TcpOptions::Parse(bytes);
  }
}

// Nobody has a connection with a group, or from one. [RFC9293] MUST-57, MUST-63
bool IsOfGroup(const IpReceived& received) {
  if (received.is_group || received.source.IsMulticast() || received.source.IsUnspecified()) return true;
  return received.source.IsIpv4() && received.source.ipv4().IsBroadcast();
}

// There is no control block.
[[gnu::noinline]] void ReceiveForNobody(Stack& stack, Segment& segment, std::uint64_t hash) {
  const Endpoint local = segment.local();
  const Endpoint remote = segment.remote();
  if (HalfOpenEntry* const entry = stack.half_open.Find(local, remote, hash); entry != nullptr) {
    SegmentArrivesInHandshake(stack, *entry, segment, hash);
    return;
  }
  ListenBlock* const listener = stack.listeners.Find(local);
  std::optional<Sequence> after;
  if (TimeWaitEntry* const entry = stack.time_wait.Find(local, remote, hash); entry != nullptr) {
    if (!SegmentArrivesInTimeWait(stack, *entry, segment, listener != nullptr)) return;
    after = entry->snd_nxt;
    ++stack.counters.time_waits_reused;
    stack.time_wait.Remove(*entry);
  }
  if (listener != nullptr) {
    SegmentArrivesInListen(*listener, segment, hash, after);
    return;
  }
  // CLOSED. [RFC9293] 3.10.7.1
  ++stack.counters.no_listener;
  if (stack.config.answers_closed_ports) SendResetFor(stack, segment);
}

}  // namespace

Transport::Verdict Stack::Receive(Packet& packet, const IpReceived& received) {
  ++counters.in_segments;
  const std::size_t size = packet.size();
  const std::span<const std::byte> bytes = PeekHeader(packet);
  const kernel::Result<wire::Tcp> header = wire::Tcp::Parse(bytes, size);
  if (!header) [[unlikely]] {
    ++counters.malformed;
    ++counters.in_errors;
    return Verdict::kDone;
  }
  Segment segment = {.header = *header,
                     .options = {},
                     .payload = {},
                     .payload_size = static_cast<std::uint32_t>(size - header->header_size),
                     .received = received};
  const Endpoint local = segment.local();
  const Endpoint remote = segment.remote();
  const std::uint64_t hash = hash_of(local, remote);
  ControlBlock* const block = connections.Find(local, remote, hash);
  if (packet.info().checksum == PacketInfo::Checksum::kNone &&
      !IsChecksumRight(packet, block != nullptr ? block->pseudo_sum : PseudoSumOf(local.address, remote.address))) {
    ++counters.bad_checksum;
    ++counters.in_errors;
    return Verdict::kDone;
  }
  // A connection is never one of these, but what comes to it may have been sent to everybody.
  if (received.is_group || (block == nullptr && IsOfGroup(received))) {
    ++counters.to_group;
    return Verdict::kDone;
  }
  if (block == nullptr && local == remote) {
    ++counters.from_itself;
    return Verdict::kDone;
  }
  ParseOptions(bytes.subspan(wire::kTcpSize, header->header_size - wire::kTcpSize), segment.options);
  if (segment.payload_size > 0) {
    packet.DropFront(header->header_size);
    segment.payload = std::move(packet);
  }
  if (block == nullptr) {
    ReceiveForNobody(*this, segment, hash);
    return Verdict::kDone;
  }
  const Turn turn(*block);
  SegmentArrives(*block, segment);
  return Verdict::kDone;
}

}  // namespace net::tcp
