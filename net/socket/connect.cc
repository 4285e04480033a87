#include "net/socket/connect.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/promise.h"
#include "kernel/base/result.h"
#include "kernel/base/resumption.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "kernel/base/wait_queue.h"
#include "net/context.h"
#include "net/socket/tcp_stream.h"
#include "net/tcp/connection.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/tcp/tcp.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::socket {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

constexpr std::size_t kMostAttempts = 8;

// Attempts that run side by side, and the time when the next one begins.
class Race final : public tcp::Observer, private Timer {
 public:
  explicit Race(Context& context) : Timer(&OnTimer), context_(context) {}
  ~Race() { context_.timers().Stop(*this); }

  void OnChange() override { change.NotifyAll(); }

  // Has `change` notified at `deadline`.
  void WakeAt(kernel::Instant deadline) {
    if (deadline == kernel::kNever) return context_.timers().Stop(*this);
    context_.timers().Start(*this, deadline);
    context_.RequestPoll();
  }

  // Takes one that is established, and forgets those that failed.
  tcp::Connection TakeEstablished(Error& last_error) {
    for (tcp::Connection& connection : attempts) {
      if (!connection) continue;
      if (connection.IsEstablished() && !connection.error()) return std::move(connection);
      if (!connection.IsFinished()) continue;
      last_error = connection.error().value_or(Error::kClosed);
      connection = tcp::Connection();
      --running;
    }
    return {};
  }

  kernel::WaitQueue change;
  std::array<tcp::Connection, kMostAttempts> attempts;
  std::size_t running = 0;

 private:
  static void OnTimer(Timer& timer, kernel::Instant) { static_cast<Race&>(timer).OnChange(); }
  Context& context_;
};

}  // namespace

kernel::Task<Result<TcpStream>> Connect(Context& context, tcp::Tcp& tcp, Endpoint remote, tcp::Options options,
                                        kernel::Instant deadline) {
  auto connection = tcp.Connect({}, remote, options);
  if (!connection) co_return Fail(connection.error());
  TcpStream stream(context, *std::move(connection));
  const auto established = co_await stream.Established(deadline);
  if (!established) co_return Fail(established.error());
  co_return std::move(stream);
}

kernel::Task<Result<TcpStream>> ConnectToAny(Context& context, tcp::Tcp& tcp, std::span<const IpAddress> addresses,
                                             std::uint16_t port, tcp::Options options, kernel::Instant deadline) {
  addresses = addresses.first(std::min(addresses.size(), kMostAttempts));
  Race race(context);
  Error last_error = Error::kInvalidArgument;
  kernel::Instant next = context.now();  // when the next address has its turn
  for (std::size_t begun = 0; begun < addresses.size() || race.running > 0;) {
    if (begun < addresses.size() && (race.running == 0 || next <= context.now())) {
      auto attempt = tcp.Connect({}, {addresses[begun], port}, options);
      if (attempt) {
        race.attempts[begun] = *std::move(attempt);
        race.attempts[begun].SetObserver(&race);
        ++race.running;
        next = context.now() + kAttemptDelay;
      } else {
        last_error = attempt.error();
      }
      ++begun;
      continue;
    }
    race.WakeAt(std::min(begun < addresses.size() ? next : kernel::kNever, deadline));
    co_await race.change.Wait();
    const std::size_t were_running = race.running;
    if (tcp::Connection connection = race.TakeEstablished(last_error))
      co_return TcpStream(context, std::move(connection));
    if (race.running < were_running) next = context.now();
    if (context.now() >= deadline) co_return Fail(Error::kTimedOut);
  }
  co_return Fail(last_error);
}

}  // namespace net::socket
