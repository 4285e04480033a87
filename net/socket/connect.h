// Opening connections, for coroutines.
#ifndef ENKEL_NET_SOCKET_CONNECT_H_
#define ENKEL_NET_SOCKET_CONNECT_H_

#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/socket/tcp_stream.h"
#include "net/tcp/options.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"

namespace net::socket {

// `co_await Connect(context, tcp, remote)`: a connection to one end. Errors: kRefused, kTimedOut, kUnreachable,
// kOutOfMemory, as tcp::Tcp::Connect.
kernel::Task<kernel::Result<TcpStream>> Connect(Context& context, tcp::Tcp& tcp, Endpoint remote,
                                                tcp::Options options = {}, kernel::Instant deadline = kernel::kNever);

// How long an address may keep the next one waiting. [RFC8305] 5
inline constexpr kernel::Duration kAttemptDelay = kernel::Duration::Milliseconds(250);

// `co_await ConnectToAny(context, tcp, addresses, port)`: a connection to the first address that answers. They are
// tried in their order, each 250 ms after the one before or as soon as that failed, until one is established; the
// others are given up. At most the first 8 are. `addresses` must stay until then. Errors: that of the last one that
// failed; kInvalidArgument without an address.
kernel::Task<kernel::Result<TcpStream>> ConnectToAny(Context& context, tcp::Tcp& tcp,
                                                     std::span<const IpAddress> addresses, std::uint16_t port,
                                                     tcp::Options options = {},
                                                     kernel::Instant deadline = kernel::kNever);

}  // namespace net::socket

#endif  // ENKEL_NET_SOCKET_CONNECT_H_
