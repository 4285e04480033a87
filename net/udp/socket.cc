#include "net/udp/socket.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include "kernel/base/result.h"
#include "net/ip/ip.h"
#include "net/ip/transport_checksum.h"
#include "net/packet/packet.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/udp.h"

namespace net::udp {
namespace {

using kernel::Error;
using kernel::Fail;

constexpr std::size_t kMostPayload = 65535 - wire::kUdpSize;  // bytes; IPv4 has 20 fewer, and says so

// What a datagram in a queue needs besides its payload: it stands in the packet's header part, which it no longer
// needs.
struct Envelope {
  IpAddress source;
  IpAddress destination;
  Interface* interface;
  std::uint16_t source_port;
  std::uint8_t traffic_class;
  std::uint8_t hop_limit;
  bool is_group;
};
static_assert(std::is_trivially_copyable_v<Envelope> && sizeof(Envelope) <= kHeadroom / 2);

}  // namespace

kernel::Result<void> Socket::Bind(const Endpoint& local, Interface* interface) {
  if (IsBound()) return Fail(Error::kInvalidArgument);
  const IpAddress& address = local.address;
  const bool is_broadcast = address.IsIpv4() && address.ipv4().IsBroadcast();
  if (!address.IsUnspecified() && !address.IsMulticast() && !is_broadcast && !udp_.ip_.IsOurs(address)) {
    return Fail(Error::kInvalidArgument);
  }
  Endpoint chosen = local;
  if (chosen.port == 0) {
    chosen.port = udp_.ChoosePort(*this, address, interface);
    if (chosen.port == 0) return Fail(Error::kInUse);
  } else if (!udp_.IsFree(*this, chosen, interface)) {
    return Fail(Error::kInUse);
  }
  local_ = chosen;
  interface_ = interface;
  next_ = std::exchange(udp_.BucketOf(local_.port), this);
  return {};
}

kernel::Result<void> Socket::Connect(const Endpoint& remote) {
  if (remote.port == 0) return Fail(Error::kInvalidArgument);
  const auto path =
      udp_.ip_.FindPath(local_.address.IsUnspecified() ? IpAddress() : local_.address, remote.address, interface_);
  if (!path) return Fail(path.error());
  if (!IsBound()) {
    if (const auto bound = Bind({}); !bound) return bound;
  }
  connected_source_ = path->source;
  remote_ = remote;
  is_connected_ = true;
  error_.reset();
  return {};
}

void Socket::Close() {
  if (IsBound()) {
    Socket** place = &udp_.BucketOf(local_.port);
    while (*place != this) place = &(*place)->next_;
    *place = std::exchange(next_, nullptr);
  }
  queue_.Clear();
  queued_bytes_ = 0;
  local_ = remote_ = {};
  interface_ = nullptr;
  chosen_ = {};
  is_connected_ = false;
  error_.reset();
}

bool Socket::Overlaps(const Endpoint& local, Interface* interface, bool is_ipv6_only) const {
  if (local_.port != local.port) return false;
  if (interface_ != nullptr && interface != nullptr && interface_ != interface) return false;
  const bool is_any = local.address.IsUnspecified();
  const bool is_ours_any = local_.address.IsUnspecified();
  if (!is_any && !is_ours_any) return local_.address == local.address;
  // The versions that each receives: bit 0 is IPv4, bit 1 is IPv6.
  const auto versions = [](const IpAddress& address, bool ipv6_only) {
    if (address.IsIpv4()) return 1;
    return address.IsUnspecified() && !ipv6_only ? 3 : 2;
  };
  return (versions(local.address, is_ipv6_only) & versions(local_.address, options_.is_ipv6_only)) != 0;
}

// `packet` is the payload.
void Socket::Enqueue(Packet packet, const IpReceived& received, std::uint16_t source_port) {
  const std::size_t size = packet.size();
  if (queue_.count() >= options_.most_packets || size > options_.most_bytes - queued_bytes_) {
    ++drops_;
    ++udp_.counters_.queue_full;
    return;
  }
  const Envelope envelope = {.source = received.source,
                             .destination = received.destination,
                             .interface = received.interface,
                             .source_port = source_port,
                             .traffic_class = received.traffic_class,
                             .hop_limit = received.hop_limit,
                             .is_group = received.is_group};
  std::memcpy(packet.Prepend(sizeof(envelope)).data(), &envelope, sizeof(envelope));
  queue_.Push(std::move(packet));
  queued_bytes_ += size;
  ++udp_.counters_.received;
  if (observer_ != nullptr) observer_->OnChange(*this);
}

void Socket::OnError(const IpError& error) {
  switch (error.kind) {
    case IpError::Kind::kPortUnreachable:
    case IpError::Kind::kProtocolUnreachable:
      error_ = Error::kRefused;
      break;
    case IpError::Kind::kTooBig:
      udp_.ip_.ReducePathMtu(error.destination, error.mtu);
      if (!options_.must_not_fragment) return;
      error_ = Error::kTooLong;
      break;
    default:
      error_ = Error::kUnreachable;
  }
  if (!is_connected_) {
    error_.reset();
  } else if (observer_ != nullptr) {
    observer_->OnChange(*this);
  }
}

kernel::Result<void> Socket::TakeError() {
  if (!error_) return {};
  return Fail(*std::exchange(error_, std::nullopt));
}

kernel::Result<Datagram> Socket::Receive() {
  kernel::Result<Datagram> received;
  if (error_) [[unlikely]] {
    received = Fail(TakeError().error());
    return received;
  }
  Packet packet = queue_.Pop();
  if (!packet) {
    received = Fail(Error::kWouldBlock);
    return received;
  }
  Envelope envelope;
  std::memcpy(&envelope, packet.header().data(), sizeof(envelope));
  received->source = {envelope.source, envelope.source_port};
  received->destination = {envelope.destination, local_.port};
  received->interface = envelope.interface;
  received->traffic_class = envelope.traffic_class;
  received->hop_limit = envelope.hop_limit;
  received->is_group = envelope.is_group;
  packet.DropFront(sizeof(Envelope));
  queued_bytes_ -= packet.size();
  received->payload = std::move(packet);
  return received;
}

std::optional<std::size_t> Socket::PeekSize() const {
  std::optional<std::size_t> size;
  queue_.WithFirst([&](const Packet& packet) { size = packet.size() - sizeof(Envelope); });
  return size;
}

kernel::Result<void> Socket::Send(Packet payload) {
  if (!is_connected_) return Fail(Error::kInvalidArgument);
  return SendFrom(std::move(payload), connected_source_, remote_, false);
}

kernel::Result<void> Socket::SendToAllFromUnspecified(Packet payload, std::uint16_t port) {
  if (interface_ == nullptr) return Fail(Error::kInvalidArgument);
  return SendFrom(std::move(payload), Ipv4Address{}, {Ipv4Address{0xffff'ffff}, port}, true);
}

bool Socket::ChooseSource(const IpAddress& destination, Interface* interface, Error& error) {
  constexpr kernel::Duration kLifetime = kernel::Duration::Seconds(1);
  const IpAddress bound = udp_.ip_.IsOurs(local_.address) ? local_.address : IpAddress();
  const auto path = udp_.ip_.FindPath(bound, destination, interface);
  if (!path) {
    error = path.error();
    return false;
  }
  chosen_ = {.source = path->source,
             .destination = destination,
             .interface = interface,
             .path_generation = udp_.path_generation_,
             .expiry = udp_.context_.now() + kLifetime};
  return true;
}

// The source that IP chooses. Who sends to the same end again asks once a second, or after a change.
[[gnu::always_inline]] inline const IpAddress* Socket::SourceFor(const IpAddress& destination, Interface* interface,
                                                                 Error& error) {
  const bool is_known = chosen_.path_generation == udp_.path_generation_ && chosen_.destination == destination &&
                        chosen_.interface == interface && udp_.context_.now() < chosen_.expiry;
  return is_known || ChooseSource(destination, interface, error) ? &chosen_.source : nullptr;
}

kernel::Result<void> Socket::SendFrom(Packet payload, const IpAddress& source, const Endpoint& destination,
                                      bool from_unspecified) {
  if (destination.port == 0) return Fail(Error::kInvalidArgument);
  if (error_) [[unlikely]]
    return TakeError();
  if (payload.size() > kMostPayload) return Fail(Error::kTooLong);
  if (!IsBound()) {
    if (const auto bound = Bind({}); !bound) return bound;
  }
  IpSend send = {.source = source,
                 .destination = destination.address,
                 .protocol = wire::IpProtocol::kUdp,
                 .traffic_class = options_.traffic_class,
                 .hop_limit = options_.hop_limit,
                 .must_not_fragment = options_.must_not_fragment,
                 .may_broadcast = options_.may_broadcast || from_unspecified,
                 .interface = interface_,
                 .from_unspecified = from_unspecified};
  if (destination.address.IsMulticast()) {
    send.hop_limit = options_.group_hop_limit;
    if (options_.group_interface != nullptr) send.interface = options_.group_interface;
  }
  // The checksum covers the source, so it must be known here. A socket bound to a group or to all has none to offer.
  if (!from_unspecified && send.source.IsUnspecified()) {
    Error error;
    const IpAddress* const chosen = SourceFor(destination.address, send.interface, error);
    if (chosen == nullptr) return Fail(error);
    send.source = *chosen;
  }
  const wire::Udp header = {.source_port = local_.port,
                            .destination_port = destination.port,
                            .size = static_cast<std::uint16_t>(wire::kUdpSize + payload.size())};
  payload.info() = {};
  header.Write(payload.Prepend(wire::kUdpSize));
  LeaveChecksum(payload, send.source, destination.address, wire::IpProtocol::kUdp, wire::kUdpChecksumPlace);
  const auto result = udp_.ip_.Send(std::move(payload), send);
  if (!result) return result;
  ++udp_.counters_.sent;
  if (!is_connected_) remote_ = destination;
  return {};
}

}  // namespace net::udp
