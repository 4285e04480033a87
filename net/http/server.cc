#include "net/http/server.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/task_group.h"
#include "kernel/base/time.h"
#include "kernel/base/turn.h"
#include "net/http/connection.h"
#include "net/http/date.h"
#include "net/http/message.h"
#include "net/http/route.h"
#include "net/socket/tcp_listener.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/time.h"
#include "net/tcp/options.h"
#include "net/wire/address.h"

namespace net::http {
namespace {

using kernel::Result;
using kernel::Task;

constexpr std::size_t kBacklog = 128;

// A clock that was never set says 1970, and a date that is wrong is worse than none. [RFC9110] 6.6.1
constexpr std::int64_t kYear2020 = 1577836800;

// Whether both have one share: hosts of IPv6 have a /64 each at least.
bool AreNeighbors(const IpAddress& a, const IpAddress& b) {
  if (a.IsIpv4() || b.IsIpv4()) return a == b;
  return a.ipv6().high() == b.ipv6().high();
}

}  // namespace

Task<int> Server::Serve() {
  // A small answer goes out at once; it waits for nobody's acknowledgment.
  Result<socket::TcpListener> listener =
      socket::TcpListener::Listen(context_, tcp_, {{}, options_.port}, kBacklog, {.has_no_delay = true});
  if (!listener) co_return 1;
  kernel::Executor& executor = co_await kernel::CurrentExecutor();
  listener_.emplace(*std::move(listener));
  kernel::TaskGroup workers(executor);
  workers_ = &workers;
  {
    Task<> acceptor = Accept();
    acceptor.Start(executor);
    while (!is_stopping_) co_await changed_.Wait();
  }
  listener_.reset();
  for (Connection* next = waiting_.First(); next != nullptr; next = waiting_.First()) next->GiveUp();
  static_cast<void>(co_await socket::WithTimeout(context_, Drain(), options_.stop_time));
  workers_ = nullptr;
  co_return 0;
}

// Until nobody is served.
Task<Result<void>> Server::Drain() {
  while (busy_ > 0) co_await changed_.Wait();
  co_return Result<void>();
}

void Server::Stop() {
  is_stopping_ = true;
  changed_.NotifyAll();
}

Task<> Server::Accept() {
  for (;;) {
    Result<socket::TcpStream> stream = co_await listener_->Accept();
    if (!stream) continue;
    if (!HasShareLeft(stream->connection().remote().address)) {
      ++counters_.refused;
      stream->Abort();
      continue;
    }
    while (!MakeRoom()) co_await changed_.Wait();
    Start(*std::move(stream));
  }
}

std::size_t Server::QuarterOf(const IpAddress& address) {
  constexpr std::uint64_t kOfShares = 0x736861726573;  // "shares": other hashes of the same address are others
  const std::array<std::uint64_t, 2> words = {kOfShares,
                                              address.IsIpv4() ? address.ipv4().value : address.ipv6().high()};
  return context_.random().Hash(std::as_bytes(std::span(words))) % kQuarters;
}

bool Server::HasShareLeft(const IpAddress& address) {
  if (busy_ < options_.connections_per_address) return true;
  std::size_t count = 0;
  for (const Connection* other = quarters_[QuarterOf(address)].First(); other != nullptr;
       other = Quarter::Next(*other)) {
    if (AreNeighbors(other->remote().address, address)) ++count;
  }
  return count < options_.connections_per_address;
}

// Whether one more connection has a place; if not, whoever has waited longest without asking is on the way out.
bool Server::MakeRoom() {
  if (busy_ < options_.connections) return true;
  if (Connection* const idle = waiting_.First(); idle != nullptr) {
    ++counters_.evicted;
    idle->GiveUp();
  }
  return false;
}

void Server::Start(socket::TcpStream stream) {
  ++counters_.connections;
  ++busy_;
  if (Connection* const connection = free_.First(); connection != nullptr) {
    free_.Remove(*connection);
    connection->Begin(std::move(stream));
    connection->called_.NotifyOne();
  } else if (!workers_->TryAdd(Work(std::move(stream)))) {
    --busy_;  // no memory: the connection went with its task
  }
}

Task<> Server::Work(socket::TcpStream first) {
  Connection connection(*this);
  connection.Begin(std::move(first));
  for (;;) {
    co_await connection.Converse();
    connection.End();
    free_.PushBack(connection);
    --busy_;
    changed_.NotifyAll();
    while (!connection.has_stream()) co_await connection.called_.Wait();
  }
}

// The first route of this path and method; GET's for HEAD. `has_path`: whether any method has the path.
const Route* Server::FindRoute(Method method, std::string_view path, bool& has_path) const {
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  for (const Route& route : std::span(routes_).first(route_count_)) {
    if (!route.IsFor(path)) continue;
    if (route.method() == wanted) return &route;
    has_path = true;
  }
  return nullptr;
}

// "GET, HEAD, OPTIONS": what can be asked of a path; of "*", of any.
std::string_view Server::Methods(std::string_view path, std::span<char> to) const {
  std::uint32_t methods = 1U << static_cast<unsigned>(Method::kOptions);
  for (const Route& route : std::span(routes_).first(route_count_)) {
    if (path != "*" && !route.IsFor(path)) continue;
    methods |= 1U << static_cast<unsigned>(route.method());
    if (route.method() == Method::kGet) methods |= 1U << static_cast<unsigned>(Method::kHead);
  }
  std::size_t size = 0;
  const auto put = [&](std::string_view text) {
    std::memcpy(&to[size], text.data(), text.size());
    size += text.size();
  };
  for (std::size_t i = 0; i < kMethodNames.size(); ++i) {
    if ((methods >> i & 1) == 0) continue;
    if (size > 0) put(", ");
    put(kMethodNames[i]);
  }
  return {to.data(), size};
}

std::string_view Server::Date() {
  if (options_.unix_time == nullptr) return {};
  if (context_.now() >= date_end_) {
    const std::int64_t date = options_.unix_time();
    has_date_ = date >= kYear2020;
    if (has_date_) WriteDate(date, date_);
    date_end_ = context_.now() + kernel::Duration::Seconds(1);
  }
  return has_date_ ? std::string_view(date_.data(), date_.size()) : std::string_view();
}

}  // namespace net::http
