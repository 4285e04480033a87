// A client's server by its name: an image has a resolver only where its program says one.
#ifndef ENKEL_NET_HTTP_CLIENT_NAMED_ORIGIN_H_
#define ENKEL_NET_HTTP_CLIENT_NAMED_ORIGIN_H_

#include <cstdint>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/dns/resolver.h"
#include "net/http/client/origin.h"
#include "net/socket/tcp_stream.h"
#include "net/tcp/tcp.h"

namespace net::http {

// The name is asked for each new connection (answers are remembered by the resolver), and its addresses are tried as
// net::socket::ConnectToAny does. A text that is an address is one.
class NamedOrigin final : public Origin {
 public:
  NamedOrigin(dns::Resolver& resolver, std::string_view name, std::uint16_t port = 80)
      : Origin(name, port), resolver_(resolver), port_(port) {}
  kernel::Task<kernel::Result<socket::TcpStream>> Connect(Context& context, tcp::Tcp& tcp,
                                                          kernel::Instant deadline) override;

 private:
  dns::Resolver& resolver_;
  const std::uint16_t port_;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_CLIENT_NAMED_ORIGIN_H_
