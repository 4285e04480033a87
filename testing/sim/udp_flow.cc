#include "testing/sim/udp_flow.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "net/packet/packet.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"
#include "testing/sim/host.h"
#include "testing/sim/plain_ip.h"

namespace sim {
namespace {

constexpr std::uint16_t kFirstPort = 7000;
constexpr std::size_t kNumberSize = sizeof(std::uint64_t);

}  // namespace

UdpFlow::UdpFlow(Host& sender, Host& receiver, const UdpFlowOptions& options, Judge& judge)
    : options_(options),
      sender_(sender),
      receiver_(receiver),
      judge_(judge),
      stream_(~std::uint64_t{options.number}),
      sending_(sender.udp(), this),
      receiving_(receiver.udp(), this),
      left_(options.datagrams) {
  const auto port = static_cast<std::uint16_t>(kFirstPort + options_.number);
  if (!receiver_.Do([&] { return receiving_.Bind({.address = {}, .port = port}); })) Complain("Bind failed");
  sender_.world().At(options_.begins_at, [this] { Send(); });
}

// The payload is its number, and then the stream from a place that follows from it.
void UdpFlow::Send() {
  if (left_ == 0) return;
  --left_;
  const std::size_t size =
      kNumberSize + sender_.world().random().Below(static_cast<std::uint32_t>(options_.largest - kNumberSize + 1));
  std::vector<std::byte> bytes(size);
  const std::uint64_t number = sent_;
  std::memcpy(bytes.data(), &number, kNumberSize);
  stream_.Fill(number << 16, std::span(bytes).subspan(kNumberSize));
  const std::uint16_t to = receiver_.number();
  const net::IpAddress address = options_.is_ipv6 ? net::IpAddress(Ipv6Of(to)) : net::IpAddress(Ipv4Of(to));
  const auto port = static_cast<std::uint16_t>(kFirstPort + options_.number);
  sender_.Do([&] {
    net::Packet packet = sender_.PacketOf(bytes);
    // No memory, no room: as good as lost on the way.
    if (packet && sending_.SendTo(std::move(packet), {.address = address, .port = port})) ++sent_;
  });
  sender_.world().After(options_.pause, [this] { Send(); });
}

void UdpFlow::OnChange(net::udp::Socket& socket) {
  for (;;) {
    kernel::Result<net::udp::Datagram> datagram = socket.Receive();
    if (!datagram) {
      if (datagram.error() == kernel::Error::kWouldBlock) return;
      continue;
    }
    Check(std::move(*datagram), &socket == &sending_);
  }
}

void UdpFlow::Check(net::udp::Datagram datagram, bool is_answer) {
  std::vector<std::byte> bytes(datagram.payload.size());
  datagram.payload.CopyTo(0, bytes);
  sender_.world().Note(bytes);
  std::uint64_t number = 0;
  if (bytes.size() < kNumberSize) return Complain("a datagram that is too short");
  std::memcpy(&number, bytes.data(), kNumberSize);
  if (number >= sent_ + 1 || !stream_.Matches(number << 16, std::span(bytes).subspan(kNumberSize))) {
    return Complain("wrong bytes in datagram " + std::to_string(number));
  }
  if (is_answer) {
    ++answers_;
    return;
  }
  ++received_;
  // It is sent as it came: its buffers go back onto the wire.
  if (options_.answers) static_cast<void>(receiving_.SendTo(std::move(datagram.payload), datagram.source));
}

void UdpFlow::Complain(const std::string& what) {
  judge_.Fail("datagrams " + std::to_string(options_.number) + (options_.is_ipv6 ? " (IPv6): " : " (IPv4): ") + what);
}

}  // namespace sim
