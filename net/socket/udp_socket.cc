#include "net/socket/udp_socket.h"

#include <cstddef>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/packet_from.h"
#include "net/wire/address.h"

namespace net::socket {

kernel::Result<void> UdpSocket::SendTo(std::span<const std::byte> bytes, const Endpoint& destination) {
  auto packet = PacketFrom(udp_.context(), bytes);
  if (!packet) return kernel::Fail(packet.error());
  return SendTo(*std::move(packet), destination);
}

kernel::Result<void> UdpSocket::Send(std::span<const std::byte> bytes) {
  auto packet = PacketFrom(udp_.context(), bytes);
  if (!packet) return kernel::Fail(packet.error());
  return Send(*std::move(packet));
}

}  // namespace net::socket
