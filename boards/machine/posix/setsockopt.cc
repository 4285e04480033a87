#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "boards/machine/posix/calls.h"
#include "boards/machine/posix/datagram.h"
#include "boards/machine/posix/groups.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/base/time.h"

namespace {

using kernel::Duration;
using machine::posix::CommonOptions;
using machine::posix::SocketFile;

long SetTimeout(const void* value, socklen_t size, Duration& timeout) {
  timeval time;
  if (size < sizeof(time)) return -EINVAL;
  std::memcpy(&time, value, sizeof(time));
  if (time.tv_usec < 0 || time.tv_usec >= 1'000'000) return -EDOM;
  constexpr std::int64_t kMostSeconds = std::int64_t{1} << 32;
  timeout = time.tv_sec < 0 || time.tv_sec > kMostSeconds
                ? Duration()
                : Duration::Seconds(time.tv_sec) + Duration::Microseconds(time.tv_usec);
  return 0;
}

long SetLinger(const void* value, socklen_t size, CommonOptions& common) {
  linger wanted;
  if (size < sizeof(wanted)) return -EINVAL;
  std::memcpy(&wanted, value, sizeof(wanted));
  common.lingers = wanted.l_onoff != 0;
  common.linger_seconds = wanted.l_linger;
  return 0;
}

// Options that every socket has and that are an int. False: there is no such.
bool SetCommon(CommonOptions& common, int level, int name, int value) {
  if (level == SOL_SOCKET) {
    switch (name) {
      case SO_REUSEADDR:
        common.reuses_address = value != 0;
        return true;
      case SO_KEEPALIVE:
        common.keeps_alive = value != 0;
        return true;
      case SO_BROADCAST:
        common.may_broadcast = value != 0;
        return true;
      case SO_PRIORITY:
        common.priority = value;
        return true;
      case SO_OOBINLINE:  // it is, always
        return true;
      default:
        return false;
    }
  }
  const bool is_class = (level == IPPROTO_IP && name == IP_TOS) || (level == IPPROTO_IPV6 && name == IPV6_TCLASS);
  if (is_class) common.traffic_class = static_cast<std::uint8_t>(value);
  return is_class;
}

long SetIpv6Only(SocketFile& socket, int value) {
  if (socket.family() != AF_INET6) return -ENOPROTOOPT;
  if (socket.local().port != 0) return -EINVAL;
  socket.common().is_ipv6_only = value != 0;
  return 0;
}

long Set(SocketFile& socket, int level, int name, const void* value, socklen_t size) {
  CommonOptions& common = socket.common();
  if (level == SOL_SOCKET && name == SO_RCVTIMEO) return SetTimeout(value, size, common.receive_timeout);
  if (level == SOL_SOCKET && name == SO_SNDTIMEO) return SetTimeout(value, size, common.send_timeout);
  if (level == SOL_SOCKET && name == SO_LINGER) return SetLinger(value, size, common);
  if (socket.type() == SOCK_DGRAM) {
    const auto done = machine::posix::SetGroupOption(static_cast<machine::posix::Datagram&>(socket), level, name,
                                                     {static_cast<const std::byte*>(value), size});
    if (done) return *done;
  }
  int number = 0;
  if (size >= sizeof(number)) {
    std::memcpy(&number, value, sizeof(number));
  } else if (size == 1 && level == IPPROTO_IP) {
    number = *static_cast<const std::uint8_t*>(value);
  } else {
    return -EINVAL;
  }
  if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY) return SetIpv6Only(socket, number);
  if (SetCommon(common, level, name, number)) return 0;
  return socket.SetOption(level, name, number);
}

}  // namespace

long sys_setsockopt(int descriptor, int level, int name, const void* value, socklen_t size) {
  const machine::posix::SocketReference socket(descriptor);
  if (socket.error() != 0) return socket.error();
  if (static_cast<int>(size) < 0) return -EINVAL;
  if (value == nullptr) return -EFAULT;
  const long error = Set(*socket, level, name, value, size);
  if (error == 0) socket->OnCommonOptions();
  return error;
}
