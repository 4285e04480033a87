#include "boards/machine/posix/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace machine::posix {

using net::Ipv4Address;
using net::Ipv6Address;

long ReadAddress(const sockaddr* address, socklen_t size, Family family, net::Endpoint& endpoint) {
  if (address == nullptr) return -EFAULT;
  if (size < sizeof(sa_family_t)) return -EINVAL;
  const bool is_ipv4 = family == AF_INET;
  if (size < (is_ipv4 ? sizeof(sockaddr_in) : offsetof(sockaddr_in6, sin6_scope_id))) return -EINVAL;
  if (address->sa_family != family) return -EAFNOSUPPORT;
  if (is_ipv4) {
    sockaddr_in in;
    std::memcpy(&in, address, sizeof(in));
    endpoint = {Ipv4Address{ntohl(in.sin_addr.s_addr)}, ntohs(in.sin_port)};
  } else {
    sockaddr_in6 in = {};
    std::memcpy(&in, address, std::min<std::size_t>(size, sizeof(in)));
    endpoint = {Ipv6Address::Load(reinterpret_cast<const std::byte*>(&in.sin6_addr)), ntohs(in.sin6_port)};
  }
  return 0;
}

long WriteAddress(const net::Endpoint& endpoint, Family family, sockaddr* address, socklen_t* size) {
  if (address == nullptr) return 0;
  if (size == nullptr) return -EFAULT;
  if (static_cast<int>(*size) < 0) return -EINVAL;
  const auto store = [&](const auto& in) {
    std::memcpy(address, &in, std::min<std::size_t>(*size, sizeof(in)));
    *size = sizeof(in);
  };
  if (family == AF_INET) {
    const Ipv4Address ipv4 = endpoint.address.IsIpv4() ? endpoint.address.ipv4() : Ipv4Address();
    store(sockaddr_in{.sin_family = AF_INET,
                      .sin_port = htons(endpoint.port),
                      .sin_addr = {.s_addr = htonl(ipv4.value)},
                      .sin_zero = {}});
  } else {
    sockaddr_in6 in = {};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(endpoint.port);
    endpoint.address.ipv6().Store(reinterpret_cast<std::byte*>(&in.sin6_addr));
    store(in);
  }
  return 0;
}

long ErrorNumber(kernel::Error error) {
  using kernel::Error;
  switch (error) {
    case Error::kInvalidArgument:
      return -EINVAL;
    case Error::kOutOfMemory:
      return -ENOBUFS;
    case Error::kNotFound:
      return -ENOENT;
    case Error::kMalformed:
      return -EBADMSG;
    case Error::kUnsupported:
      return -EOPNOTSUPP;
    case Error::kTimedOut:
      return -ETIMEDOUT;
    case Error::kCancelled:
      return -ECANCELED;
    case Error::kWouldBlock:
      return -EAGAIN;
    case Error::kUnreachable:
      return -EHOSTUNREACH;
    case Error::kRefused:
      return -ECONNREFUSED;
    case Error::kReset:
      return -ECONNRESET;
    case Error::kClosed:
      return -EPIPE;
    case Error::kInUse:
      return -EADDRINUSE;
    case Error::kTooLong:
      return -EMSGSIZE;
  }
  return -EIO;
}

}  // namespace machine::posix
