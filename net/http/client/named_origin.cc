#include "net/http/client/named_origin.h"

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/socket/connect.h"
#include "net/socket/resolve.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/time.h"
#include "net/tcp/tcp.h"

namespace net::http {

using kernel::Fail;
using kernel::Result;
using kernel::Task;

Task<Result<socket::TcpStream>> NamedOrigin::Connect(Context& context, tcp::Tcp& tcp, kernel::Instant deadline) {
  const Result<socket::Addresses> found =
      co_await socket::WithDeadline(context, socket::Resolve(resolver_, name()), deadline);
  if (!found) co_return Fail(found.error());
  co_return co_await socket::ConnectToAny(context, tcp, found->view(), port_, {.has_no_delay = true}, deadline);
}

}  // namespace net::http
