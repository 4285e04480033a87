// What routers and hosts say about segments of ours. [RFC5927], [RFC9293] 3.9.2.2
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/tcp/connection_table.h"
#include "net/tcp/control_block.h"
#include "net/tcp/life.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/turn.h"
#include "net/wire/endian.h"

namespace net::tcp {
namespace {

constexpr std::size_t kQuoted = 8;  // bytes: both ports and the sequence number

// No IPv4 path is believed to carry less, and an old router that says nothing means this.
constexpr std::uint32_t kLeastMtuIpv4 = 552;
constexpr std::uint32_t kUnsaidMtu = 576;  // [RFC1191] 5

// Who claims that an IPv6 link carries less is not heard. [RFC8201] 4
constexpr std::uint32_t kLeastMtuIpv6 = 1280;

kernel::Error ErrorOf(IpError::Kind kind) {
  return kind == IpError::Kind::kPortUnreachable || kind == IpError::Kind::kProtocolUnreachable
             ? kernel::Error::kRefused
             : kernel::Error::kUnreachable;
}

// "Hard" ones end an attempt; an established connection outlives them all, because anybody could have sent them and
// only our own time-out tells. [RFC5927] 5.2, [RFC1122] 4.2.3.9
bool IsHard(IpError::Kind kind) {
  return kind == IpError::Kind::kPortUnreachable || kind == IpError::Kind::kProtocolUnreachable ||
         kind == IpError::Kind::kProhibited;
}

void OnTooBig(ControlBlock& block, std::uint32_t mtu) {
  Stack& stack = block.stack;
  if (block.remote.address.IsIpv4()) {
    mtu = std::max(mtu == 0 ? kUnsaidMtu : mtu, kLeastMtuIpv4);
  } else if (mtu < kLeastMtuIpv6) {
    ++stack.counters.icmp_ignored;
    return;
  }
  if (mtu >= block.path_mtu) return;
  ++stack.counters.path_mtu_reductions;
  stack.ip.ReducePathMtu(block.remote.address, mtu);
  const std::uint16_t before = block.send_segment_size;
  if (!RefreshPath(block) || block.send_segment_size >= before || !IsSynchronized(block.state)) return;
  // What was too large never arrived, which says nothing about congestion. [RFC8201] 5.4
  block.recovery.ResendAll(block.snd_una, block.snd_nxt);
  block.must_output = true;
}

}  // namespace

void Stack::OnError(const IpError& error, std::span<const std::byte> quoted) {
  if (quoted.size() < kQuoted) return;
  const Endpoint local = {error.source, wire::LoadBig<std::uint16_t>(quoted.data())};
  const Endpoint remote = {error.destination, wire::LoadBig<std::uint16_t>(&quoted[2])};
  const Sequence sequence = {wire::LoadBig<std::uint32_t>(&quoted[4])};
  ControlBlock* const found = connections.Find(local, remote, hash_of(local, remote));
  // It must be about something that is on the way: who guesses has one chance in thousands. [RFC5927] 4.1
  if (found == nullptr || sequence < found->snd_una || sequence >= found->snd_nxt) {
    ++counters.icmp_ignored;
    return;
  }
  ControlBlock& block = *found;
  const Turn turn(block);
  if (error.kind == IpError::Kind::kTooBig) {
    OnTooBig(block, error.mtu);
    return;
  }
  block.soft_error = ErrorOf(error.kind);
  if (IsHard(error.kind) && !IsSynchronized(block.state)) {
    ++counters.icmp_hard;
    Finish(block, block.soft_error);
    return;
  }
  ++counters.icmp_soft;
}

}  // namespace net::tcp
