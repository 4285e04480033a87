#include "testing/sim/ping_flow.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "net/icmp/ping.h"
#include "net/icmpv6/ping.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "testing/sim/host.h"
#include "testing/sim/judge.h"
#include "testing/sim/plain_ip.h"

namespace sim {

PingFlow::PingFlow(Host& asker, Host& asked, const PingFlowOptions& options, Judge& judge)
    : options_(options), asker_(asker), asked_(asked), judge_(judge), stream_(options.size), left_(options.count) {
  if (options.is_ipv6) {
    net::icmpv6::Ping::Observer& observer = *this;
    ipv6_ping_.emplace(asker.whole_ip()->echo_replies(), observer);
  } else {
    net::icmp::Ping::Observer& observer = *this;
    ipv4_ping_.emplace(*asker.icmp(), observer);
  }
  asker_.world().At(options_.begins_at, [this] { Send(); });
}

void PingFlow::Send() {
  if (left_ == 0) return;
  --left_;
  std::vector<std::byte> bytes(options_.size);
  stream_.Fill(0, bytes);
  asker_.Do([&] {
    net::Packet packet = asker_.PacketOf(bytes);
    if (!packet) return;
    // What is refused is as good as lost on the way.
    if (ipv4_ping_) static_cast<void>(ipv4_ping_->Send(Ipv4Of(asked_.number()), std::move(packet)));
    if (ipv6_ping_) static_cast<void>(ipv6_ping_->Send(Ipv6Of(asked_.number()), std::move(packet)));
  });
  asker_.world().After(options_.pause, [this] { Send(); });
}

void PingFlow::Check(const net::IpAddress& source, const net::Packet& payload) {
  ++replies_;
  std::vector<std::byte> bytes(payload.size());
  payload.CopyTo(0, bytes);
  asker_.world().Note(bytes);
  const std::uint16_t number = asked_.number();
  const net::IpAddress asked = options_.is_ipv6 ? net::IpAddress(Ipv6Of(number)) : net::IpAddress(Ipv4Of(number));
  if (source != asked || bytes.size() != options_.size || !stream_.Matches(0, bytes)) {
    judge_.Fail("an echo came back changed");
  }
}

}  // namespace sim
