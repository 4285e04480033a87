// Where a client's server is: an address, or a name (named_origin.h).
#ifndef ENKEL_NET_HTTP_CLIENT_ORIGIN_H_
#define ENKEL_NET_HTTP_CLIENT_ORIGIN_H_

#include <array>
#include <cstddef>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/socket/tcp_stream.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"

namespace net::http {

class Origin {
 public:
  Origin(const Origin&) = delete;
  Origin& operator=(const Origin&) = delete;

  // As the Host field says it: "example.org", "192.0.2.1:8080", "[2001:db8::1]". [RFC9110] 7.2
  std::string_view host() const { return {host_.data(), host_size_}; }

  // Errors: as net::socket::Connect, and those of finding the address; kTimedOut at the deadline.
  virtual kernel::Task<kernel::Result<socket::TcpStream>> Connect(Context& context, tcp::Tcp& tcp,
                                                                  kernel::Instant deadline) = 0;

 protected:
  // What is too long for a name is cut: nobody has it.
  Origin(std::string_view name, std::uint16_t port);
  Origin(const IpAddress& address, std::uint16_t port);
  ~Origin() = default;

  std::string_view name() const { return host().substr(0, name_size_); }

 private:
  void Append(std::string_view text);
  void AppendPort(std::uint16_t port);

  std::array<char, 264> host_;  // 253 characters of a name, a colon, and 5 of a port
  std::size_t host_size_ = 0;
  std::size_t name_size_ = 0;
};

class AddressOrigin final : public Origin {
 public:
  explicit AddressOrigin(const Endpoint& server) : Origin(server.address, server.port), server_(server) {}
  kernel::Task<kernel::Result<socket::TcpStream>> Connect(Context& context, tcp::Tcp& tcp,
                                                          kernel::Instant deadline) override;

 private:
  const Endpoint server_;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_CLIENT_ORIGIN_H_
