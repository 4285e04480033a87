// Datagrams for coroutines.
//
//   UdpSocket socket(udp);
//   socket.Bind({{}, 7});
//   for (;;) {
//     Result<udp::Datagram> datagram = co_await socket.Receive();
//     if (datagram) socket.SendTo(std::move(datagram->payload), datagram->source);
//   }
#ifndef ENKEL_NET_SOCKET_UDP_SOCKET_H_
#define ENKEL_NET_SOCKET_UDP_SOCKET_H_

#include <cstddef>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/packet/packet.h"
#include "net/socket/gate.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"

namespace net::socket {

// Stays where it is; the stack outlives it, and it outlives who waits for it. Not interrupt-safe; nothing allocates.
class UdpSocket final : private udp::Observer {
 public:
  explicit UdpSocket(udp::Udp& udp) : udp_(udp), socket_(udp, this), receivers_(udp.context(), &CanReceive, this) {}

  // As those of udp::Socket.
  kernel::Result<void> Bind(const Endpoint& local, Interface* interface = nullptr) {
    return socket_.Bind(local, interface);
  }
  kernel::Result<void> Connect(const Endpoint& remote) { return socket_.Connect(remote); }
  void Disconnect() { socket_.Disconnect(); }
  udp::SocketOptions& options() { return socket_.options(); }
  const Endpoint& local() const { return socket_.local(); }
  const Endpoint& remote() const { return socket_.remote(); }

  // `co_await socket.Receive()`: the next datagram, as a Result. Errors: kTimedOut; of a connected socket kRefused,
  // kUnreachable, kTooLong: what ICMP said.
  auto Receive(kernel::Instant deadline = kernel::kNever) {
    return Operation(receivers_, deadline, [this] { return socket_.Receive(); });
  }

  // Sends a packet without a copy. A datagram never waits: it goes, or it is lost. Errors: as udp::Socket::SendTo.
  kernel::Result<void> SendTo(Packet payload, const Endpoint& destination) {
    return socket_.SendTo(std::move(payload), destination);
  }
  kernel::Result<void> Send(Packet payload) { return socket_.Send(std::move(payload)); }

  // The same with a copy of `bytes`. Errors: kOutOfMemory besides.
  kernel::Result<void> SendTo(std::span<const std::byte> bytes, const Endpoint& destination);
  kernel::Result<void> Send(std::span<const std::byte> bytes);

 private:
  static bool CanReceive(void* self) { return static_cast<UdpSocket*>(self)->socket_.CanReceive(); }
  void OnChange(udp::Socket&) override { receivers_.Look(); }

  udp::Udp& udp_;
  udp::Socket socket_;
  Gate receivers_;
};

}  // namespace net::socket

#endif  // ENKEL_NET_SOCKET_UDP_SOCKET_H_
