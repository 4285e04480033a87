#include "boards/machine/posix/control.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "boards/machine/posix/socket_file.h"
#include "net/wire/address.h"

namespace machine::posix {
namespace {

// Puts control messages one behind the other into a program's memory.
class Writer {
 public:
  explicit Writer(const msghdr& message)
      : room_(message.msg_control == nullptr ? std::span<std::byte>()
                                             : std::span(static_cast<std::byte*>(message.msg_control),
                                                         static_cast<std::size_t>(message.msg_controllen))) {}

  template <typename T>
  void Add(int level, int type, const T& value) {
    if (used_ + CMSG_LEN(sizeof(value)) > room_.size()) {
      is_complete_ = false;
      return;
    }
    cmsghdr head = {};
    head.cmsg_len = CMSG_LEN(sizeof(value));
    head.cmsg_level = level;
    head.cmsg_type = type;
    std::memcpy(&room_[used_], &head, sizeof(head));
    std::memcpy(&room_[used_ + CMSG_LEN(0)], &value, sizeof(value));
    used_ = std::min(used_ + CMSG_SPACE(sizeof(value)), room_.size());
  }

  std::size_t used() const { return used_; }
  bool is_complete() const { return is_complete_; }

 private:
  std::span<std::byte> room_;
  std::size_t used_ = 0;
  bool is_complete_ = true;
};

void AddInfo(const Origin& origin, Family family, Writer& writer) {
  if (family == AF_INET) {
    in_pktinfo info = {};
    info.ipi_ifindex = static_cast<int>(origin.interface);
    info.ipi_addr.s_addr = htonl(origin.destination->ipv4().value);
    if (!origin.is_group) info.ipi_spec_dst = info.ipi_addr;
    return writer.Add(IPPROTO_IP, IP_PKTINFO, info);
  }
  in6_pktinfo info = {};
  info.ipi6_ifindex = origin.interface;
  // An IPv4 address in its mapped form.
  net::Endpoint end = {*origin.destination, 0};
  sockaddr_in6 address = {};
  socklen_t size = sizeof(address);
  (void)WriteAddress(end, family, reinterpret_cast<sockaddr*>(&address), &size);
  info.ipi6_addr = address.sin6_addr;
  writer.Add(IPPROTO_IPV6, IPV6_PKTINFO, info);
}

// The address in the bytes of an IP_PKTINFO or IPV6_PKTINFO, by way of a socket address.
long ReadInfo(const cmsghdr& head, Family family, const std::byte* bytes, net::IpAddress& source) {
  net::Endpoint end;
  long error = -EINVAL;
  if (family == AF_INET && head.cmsg_level == IPPROTO_IP && head.cmsg_type == IP_PKTINFO &&
      head.cmsg_len == CMSG_LEN(sizeof(in_pktinfo))) {
    in_pktinfo info;
    std::memcpy(&info, bytes, sizeof(info));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr = info.ipi_spec_dst;
    error = ReadAddress(reinterpret_cast<const sockaddr*>(&address), sizeof(address), family, end);
  } else if (family == AF_INET6 && head.cmsg_level == IPPROTO_IPV6 && head.cmsg_type == IPV6_PKTINFO &&
             head.cmsg_len == CMSG_LEN(sizeof(in6_pktinfo))) {
    in6_pktinfo info;
    std::memcpy(&info, bytes, sizeof(info));
    sockaddr_in6 address = {};
    address.sin6_family = AF_INET6;
    address.sin6_addr = info.ipi6_addr;
    error = ReadAddress(reinterpret_cast<const sockaddr*>(&address), sizeof(address), family, end);
  }
  if (error == 0 && !end.address.IsUnspecified()) source = end.address;
  return error;
}

}  // namespace

bool WriteControl(const Origin& origin, Family family, msghdr& message) {
  Writer writer(message);
  const bool is_ipv4 = family == AF_INET;
  const int level = is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6;
  if (origin.destination) AddInfo(origin, family, writer);
  if (origin.hop_limit) writer.Add(level, is_ipv4 ? IP_TTL : IPV6_HOPLIMIT, *origin.hop_limit);
  if (origin.traffic_class && is_ipv4) {
    writer.Add(level, IP_TOS, static_cast<std::uint8_t>(*origin.traffic_class));
  } else if (origin.traffic_class) {
    writer.Add(level, IPV6_TCLASS, *origin.traffic_class);
  }
  message.msg_controllen = static_cast<socklen_t>(writer.used());
  return writer.is_complete();
}

long ReadControl(const msghdr& message, Family family, net::IpAddress& source) {
  std::size_t left = message.msg_control == nullptr ? 0 : message.msg_controllen;
  if (left == 0) return message.msg_controllen == 0 ? 0 : -EFAULT;
  const std::byte* bytes = static_cast<const std::byte*>(message.msg_control);
  while (left >= sizeof(cmsghdr)) {
    cmsghdr head;
    std::memcpy(&head, bytes, sizeof(head));
    if (head.cmsg_len < sizeof(head) || head.cmsg_len > left) return -EINVAL;
    if (const long error = ReadInfo(head, family, bytes + CMSG_LEN(0), source); error != 0) return error;
    const std::size_t step = std::min<std::size_t>(CMSG_ALIGN(head.cmsg_len), left);
    bytes += step;
    left -= step;
  }
  return 0;
}

}  // namespace machine::posix
