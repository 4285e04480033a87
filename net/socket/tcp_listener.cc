#include "net/socket/tcp_listener.h"

#include <cstddef>
#include <utility>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/tcp/options.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"

namespace net::socket {

kernel::Result<TcpListener> TcpListener::Listen(Context& context, tcp::Tcp& tcp, const Endpoint& local,
                                                std::size_t backlog, const tcp::Options& options) {
  auto listener = tcp.Listen(local, backlog, options);
  if (!listener) return kernel::Fail(listener.error());
  return TcpListener(context, *std::move(listener));
}

}  // namespace net::socket
