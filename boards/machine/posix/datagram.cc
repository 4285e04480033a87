#include "boards/machine/posix/datagram.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "boards/machine/network.h"
#include "boards/machine/posix/address.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/base/result.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"
#include "net/interface/interface.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"

namespace machine::posix {
namespace {

using kernel::libc::Buffers;

constinit kernel::libc::Pool<Datagram> datagrams;

constexpr std::size_t kLargest = 65'507;  // bytes of payload in an IPv4 packet

// Copies what the program sends into buffers of the stack.
kernel::Result<net::Packet> PacketOf(net::Context& context, Buffers& buffers) {
  net::Packet packet = context.packets().Take();
  if (!packet) return kernel::Fail(kernel::Error::kOutOfMemory);
  while (buffers.size() > 0) {
    net::Buffer buffer = context.buffers().Take();
    if (!buffer) return kernel::Fail(kernel::Error::kOutOfMemory);
    const std::size_t size = buffers.Load(buffer.data(), buffer.capacity());
    if (!packet.Append(std::move(buffer), 0, size)) return kernel::Fail(kernel::Error::kTooLong);
  }
  return packet;
}

// Whether a group's own senders hear what they send: never.
bool IsGroupLoop(int level, int name) {
  return (level == IPPROTO_IP && name == IP_MULTICAST_LOOP) || (level == IPPROTO_IPV6 && name == IPV6_MULTICAST_LOOP);
}

}  // namespace

Datagram* Datagram::Make(Family family, int flags) { return datagrams.New(Network::Up().udp(), family, flags); }

Datagram::Datagram(net::udp::Udp& udp, Family family, int flags)
    : SocketFile(family, SOCK_DGRAM, flags), udp_(udp), socket_(udp, this) {}

void Datagram::Release() {
  while (groups_ != nullptr) {
    Belonging& first = *std::exchange(groups_, groups_->next);
    first.end(first);
  }
  datagrams.Delete(*this);
}

void Datagram::OnChange(net::udp::Socket&) { changes_.Notify(); }

long Datagram::Bind(const net::Endpoint& local) {
  if (socket_.IsBound()) return -EINVAL;
  const bool is_any = local.address.IsUnspecified();
  if (!is_any && !IsUsable(local.address, family(), common_.is_ipv6_only)) return -EADDRNOTAVAIL;
  const auto bound = socket_.Bind(local);
  if (!bound && bound.error() == kernel::Error::kInvalidArgument) return -EADDRNOTAVAIL;
  return ErrorNumber(bound);
}

long Datagram::Connect(const net::Endpoint& remote, bool) {
  if (!IsUsable(remote.address, family(), common_.is_ipv6_only)) return -ENETUNREACH;
  peeked_.reset();
  const auto connected = socket_.Connect(remote);
  return !connected && connected.error() == kernel::Error::kUnreachable ? -ENETUNREACH : ErrorNumber(connected);
}

long Datagram::Disconnect() {
  socket_.Disconnect();
  return 0;
}

long Datagram::ShutDown(int how) {
  if (!socket_.IsConnected()) return -ENOTCONN;
  if (how != SHUT_WR) can_receive_ = false;
  if (how != SHUT_RD) can_send_ = false;
  changes_.Notify();
  return 0;
}

net::Endpoint Datagram::local() const {
  const net::Endpoint& local = socket_.local();
  if (local.port != 0 || family() == AF_INET6) return local;
  return {net::Ipv4Address(), 0};
}

std::optional<net::Endpoint> Datagram::remote() const {
  return socket_.IsConnected() ? std::optional(socket_.remote()) : std::nullopt;
}

long Datagram::Send(Buffers& buffers, const Way& way, int flags) {
  const net::Endpoint* const destination = way.destination;
  if ((flags & MSG_OOB) != 0) return -EOPNOTSUPP;
  if (!can_send_) return -EPIPE;
  if (destination == nullptr && !socket_.IsConnected()) return -EDESTADDRREQ;
  if (buffers.size() > kLargest) return -EMSGSIZE;
  if (destination != nullptr) {
    if (!IsUsable(destination->address, family(), common_.is_ipv6_only)) return -ENETUNREACH;
    const bool is_broadcast = destination->address.IsIpv4() && destination->address.ipv4().IsBroadcast();
    if (is_broadcast && !common_.may_broadcast) return -EACCES;
    if (destination->port == 0) return -EINVAL;
  }
  // Unbound, an AF_INET socket is one of IPv4 alone.
  if (!socket_.IsBound()) {
    const net::IpAddress any = family() == AF_INET ? net::IpAddress(net::Ipv4Address()) : net::IpAddress();
    if (const auto bound = socket_.Bind({any, 0}); !bound) return ErrorNumber(bound);
  }
  const std::size_t size = buffers.size();
  auto packet = PacketOf(udp_.context(), buffers);
  if (!packet) return ErrorNumber(packet);
  const bool is_plain = destination == nullptr && way.source.IsUnspecified();
  const auto sent = is_plain ? socket_.Send(*std::move(packet))
                             : socket_.SendTo(*std::move(packet),
                                              destination == nullptr ? socket_.remote() : *destination, way.source);
  if (sent) return static_cast<long>(size);
  if (sent.error() == kernel::Error::kWouldBlock)
    return -ENOBUFS;  // the device is full: nobody would wait for a datagram
  if (sent.error() == kernel::Error::kUnreachable) return -ENETUNREACH;
  return ErrorNumber(sent);
}

// Takes the next datagram out of the queue.
long Datagram::LoadPeeked() {
  if (peeked_) return 0;
  auto datagram = socket_.Receive();
  if (!datagram) return ErrorNumber(datagram);
  peeked_ = *std::move(datagram);
  return 0;
}

long Datagram::Receive(Buffers& buffers, int flags, Received& received) {
  if ((flags & MSG_OOB) != 0) return -EOPNOTSUPP;
  const long loaded = LoadPeeked();
  if (loaded != 0) return loaded == -EAGAIN && !can_receive_ ? 0 : loaded;
  const net::Packet& payload = peeked_->payload;
  received.source = peeked_->source;
  received.whole_size = payload.size();
  Origin& origin = received.origin;
  if (tells_destination_) {
    origin.destination = peeked_->destination.address;
    origin.is_group = peeked_->is_group;
    origin.interface = peeked_->interface == nullptr ? 0 : peeked_->interface->index();
  }
  if (tells_hop_limit_) origin.hop_limit = peeked_->hop_limit;
  if (tells_traffic_class_) origin.traffic_class = peeked_->traffic_class;
  std::size_t copied = 0;
  buffers.Take(payload.size(), [&](std::span<std::byte> piece) { copied += payload.CopyTo(copied, piece); });
  if ((flags & MSG_PEEK) == 0) peeked_.reset();
  return static_cast<long>((flags & MSG_TRUNC) != 0 ? received.whole_size : copied);
}

int Datagram::TakeError() {
  if (peeked_ || !socket_.CanReceive()) return 0;
  const long loaded = LoadPeeked();
  return loaded == -EAGAIN ? 0 : static_cast<int>(-loaded);
}

void Datagram::OnCommonOptions() {
  net::udp::SocketOptions& options = socket_.options();
  options.may_broadcast = common_.may_broadcast;
  options.is_ipv6_only = common_.is_ipv6_only;
  options.traffic_class = common_.traffic_class;
}

// The switch behind an option that asks for an Origin. Null: it is none.
bool* Datagram::FindTold(int level, int name) {
  if (level == IPPROTO_IP && family() == AF_INET) {
    if (name == IP_PKTINFO) return &tells_destination_;
    if (name == IP_RECVTTL) return &tells_hop_limit_;
    if (name == IP_RECVTOS) return &tells_traffic_class_;
  }
  if (level == IPPROTO_IPV6 && family() == AF_INET6) {
    if (name == IPV6_RECVPKTINFO) return &tells_destination_;
    if (name == IPV6_RECVHOPLIMIT) return &tells_hop_limit_;
    if (name == IPV6_RECVTCLASS) return &tells_traffic_class_;
  }
  return nullptr;
}

long Datagram::SetOption(int level, int name, int value) {
  if (bool* const told = FindTold(level, name)) {
    *told = value != 0;
    return 0;
  }
  net::udp::SocketOptions& options = socket_.options();
  if (level == SOL_SOCKET && name == SO_RCVBUF) {
    options.most_bytes = static_cast<std::size_t>(std::clamp(value, 2048, 4 * 1024 * 1024));
    options.most_packets = std::max<std::size_t>(64, options.most_bytes / 2048);
    return 0;
  }
  if (IsGroupLoop(level, name)) return value == 0 ? 0 : -EOPNOTSUPP;
  const bool is_ttl = (level == IPPROTO_IP && name == IP_TTL) || (level == IPPROTO_IPV6 && name == IPV6_UNICAST_HOPS);
  const bool is_group_ttl =
      (level == IPPROTO_IP && name == IP_MULTICAST_TTL) || (level == IPPROTO_IPV6 && name == IPV6_MULTICAST_HOPS);
  if (!is_ttl && !is_group_ttl) return -ENOPROTOOPT;
  if (value < -1 || value > 255 || (value == 0 && is_ttl)) return -EINVAL;
  const int usual = is_ttl ? 0 : 1;
  (is_ttl ? options.hop_limit : options.group_hop_limit) = static_cast<std::uint8_t>(value == -1 ? usual : value);
  return 0;
}

long Datagram::GetOption(int level, int name, int& value) {
  if (const bool* const told = FindTold(level, name)) {
    value = *told;
    return 0;
  }
  const net::udp::SocketOptions& options = socket_.options();
  const auto hops = [](std::uint8_t set, int usual) { return set == 0 ? usual : set; };
  if (level == SOL_SOCKET && name == SO_RCVBUF) {
    value = static_cast<int>(options.most_bytes);
  } else if (level == SOL_SOCKET && name == SO_SNDBUF) {
    value = static_cast<int>(kLargest);  // a datagram at a time
  } else if ((level == IPPROTO_IP && name == IP_TTL) || (level == IPPROTO_IPV6 && name == IPV6_UNICAST_HOPS)) {
    value = hops(options.hop_limit, 64);
  } else if ((level == IPPROTO_IP && name == IP_MULTICAST_TTL) ||
             (level == IPPROTO_IPV6 && name == IPV6_MULTICAST_HOPS)) {
    value = hops(options.group_hop_limit, 1);
  } else if (IsGroupLoop(level, name)) {
    value = 0;
  } else {
    return -ENOPROTOOPT;
  }
  return 0;
}

long Datagram::Control(unsigned long request, void* argument) {
  if (request != FIONREAD) return -ENOTTY;
  if (argument == nullptr) return -EFAULT;
  const std::size_t size = peeked_ ? peeked_->payload.size() : socket_.PeekSize().value_or(0);
  *static_cast<int*>(argument) = static_cast<int>(size);
  return 0;
}

kernel::libc::Events Datagram::Poll() {
  kernel::libc::Events events = kernel::libc::kCanWrite;
  if (peeked_ || socket_.CanReceive() || !can_receive_) events |= kernel::libc::kCanRead;
  if (!can_receive_) events |= POLLRDHUP;
  if (!can_receive_ && !can_send_) events |= POLLHUP;
  // An error without a datagram before it.
  if (!peeked_ && socket_.CanReceive() && !socket_.PeekSize()) events |= POLLERR;
  return events;
}

}  // namespace machine::posix
