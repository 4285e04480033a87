// Any order of sending, learning, answers and time: the cache stays within its size, and no packet is lost track of.
#include "net/neighbor/cache.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "kernel/base/time.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"

namespace {

class Resolver final : public net::NeighborResolver {
 public:
  void Solicit(net::Interface&, const net::IpAddress&, const net::MacAddress*) override {}
  void OnUnresolved(net::Packet, net::Interface&, const net::IpAddress&) override {}
  void OnLost(net::Interface&, const net::IpAddress&) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  net::TestContext context(1, 64, 64, 64);
  net::TestDevice device;
  net::Interface interface(context, device, {});
  Resolver resolver;
  std::array<net::NeighborPlace, 8> storage;
  net::NeighborCache cache(context, storage, net::wire::EtherType::kIpv4, resolver);
  for (std::size_t i = 0; i + 2 < size; i += 3) {
    const net::IpAddress address = net::Ipv4Address::Of(10, 0, 0, data[i + 1] % 16);
    const net::MacAddress mac = {{std::byte{2}, {}, {}, {}, {}, static_cast<std::byte>(data[i + 2] % 4)}};
    switch (data[i] % 6) {
      case 0:
        (void)cache.Send(context.PacketOf({}), interface, address);
        break;
      case 1:
        cache.Learn(interface, address, mac);
        break;
      case 2:
        cache.Advertise(interface, address,
                        {.mac = data[i + 2] & 8 ? &mac : nullptr,
                         .is_solicited = (data[i + 2] & 16) != 0,
                         .overrides = (data[i + 2] & 32) != 0});
        break;
      case 3:
        context.Advance(kernel::Duration::Milliseconds(data[i + 2] * 100));
        break;
      case 4:
        cache.ConfirmReachable(interface, address);
        break;
      case 5:
        data[i + 2] == 0 ? cache.ForgetAll(interface) : cache.Forget(interface, address);
        break;
    }
    interface.EndTurn();
    while (device.Take()) continue;
    const std::size_t held = context.packets().count() - context.packets().free_count();
    if (cache.size() > storage.size() || held > storage.size() * net::NeighborCache::kMostWaiting) std::abort();
  }
  return 0;
}
