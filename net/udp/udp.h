// UDP over IP of either version. [RFC768]
//
//   Udp udp(context, ip, buckets);            // registers itself with `ip`
//   Socket socket(udp);
//   socket.Bind({{}, 53});
//   while (auto datagram = socket.Receive()) ...
//
// Nothing here blocks, allocates, or is interrupt-safe.
#ifndef ENKEL_NET_UDP_UDP_H_
#define ENKEL_NET_UDP_UDP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/udp.h"

namespace net::udp {

class Socket;

// Since the stack was made.
struct Counters {
  std::uint64_t received = 0;   // datagrams that reached a socket's queue
  std::uint64_t malformed = 0;  // sizes that contradict each other, no port, no checksum on IPv6
  std::uint64_t wrong_checksum = 0;
  std::uint64_t no_port = 0;     // nobody waits there
  std::uint64_t queue_full = 0;  // the socket had too much already, or no packet was left for its copy
  std::uint64_t sent = 0;
  std::uint64_t errors = 0;          // messages about what a socket sent
  std::uint64_t unknown_errors = 0;  // messages about what no socket can have sent: dropped
};

class Udp final : private Transport {
 public:
  // `buckets`, at least one, a power of two, find sockets by their ports: about as many as there will be sockets.
  // All arguments outlive it.
  Udp(Context& context, Ip& ip, std::span<Socket*> buckets);
  Udp(const Udp&) = delete;
  Udp& operator=(const Udp&) = delete;
  ~Udp() = default;

  const Counters& counters() const { return counters_; }
  Context& context() { return context_; }
  Ip& ip() { return ip_; }

 private:
  friend class Socket;

  Verdict Receive(Packet& packet, const IpReceived& received) override;
  void OnError(const IpError& error, std::span<const std::byte> quoted) override;
  void OnPathsChanged() override { ++path_generation_; }

  Verdict ReceiveForOne(Packet& packet, const wire::Udp& header, const IpReceived& received);
  Verdict ReceiveForAll(Packet& packet, const wire::Udp& header, const IpReceived& received);
  Socket*& BucketOf(std::uint16_t port) { return buckets_[port & (buckets_.size() - 1)]; }
  bool IsFree(const Socket& socket, const Endpoint& local, Interface* interface) const;
  std::uint16_t ChoosePort(const Socket& socket, const IpAddress& address, Interface* interface);

  Context& context_;
  Ip& ip_;
  const std::span<Socket*> buckets_;
  std::uint32_t path_generation_ = 1;
  Counters counters_;
};

}  // namespace net::udp

#endif  // ENKEL_NET_UDP_UDP_H_
