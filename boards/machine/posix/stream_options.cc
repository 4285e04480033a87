// The options of TCP sockets.
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "boards/machine/posix/stream.h"
#include "kernel/base/time.h"
#include "net/tcp/connection.h"
#include "net/tcp/options.h"
#include "net/tcp/state.h"

namespace machine::posix {
namespace {

using kernel::Duration;

int SecondsOf(Duration duration) { return static_cast<int>(duration.nanoseconds / 1'000'000'000); }

template <typename T>
std::uint32_t MicrosecondsOf(T duration) {
  return static_cast<std::uint32_t>(duration.nanoseconds / 1000);
}

// As Linux numbers them: TCP_ESTABLISHED and so on.
std::uint8_t NumberOf(net::tcp::State state) {
  using net::tcp::State;
  switch (state) {
    case State::kEstablished:
      return TCP_ESTABLISHED;
    case State::kSynSent:
      return TCP_SYN_SENT;
    case State::kSynReceived:
      return TCP_SYN_RECV;
    case State::kFinWait1:
      return TCP_FIN_WAIT1;
    case State::kFinWait2:
      return TCP_FIN_WAIT2;
    case State::kTimeWait:
      return TCP_TIME_WAIT;
    case State::kClosed:
      return TCP_CLOSE;
    case State::kCloseWait:
      return TCP_CLOSE_WAIT;
    case State::kLastAck:
      return TCP_LAST_ACK;
    case State::kListen:
      return TCP_LISTEN;
    case State::kClosing:
      return TCP_CLOSING;
  }
  return TCP_CLOSE;
}

tcp_info InfoOf(const net::tcp::Info& info) {
  tcp_info described = {};
  described.tcpi_state = NumberOf(info.state);
  described.tcpi_options =
      static_cast<std::uint8_t>((info.has_timestamps ? TCPI_OPT_TIMESTAMPS : 0) | (info.has_sack ? TCPI_OPT_SACK : 0) |
                                (info.has_window_scale ? TCPI_OPT_WSCALE : 0));
  described.tcpi_snd_wscale = info.send_window_shift & 0xf;
  described.tcpi_rcv_wscale = info.receive_window_shift & 0xf;
  described.tcpi_rto = MicrosecondsOf(info.retransmission_timeout);
  described.tcpi_snd_mss = info.send_segment_size;
  described.tcpi_rcv_mss = info.receive_segment_size;
  described.tcpi_rtt = MicrosecondsOf(info.round_trip);
  described.tcpi_rttvar = MicrosecondsOf(info.round_trip_variation);
  const std::uint32_t segment = std::max(info.send_segment_size, 1u);
  described.tcpi_snd_cwnd = info.congestion_window / segment;
  described.tcpi_snd_ssthresh = info.slow_start_threshold / segment;
  described.tcpi_unacked = (info.unacknowledged + segment - 1) / segment;
  described.tcpi_rcv_space = info.receive_window;
  described.tcpi_total_retrans = info.retransmissions;
  described.tcpi_notsent_bytes = info.unsent;
  return described;
}

}  // namespace

void Stream::ApplyOptions() {
  if (connection_) connection_.SetOptions(options_);
}

void Stream::OnCommonOptions() {
  // TCP_KEEPIDLE may have said another time.
  if (common_.keeps_alive && options_.keep_alive_idle == Duration()) {
    options_.keep_alive_idle = Duration::Seconds(idle_seconds_);
  }
  if (!common_.keeps_alive) options_.keep_alive_idle = {};
  options_.aborts_on_close = common_.lingers && common_.linger_seconds == 0;
  options_.traffic_class = common_.traffic_class;
  ApplyOptions();
}

long Stream::SetTcpOption(int name, int value) {
  switch (name) {
    case TCP_NODELAY:
      options_.has_no_delay = value != 0;
      break;
    case TCP_KEEPIDLE:
      if (value < 1 || value > 32'767) return -EINVAL;
      idle_seconds_ = value;
      if (common_.keeps_alive) options_.keep_alive_idle = Duration::Seconds(value);
      break;
    case TCP_KEEPINTVL:
      if (value < 1 || value > 32'767) return -EINVAL;
      options_.keep_alive_interval = Duration::Seconds(value);
      break;
    case TCP_KEEPCNT:
      if (value < 1 || value > 127) return -EINVAL;
      options_.keep_alive_probes = static_cast<std::uint8_t>(value);
      break;
    case TCP_USER_TIMEOUT:
      if (value < 0) return -EINVAL;
      options_.user_timeout = Duration::Milliseconds(value);
      break;
    case TCP_MAXSEG:
      if (value < 88 || value > 32'767) return -EINVAL;
      options_.most_segment_size = static_cast<std::uint16_t>(value);
      break;
    default:
      return -ENOPROTOOPT;
  }
  ApplyOptions();
  return 0;
}

long Stream::GetTcpOption(int name, int& value) const {
  switch (name) {
    case TCP_NODELAY:
      value = options_.has_no_delay ? 1 : 0;
      return 0;
    case TCP_KEEPIDLE:
      value = idle_seconds_;
      return 0;
    case TCP_KEEPINTVL:
      value = SecondsOf(options_.keep_alive_interval);
      return 0;
    case TCP_KEEPCNT:
      value = options_.keep_alive_probes;
      return 0;
    case TCP_USER_TIMEOUT:
      value = static_cast<int>(options_.user_timeout.nanoseconds / 1'000'000);
      return 0;
    case TCP_MAXSEG:
      value = static_cast<int>(connection_ ? connection_.info().send_segment_size : options_.most_segment_size);
      if (value == 0) value = 536;
      return 0;
    default:
      return -ENOPROTOOPT;
  }
}

long Stream::SetOption(int level, int name, int value) {
  if (level == IPPROTO_TCP) return SetTcpOption(name, value);
  if (level == SOL_SOCKET && (name == SO_RCVBUF || name == SO_SNDBUF)) {
    const auto bytes = static_cast<std::uint32_t>(std::clamp(value, 4096, 64 * 1024 * 1024));
    (name == SO_RCVBUF ? options_.receive_limit : options_.send_limit) = bytes;
    ApplyOptions();
    return 0;
  }
  if ((level == IPPROTO_IP && name == IP_TTL) || (level == IPPROTO_IPV6 && name == IPV6_UNICAST_HOPS)) {
    if (value < -1 || value == 0 || value > 255) return -EINVAL;
    options_.hop_limit = static_cast<std::uint8_t>(value == -1 ? 0 : value);
    ApplyOptions();
    return 0;
  }
  return -ENOPROTOOPT;
}

long Stream::GetOption(int level, int name, int& value) {
  if (level == IPPROTO_TCP) return GetTcpOption(name, value);
  if (level == SOL_SOCKET && (name == SO_RCVBUF || name == SO_SNDBUF)) {
    value = static_cast<int>(name == SO_RCVBUF ? options_.receive_limit : options_.send_limit);
    return 0;
  }
  if (level == SOL_SOCKET && name == SO_ACCEPTCONN) {
    value = listener_ ? 1 : 0;
    return 0;
  }
  if ((level == IPPROTO_IP && name == IP_TTL) || (level == IPPROTO_IPV6 && name == IPV6_UNICAST_HOPS)) {
    value = options_.hop_limit == 0 ? 64 : options_.hop_limit;
    return 0;
  }
  return -ENOPROTOOPT;
}

long Stream::GetLongOption(int level, int name, OptionValue& value) {
  if (level != IPPROTO_TCP || name != TCP_INFO) return -ENOPROTOOPT;
  net::tcp::Info info;
  if (listener_) info.state = net::tcp::State::kListen;
  if (connection_) info = connection_.info();
  const tcp_info described = InfoOf(info);
  value.size = std::min<socklen_t>(value.size, sizeof(described));
  std::memcpy(value.bytes, &described, value.size);
  return 0;
}

}  // namespace machine::posix
