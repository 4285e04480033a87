#include "testing/sim/ping_flow.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "net/icmp/ping.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "testing/sim/host.h"
#include "testing/sim/judge.h"
#include "testing/sim/plain_ip.h"

namespace sim {

PingFlow::PingFlow(Host& asker, Host& asked, const PingFlowOptions& options, Judge& judge)
    : options_(options),
      asker_(asker),
      asked_(asked),
      judge_(judge),
      stream_(options.size),
      ping_(*asker.icmp(), *this),
      left_(options.count) {
  asker_.world().At(options_.begins_at, [this] { Send(); });
}

void PingFlow::Send() {
  if (left_ == 0) return;
  --left_;
  std::vector<std::byte> bytes(options_.size);
  stream_.Fill(0, bytes);
  asker_.Do([&] {
    net::Packet packet = asker_.PacketOf(bytes);
    // What is refused is as good as lost on the way.
    if (packet) static_cast<void>(ping_.Send(Ipv4Of(asked_.number()), std::move(packet)));
  });
  asker_.world().After(options_.pause, [this] { Send(); });
}

void PingFlow::OnReply(const net::icmp::Ping::Reply& reply, const net::Packet& payload) {
  ++replies_;
  std::vector<std::byte> bytes(payload.size());
  payload.CopyTo(0, bytes);
  asker_.world().Note(bytes);
  if (reply.source != Ipv4Of(asked_.number()) || bytes.size() != options_.size || !stream_.Matches(0, bytes)) {
    judge_.Fail("an echo came back changed");
  }
}

}  // namespace sim
