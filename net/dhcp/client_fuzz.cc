// Any messages, times and events: what the client holds is a lease that a host can use, and one timer.
#include "net/dhcp/client.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/dhcp/lease.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"
#include "net/wire/fuzz.h"

namespace {

using net::Ipv4Address;
using net::wire::Dhcp;
using net::wire::Require;

class Owner final : public net::dhcp::ClientObserver {
 public:
  void SendDhcp(const Dhcp& message, Ipv4Address, Ipv4Address) override { last = message; }
  void Probe(Ipv4Address address) override { Require(address.IsHost()); }
  void StopProbe() override {}
  void OnBound(const net::dhcp::Lease& lease) override {
    Require(lease.address.IsHost() && lease.renewal <= lease.rebinding && lease.rebinding <= lease.end);
    is_bound = true;
  }
  void OnLost() override {
    Require(is_bound);
    is_bound = false;
  }

  Dhcp last;
  bool is_bound = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  net::TestContext context(1, 1, 1, 64);
  Owner owner;
  net::dhcp::Client client(context, {}, owner);
  client.Start();
  const auto next = [&]() -> std::uint8_t { return size == 0 ? 0 : (--size, *data++); };
  while (size > 0) {
    switch (next() % 8) {
      case 0:
        context.Advance(kernel::Duration::Seconds(std::int64_t{next()} * next()));
        break;
      case 1:
        client.OnProbed(next() % 4 != 0);
        break;
      case 2:
        client.OnLinkUp();
        break;
      case 3:
        client.OnConflict();
        break;
      case 4:
        next() % 2 == 0 ? client.Start(Ipv4Address{owner.last.xid}) : client.Release();
        break;
      default: {
        // Answers that mostly fit.
        Dhcp answer = {.operation = Dhcp::Operation::kReply,
                       .type = static_cast<Dhcp::Type>(next() % 8 + 1),
                       .xid = owner.last.xid + (next() % 16 == 0),
                       .your = owner.last.requested.value_or(Ipv4Address::Of(10, 0, 0, 9))};
        if (owner.last.client.IsHost()) answer.your = owner.last.client;
        if (next() % 8 == 0) answer.your.value = std::uint32_t{next()} << 24 | next();
        if (next() % 8 != 0) answer.server = owner.last.server.value_or(Ipv4Address::Of(10, 0, 0, 1));
        if (next() % 8 != 0) answer.lease_seconds = std::uint32_t{next()} * next();
        if (next() % 2 != 0) answer.renewal_seconds = next();
        if (next() % 2 != 0) answer.prefix_length = static_cast<std::uint8_t>(next() % 33);
        std::array<std::byte, net::wire::kLargestDhcp> bytes;
        client.Receive(std::span(bytes).first(answer.Write(bytes)));
      }
    }
    Require(client.has_lease() == owner.is_bound && context->timers().running() <= 1);
    Require(client.state() != net::dhcp::Client::State::kBound || owner.is_bound);
  }
  return 0;
}
