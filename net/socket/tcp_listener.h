// A port that connections come to, for coroutines.
//
//   Result<TcpListener> listener = TcpListener::Listen(context, tcp, {{}, 80});
//   for (;;) connections.Add(Serve(co_await listener->Accept()));
#ifndef ENKEL_NET_SOCKET_TCP_LISTENER_H_
#define ENKEL_NET_SOCKET_TCP_LISTENER_H_

#include <cstddef>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/socket/gate.h"
#include "net/socket/tcp_stream.h"
#include "net/tcp/listener.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"

namespace net::socket {

// Destroying it refuses who comes. Move-only, while nobody waits for it. Not interrupt-safe; nothing allocates.
class TcpListener final : private tcp::Observer {
 public:
  // Errors: as tcp::Tcp::Listen.
  static kernel::Result<TcpListener> Listen(Context& context, tcp::Tcp& tcp, const Endpoint& local,
                                            std::size_t backlog = 128, const tcp::Options& options = {});

  TcpListener(TcpListener&& other) noexcept : TcpListener(other.context_, std::move(other.listener_)) {
    CHECK(other.acceptors_.IsEmpty());
  }
  TcpListener& operator=(TcpListener&&) = delete;

  // `co_await listener.Accept()`: the connection that has waited longest, as a Result<TcpStream>. Errors: kTimedOut.
  auto Accept(kernel::Instant deadline = kernel::kNever) {
    return Operation(acceptors_, deadline, [this]() -> kernel::Result<TcpStream> {
      auto connection = listener_.Accept();
      if (!connection) return kernel::Fail(connection.error());
      return TcpStream(context_, *std::move(connection));
    });
  }

  Endpoint local() const { return listener_.local(); }

 private:
  TcpListener(Context& context, tcp::Listener listener)
      : context_(context), listener_(std::move(listener)), acceptors_(context, &CanAccept, this) {
    if (listener_) listener_.SetObserver(this);
  }
  static bool CanAccept(void* self) { return static_cast<TcpListener*>(self)->listener_.CanAccept(); }
  void OnChange() override { acceptors_.Look(); }

  Context& context_;
  tcp::Listener listener_;
  Gate acceptors_;
};

}  // namespace net::socket

#endif  // ENKEL_NET_SOCKET_TCP_LISTENER_H_
