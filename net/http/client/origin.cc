#include "net/http/client/origin.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/socket/connect.h"
#include "net/socket/tcp_stream.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"
#include "net/wire/address_text.h"

namespace net::http {

Origin::Origin(std::string_view name, std::uint16_t port) {
  constexpr std::size_t kMostName = 253;
  Append(name.substr(0, kMostName));
  name_size_ = host_size_;
  AppendPort(port);
}

Origin::Origin(const IpAddress& address, std::uint16_t port) {
  std::array<char, wire::kMostAddressText> text;
  const std::size_t size = wire::WriteAddress(address, text);
  if (!address.IsIpv4()) Append("[");
  Append({text.data(), size});
  if (!address.IsIpv4()) Append("]");
  name_size_ = host_size_;
  AppendPort(port);
}

void Origin::Append(std::string_view text) {
  const std::size_t size = std::min(text.size(), host_.size() - host_size_);
  std::memcpy(&host_[host_size_], text.data(), size);
  host_size_ += size;
}

void Origin::AppendPort(std::uint16_t port) {
  constexpr std::uint16_t kUsual = 80;
  if (port == kUsual) return;
  Append(":");
  Append(kernel::Digits(port).text());
}

kernel::Task<kernel::Result<socket::TcpStream>> AddressOrigin::Connect(Context& context, tcp::Tcp& tcp,
                                                                       kernel::Instant deadline) {
  return socket::Connect(context, tcp, server_, {.has_no_delay = true}, deadline);
}

}  // namespace net::http
