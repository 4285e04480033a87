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
  const std::size_t header_size = wire::HeaderSizeOf(fixed);
  return header_size <= wire::kTcpSize ? fixed : packet.Peek(header_size);
}

bool IsChecksumRight(const Packet& packet, const IpReceived& received) {
  if (packet.info().checksum != PacketInfo::Checksum::kNone) return true;
  wire::Checksum sum;
  sum.AddSum(PseudoSumOf(received.destination, received.source), 0);
  sum.AddLong(static_cast<std::uint32_t>(packet.size()));
  sum.AddSum(packet.Sum(0, packet.size()), packet.size());
  return sum.Sum() == 0xffff;
}

// Most segments have timestamps and nothing else, in the form that the RFC recommends.
wire::TcpOptions ParseOptions(std::span<const std::byte> bytes) {
  if (bytes.empty()) return {};
  if (bytes.size() == kTimestampSize && wire::LoadBig<std::uint32_t>(bytes.data()) == kTimestampHead) {
    wire::TcpOptions options;
    options.timestamps = {.value = wire::LoadBig<std::uint32_t>(&bytes[4]),
                          .echo = wire::LoadBig<std::uint32_t>(&bytes[8])};
    return options;
  }
  return wire::TcpOptions::Parse(bytes);
}

// Nobody has a connection with a group, or from one. [RFC9293] MUST-57, MUST-63
bool IsOfGroup(const IpReceived& received) {
  if (received.is_group || received.source.IsMulticast() || received.source.IsUnspecified()) return true;
  return received.source.IsIpv4() && received.source.ipv4().IsBroadcast();
}

// There is no control block.
void ReceiveForNobody(Stack& stack, Segment& segment, std::uint64_t hash) {
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
  if (!header) {
    ++counters.malformed;
    ++counters.in_errors;
    return Verdict::kDone;
  }
  if (!IsChecksumRight(packet, received)) {
    ++counters.bad_checksum;
    ++counters.in_errors;
    return Verdict::kDone;
  }
  if (IsOfGroup(received)) {
    ++counters.to_group;
    return Verdict::kDone;
  }
  Segment segment = {.header = *header,
                     .options = ParseOptions(bytes.subspan(wire::kTcpSize, header->header_size - wire::kTcpSize)),
                     .payload = {},
                     .payload_size = static_cast<std::uint32_t>(size - header->header_size),
                     .received = received};
  if (segment.local() == segment.remote()) {
    ++counters.from_itself;
    return Verdict::kDone;
  }
  packet.DropFront(header->header_size);
  segment.payload = std::move(packet);
  const std::uint64_t hash = HashOf(context.random(), segment.local(), segment.remote());
  if (ControlBlock* const block = connections.Find(segment.local(), segment.remote(), hash); block != nullptr) {
    const Turn turn(*block);
    SegmentArrives(*block, segment);
  } else {
    ReceiveForNobody(*this, segment, hash);
  }
  return Verdict::kDone;
}

}  // namespace net::tcp
