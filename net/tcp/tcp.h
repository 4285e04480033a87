// TCP: connections over IP of either version. [RFC9293]
//
//   Tcp tcp(context, ip, config, storage);              // registers itself with `ip`
//   Result<Listener> listener = tcp.Listen({{}, 80}, 128, {});
//   Result<Connection> connection = tcp.Connect({}, {address, 80}, {});
//
// A segment's way: Receive (here) finds the connection, segment_arrives.cc follows the RFC's steps, output.cc sends
// what is due. Nothing allocates after the constructor, nothing blocks, and nothing is interrupt-safe.
#ifndef ENKEL_NET_TCP_TCP_H_
#define ENKEL_NET_TCP_TCP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/connection.h"
#include "net/tcp/counters.h"
#include "net/tcp/listener.h"
#include "net/tcp/options.h"
#include "net/tcp/round_trip.h"
#include "net/wire/address.h"

namespace net::tcp {

// How much a stack's TCP can hold at once. What is beyond is refused, evicted, or answered without memory.
struct Config {
  std::size_t connections = 1024;
  std::size_t listeners = 16;
  std::size_t half_open = 256;            // handshakes from outside; beyond: SYN cookies
  std::size_t time_waits = 4096;          // beyond: the oldest goes
  std::size_t ranges = 4096;              // of bytes that are on the way, and of bytes that came out of order
  std::size_t send_slices = 4096;         // pieces of buffers that are not acknowledged
  std::size_t memory = 64 * 1024 * 1024;  // bytes of buffers in all connections: the budget
  TimeoutLimits timeouts = {};
  bool answers_closed_ports = true;  // RST to who comes to a port where nobody listens
};

struct Stack;  // what the parts of this folder share (stack.h)

class Tcp {
 public:
  // `storage` is StorageFor(config) bytes; it, `context` and `ip` outlive the stack.
  Tcp(Context& context, Ip& ip, const Config& config, std::span<std::byte> storage);
  ~Tcp();  // every handle is gone by then
  Tcp(const Tcp&) = delete;
  Tcp& operator=(const Tcp&) = delete;

  static std::size_t StorageFor(const Config& config);  // bytes

  // Opens a connection; it is established, or finished, later. `local` may leave its address or its port to us. Errors:
  // kInvalidArgument (a group, port 0, an address that is not ours), kUnreachable (no route), kInUse (the pair of ends
  // exists, or no port is free), kOutOfMemory (Config::connections).
  kernel::Result<Connection> Connect(const Endpoint& local, const Endpoint& remote, const Options& options);

  // Accepts connections to `local`; an unspecified address means any. `backlog` connections wait at most. `options` are
  // those of each connection. Port 0: of our choice. Errors: kInUse, kInvalidArgument, kOutOfMemory
  // (Config::listeners).
  kernel::Result<Listener> Listen(const Endpoint& local, std::size_t backlog, const Options& options);

  const Counters& counters() const;
  std::size_t connections() const;  // control blocks in use
  std::size_t half_open() const;
  std::size_t time_waits() const;
  std::size_t memory_used() const;  // bytes of the budget

 private:
  friend class Inspector;  // of tests (testing/inspection.h)
  Stack* stack_;           // in the storage
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_TCP_H_
