// A UDP socket: one end of datagrams.
#ifndef ENKEL_NET_UDP_SOCKET_H_
#define ENKEL_NET_UDP_SOCKET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"

namespace net::udp {

// Told when a socket has something new: a datagram or an error. Called while the stack is polled, never by a call to
// the socket. May receive and send; closes and destroys no socket.
class Observer {
 public:
  virtual void OnChange(Socket& socket) = 0;

 protected:
  ~Observer() = default;
};

// What was received: the payload, and what came with it.
struct Datagram {
  Packet payload;
  Endpoint source;
  Endpoint destination;  // our end: what to answer from, unless is_group
  Interface* interface = nullptr;
  std::uint8_t traffic_class = 0;
  std::uint8_t hop_limit = 0;
  bool is_group = false;  // sent to a group or to all
};

struct SocketOptions {
  std::size_t most_packets = 64;         // that wait in its queue
  std::size_t most_bytes = 256 * 1024;   // of payload
  std::uint8_t traffic_class = 0;        // DSCP and ECN of what it sends
  std::uint8_t hop_limit = 0;            // 0: the usual
  std::uint8_t group_hop_limit = 0;      // for groups; 0: 1
  Interface* group_interface = nullptr;  // by which packets for groups go; null: by the routes
  bool may_broadcast = false;
  bool must_not_fragment = false;  // kTooLong rather than fragments
  bool is_ipv6_only = false;       // [RFC3493] 5.3
};

// Stays where it is; the stack outlives it.
class Socket {
 public:
  explicit Socket(Udp& udp, Observer* observer = nullptr) : udp_(udp), observer_(observer) {}
  ~Socket() { Close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  SocketOptions& options() { return options_; }
  void SetObserver(Observer* observer) { observer_ = observer; }  // null: nobody

  // Receives what is for `local`: an address of ours, a group, or unspecified for all (0.0.0.0: all of IPv4). Port 0: a
  // random one from 49,152 on [RFC6056]. With an interface, only what comes by it, and everything is sent by it.
  // Errors: kInUse, kInvalidArgument (bound already, or not ours).
  kernel::Result<void> Bind(const Endpoint& local, Interface* interface = nullptr);

  // From now on receives from `remote` alone, and gets to know what ICMP says about its packets. Binds if need be.
  // Errors: as Bind and FindPath; kInvalidArgument (port 0).
  kernel::Result<void> Connect(const Endpoint& remote);
  void Disconnect() { is_connected_ = false; }

  // Forgets everything; it can be bound again.
  void Close();

  // Sends payload; a connected socket needs no destination. `from_unspecified` sends from 0.0.0.0 to all on the bound
  // interface's link, for DHCP. Binds if need be. Errors: as Ip::Send and Bind; kInvalidArgument (no destination, port
  // 0); kTooLong; first of all an error that came meanwhile, as Receive.
  kernel::Result<void> Send(Packet payload);
  kernel::Result<void> SendTo(Packet payload, const Endpoint& destination, const IpAddress& source = {}) {
    return SendFrom(std::move(payload), source, destination, false);
  }
  kernel::Result<void> SendToAllFromUnspecified(Packet payload, std::uint16_t port);

  // The oldest datagram. Errors: kWouldBlock (none); once each, what ICMP said about a packet of a connected socket:
  // kRefused (port unreachable), kUnreachable, kTooLong.
  kernel::Result<Datagram> Receive();

  // The size of the oldest datagram's payload; nothing: there is none.
  std::optional<std::size_t> PeekSize() const;

  bool CanReceive() const { return !queue_.IsEmpty() || error_; }  // a datagram or an error
  bool IsBound() const { return local_.port != 0; }
  bool IsConnected() const { return is_connected_; }
  const Endpoint& local() const { return local_; }
  const Endpoint& remote() const { return remote_; }  // of a connected socket
  Interface* interface() const { return interface_; }
  std::uint64_t drops() const { return drops_; }  // datagrams that found the queue full

 private:
  friend class Udp;

  // How well it matches a datagram for one receiver: 0 does not, more is better.
  [[gnu::always_inline]] int Match(const IpReceived& received, std::uint16_t source_port,
                                   std::uint16_t destination_port) const {
    if (local_.port != destination_port) return 0;
    int score = 1;
    if (local_.address.IsUnspecified()) {
      const bool is_ipv4 = received.destination.IsIpv4();
      // 0.0.0.0 stands for IPv4 alone, :: for both unless it was told otherwise.
      if (is_ipv4 ? options_.is_ipv6_only && !local_.address.IsIpv4() : local_.address.IsIpv4()) return 0;
    } else if (local_.address == received.destination) {
      score += 2;
    } else {
      return 0;
    }
    if (interface_ != nullptr) {
      if (interface_ != received.interface) return 0;
      score += 1;
    }
    if (is_connected_) {
      if (remote_.port != source_port || remote_.address != received.source) return 0;
      score += 4;
    }
    return score;
  }
  bool Overlaps(const Endpoint& local, Interface* interface, bool is_ipv6_only) const;
  void Enqueue(Packet packet, const IpReceived& received, std::uint16_t source_port);
  void OnError(const IpError& error);
  kernel::Result<void> TakeError();
  const IpAddress* SourceFor(const IpAddress& destination, Interface* interface, kernel::Error& error);
  bool ChooseSource(const IpAddress& destination, Interface* interface, kernel::Error& error);
  kernel::Result<void> SendFrom(Packet payload, const IpAddress& source, const Endpoint& destination,
                                bool from_unspecified);

  Udp& udp_;
  Observer* observer_;
  Socket* next_ = nullptr;  // in its bucket
  Endpoint local_;
  Endpoint remote_;  // while connected, from whom alone; else to whom it sent last
  IpAddress connected_source_;
  Interface* interface_ = nullptr;
  // The source that IP chose last, while nothing says that it would choose another.
  struct Chosen {
    IpAddress source;
    IpAddress destination;
    Interface* interface = nullptr;
    std::uint32_t path_generation = 0;  // of Udp; 0: none
    kernel::Instant expiry;
  } chosen_;
  bool is_connected_ = false;
  std::optional<kernel::Error> error_;
  SocketOptions options_;
  PacketQueue queue_;  // each with an Envelope (socket.cc) in its header part
  std::size_t queued_bytes_ = 0;
  std::uint64_t drops_ = 0;
};

}  // namespace net::udp

#endif  // ENKEL_NET_UDP_SOCKET_H_
