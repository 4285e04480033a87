#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/base/time.h"

namespace {

using machine::posix::CommonOptions;
using machine::posix::OptionValue;
using machine::posix::SocketFile;

template <typename T>
long Give(const T& what, OptionValue& value) {
  value.size = std::min<socklen_t>(value.size, sizeof(what));
  std::memcpy(value.bytes, &what, value.size);
  return 0;
}

long GiveTimeout(kernel::Duration timeout, OptionValue& value) {
  const std::int64_t microseconds = timeout.nanoseconds / 1000;
  return Give(timeval{.tv_sec = microseconds / 1'000'000, .tv_usec = microseconds % 1'000'000}, value);
}

std::optional<int> CommonOption(SocketFile& socket, int level, int name) {
  const CommonOptions& common = socket.common();
  if (level == SOL_SOCKET) {
    switch (name) {
      case SO_TYPE:
        return socket.type();
      case SO_DOMAIN:
        return socket.family();
      case SO_PROTOCOL:
        return socket.type() == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
      case SO_ERROR:
        return socket.TakeError();
      case SO_REUSEADDR:
        return common.reuses_address;
      case SO_KEEPALIVE:
        return common.keeps_alive;
      case SO_BROADCAST:
        return common.may_broadcast;
      case SO_PRIORITY:
        return common.priority;
      case SO_OOBINLINE:
        return 1;
      default:
        return {};
    }
  }
  if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY && socket.family() == AF_INET6) return common.is_ipv6_only;
  const bool is_class = (level == IPPROTO_IP && name == IP_TOS) || (level == IPPROTO_IPV6 && name == IPV6_TCLASS);
  return is_class ? std::optional<int>(common.traffic_class) : std::nullopt;
}

long Get(SocketFile& socket, int level, int name, OptionValue& value) {
  const CommonOptions& common = socket.common();
  if (level == SOL_SOCKET && name == SO_RCVTIMEO) return GiveTimeout(common.receive_timeout, value);
  if (level == SOL_SOCKET && name == SO_SNDTIMEO) return GiveTimeout(common.send_timeout, value);
  if (level == SOL_SOCKET && name == SO_LINGER) {
    return Give(linger{.l_onoff = common.lingers, .l_linger = common.linger_seconds}, value);
  }
  if (const auto number = CommonOption(socket, level, name)) return Give(*number, value);
  int number = 0;
  const long error = socket.GetOption(level, name, number);
  return error == 0 ? Give(number, value) : socket.GetLongOption(level, name, value);
}

}  // namespace

long sys_getsockopt(int descriptor, int level, int name, void* value, socklen_t* size) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  if (value == nullptr || size == nullptr) return -EFAULT;
  if (static_cast<int>(*size) < 0) return -EINVAL;
  OptionValue given = {value, *size};
  const long error = Get(*socket, level, name, given);
  if (error == 0) *size = given.size;
  return error;
}
