#include "net/udp/udp.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/context.h"
#include "net/ip/ip.h"
#include "net/ip/transport_checksum.h"
#include "net/packet/packet.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/udp.h"

namespace net::udp {
namespace {

// The dynamic ports, a power of two of them. [RFC6335] 6
constexpr std::uint16_t kFirstDynamicPort = 49152;
constexpr std::uint32_t kDynamicPorts = 65536 - kFirstDynamicPort;

}  // namespace

Udp::Udp(Context& context, Ip& ip, std::span<Socket*> buckets) : context_(context), ip_(ip), buckets_(buckets) {
  CHECK(!buckets.empty() && (buckets.size() & (buckets.size() - 1)) == 0);
  for (Socket*& bucket : buckets_) bucket = nullptr;
  ip_.Register(wire::IpProtocol::kUdp, *this);
}

bool Udp::IsFree(const Socket& socket, const Endpoint& local, Interface* interface) const {
  const Socket* other = buckets_[local.port & (buckets_.size() - 1)];
  while (other != nullptr && !other->Overlaps(local, interface, socket.options_.is_ipv6_only)) other = other->next_;
  return other == nullptr;
}

// Any free one, all equally likely: where a random one is taken, another random one, and after many of these the next
// free ones in order. 0: all are taken. [RFC6056] 3.3.1
std::uint16_t Udp::ChoosePort(const Socket& socket, const IpAddress& address, Interface* interface) {
  constexpr std::uint32_t kGuesses = 64;
  std::uint32_t offset = 0;
  for (std::uint32_t i = 0; i < kGuesses + kDynamicPorts; ++i) {
    offset = i < kGuesses ? context_.random().Below(kDynamicPorts) : (offset + 1) % kDynamicPorts;
    const auto port = static_cast<std::uint16_t>(kFirstDynamicPort + offset);
    if (IsFree(socket, {address, port}, interface)) return port;
  }
  return 0;
}

[[gnu::always_inline]] inline Transport::Verdict Udp::ReceiveForOne(Packet& packet, const wire::Udp& header,
                                                                    const IpReceived& received) {
  Socket* best = nullptr;
  int best_score = 0;
  for (Socket* socket = BucketOf(header.destination_port); socket != nullptr; socket = socket->next_) {
    const int score = socket->Match(received, header.source_port, header.destination_port);
    if (score > best_score) {
      best_score = score;
      best = socket;
    }
  }
  if (best == nullptr) {
    ++counters_.no_port;
    return Verdict::kUnreachable;
  }
  packet.DropFront(wire::kUdpSize);
  best->Enqueue(std::move(packet), received, header.source_port);
  return Verdict::kDone;
}

Transport::Verdict Udp::Receive(Packet& packet, const IpReceived& received) {
  const auto header = wire::Udp::Parse(packet.Peek(wire::kUdpSize), packet.size());
  if (!header) {
    ++counters_.malformed;
    return Verdict::kDone;
  }
  // What IP delivers beyond UDP's own size is nobody's.
  if (header->size < packet.size()) packet.Truncate(header->size);
  if (header->checksum != 0) {
    if (!HasRightChecksum(packet, received.source, received.destination, wire::IpProtocol::kUdp)) {
      ++counters_.wrong_checksum;
      return Verdict::kDone;
    }
  } else if (!received.destination.IsIpv4() && packet.info().checksum != PacketInfo::Checksum::kPartial) {
    ++counters_.malformed;
    return Verdict::kDone;
  }
  return received.is_group ? ReceiveForAll(packet, *header, received) : ReceiveForOne(packet, *header, received);
}

// Everybody who waits for it gets a share of the payload; the last one gets the packet itself.
Transport::Verdict Udp::ReceiveForAll(Packet& packet, const wire::Udp& header, const IpReceived& received) {
  packet.DropFront(wire::kUdpSize);
  Socket* previous = nullptr;
  for (Socket* socket = BucketOf(header.destination_port); socket != nullptr; socket = socket->next_) {
    if (socket->Match(received, header.source_port, header.destination_port) == 0) continue;
    if (previous != nullptr) {
      if (Packet copy = packet.CloneOf(0, packet.size())) {
        previous->Enqueue(std::move(copy), received, header.source_port);
      } else {
        ++counters_.queue_full;
      }
    }
    previous = socket;
  }
  if (previous == nullptr) {
    ++counters_.no_port;
  } else {
    previous->Enqueue(std::move(packet), received, header.source_port);
  }
  return Verdict::kDone;
}

// Believed by the socket that can have sent the quoted packet: it has the port, and that destination was its last.
void Udp::OnError(const IpError& error, std::span<const std::byte> quoted) {
  if (quoted.size() < wire::kUdpSize) return;
  const auto source_port = wire::LoadBig<std::uint16_t>(&quoted[0]);
  const auto destination_port = wire::LoadBig<std::uint16_t>(&quoted[2]);
  for (Socket* socket = BucketOf(source_port); socket != nullptr; socket = socket->next_) {
    if (source_port == 0 || socket->local_.port != source_port) continue;
    if (socket->remote_ != Endpoint{error.destination, destination_port}) continue;
    if (!socket->local_.address.IsUnspecified() && socket->local_.address != error.source) continue;
    ++counters_.errors;
    socket->OnError(error);
    return;
  }
  ++counters_.unknown_errors;
}

}  // namespace net::udp
