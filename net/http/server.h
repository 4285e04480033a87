// An HTTP/1.1 server. [RFC9110], [RFC9112]
//
//   http::Server server(network, {.port = 80});
//   server.Get("/", [](const http::Request&) { return http::Response::Text("hello\n"); });
//   return kernel::Run(server.Serve());
//
// A connection is a coroutine with room for a request's head; it is made when there never were as many connections at a
// time, and kept for the next ones. What strangers can take is bounded: connections in all and of one address, the time
// and the bytes of a head, of a body, of an answer that nobody reads. Who comes when all are taken puts out who has
// waited longest without asking anything.
#ifndef ENKEL_NET_HTTP_SERVER_H_
#define ENKEL_NET_HTTP_SERVER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/task_group.h"
#include "kernel/base/time.h"
#include "kernel/base/wait_queue.h"
#include "net/context.h"
#include "net/http/connection.h"
#include "net/http/date.h"
#include "net/http/list.h"
#include "net/http/message.h"
#include "net/http/route.h"
#include "net/socket/tcp_listener.h"
#include "net/socket/tcp_stream.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"

namespace net::http {

struct Options {
  std::uint16_t port = 80;
  std::size_t connections = 256;             // at a time
  std::size_t connections_per_address = 64;  // of one IPv4 address, or of one /64 of IPv6
  std::uint64_t body_limit = 1024 * 1024;    // bytes of a request's body, where the route says nothing else
  kernel::Duration head_time = kernel::Duration::Seconds(10);   // from the first byte of a head to its last
  kernel::Duration idle_time = kernel::Duration::Seconds(60);   // between requests
  kernel::Duration body_time = kernel::Duration::Seconds(20);   // until the next piece of a body
  kernel::Duration write_time = kernel::Duration::Seconds(30);  // until the client has room for a piece of an answer
  kernel::Duration stop_time = kernel::Duration::Seconds(10);   // for what runs when Stop is called
  std::int64_t (*unix_time)() = nullptr;  // seconds since 1970, for the date; null: answers carry none
};

struct Counters {
  std::uint64_t connections = 0;
  std::uint64_t refused = 0;   // connections, for their address' share
  std::uint64_t evicted = 0;   // connections, for want of room
  std::uint64_t timeouts = 0;  // connections
  std::uint64_t requests = 0;
  std::uint64_t malformed = 0;  // requests
};

// Not interrupt-safe. Stays where it is; the stack outlives it.
class Server {
 public:
  static constexpr std::size_t kMostRoutes = 32;

  // `network`: whatever has a context() and a tcp().
  template <typename Network>
  explicit Server(Network& network, const Options& options = {}) : Server(network.context(), network.tcp(), options) {}
  Server(Context& context, tcp::Tcp& tcp, const Options& options) : context_(context), tcp_(tcp), options_(options) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // What answers requests to `pattern` (pattern.h), which stays for ever; the first that matches does. GET answers
  // HEAD, too. CHECKs that there are not more than kMostRoutes.
  template <typename Handler>
  void Add(Method method, std::string_view pattern, Handler handler, std::optional<std::uint64_t> body_limit = {}) {
    CHECK(route_count_ < kMostRoutes);
    routes_[route_count_++] = Route(method, pattern, handler, body_limit.value_or(options_.body_limit));
  }
  template <typename Handler>
  void Get(std::string_view pattern, Handler handler) {
    Add(Method::kGet, pattern, handler);
  }
  template <typename Handler>
  void Post(std::string_view pattern, Handler handler, std::optional<std::uint64_t> body_limit = {}) {
    Add(Method::kPost, pattern, handler, body_limit);
  }
  template <typename Handler>
  void Put(std::string_view pattern, Handler handler, std::optional<std::uint64_t> body_limit = {}) {
    Add(Method::kPut, pattern, handler, body_limit);
  }
  template <typename Handler>
  void Delete(std::string_view pattern, Handler handler) {
    Add(Method::kDelete, pattern, handler);
  }

  // Serves until Stop; then 0. 1: the port cannot be had. Once.
  kernel::Task<int> Serve();

  // Takes no more connections, and ends those that ask nothing; what was asked is answered within Options::stop_time.
  void Stop();

  const Counters& counters() const { return counters_; }
  std::size_t connections() const { return busy_; }  // now

 private:
  friend class Connection;

  kernel::Task<> Accept();
  kernel::Task<kernel::Result<void>> Drain();
  kernel::Task<> Work(socket::TcpStream first);
  std::size_t QuarterOf(const IpAddress& address);
  bool HasShareLeft(const IpAddress& address);
  bool MakeRoom();
  void Start(socket::TcpStream stream);

  // For connections.
  const Route* FindRoute(Method method, std::string_view path, bool& has_path) const;
  std::string_view Methods(std::string_view path, std::span<char> to) const;
  std::string_view Date();

  Context& context_;
  tcp::Tcp& tcp_;
  const Options options_;
  std::array<Route, kMostRoutes> routes_;
  std::size_t route_count_ = 0;

  std::optional<socket::TcpListener> listener_;
  kernel::TaskGroup* workers_ = nullptr;  // while it serves
  // Connections by a keyed hash of their address, so that nobody counts them all, nor can choose who is counted with
  // him.
  using Quarter = List<Connection, &Connection::neighbor_>;
  static constexpr std::size_t kQuarters = 256;
  std::array<Quarter, kQuarters> quarters_;
  List<Connection, &Connection::state_> free_;
  List<Connection, &Connection::state_> waiting_;  // that ask nothing now, the longest first
  std::size_t busy_ = 0;
  kernel::WaitQueue changed_;  // a connection was freed, or it is to stop
  bool is_stopping_ = false;

  std::array<char, kDateSize> date_;
  kernel::Instant date_end_ = {};
  bool has_date_ = false;
  Counters counters_;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_SERVER_H_
