// Any frames and passing time, with a claim under way: the cache holds only neighbours of our subnet, and every packet
// comes home.
#include "net/arp/arp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>

#include "kernel/base/time.h"
#include "net/arp/claim.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ipv4/address_table.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"

namespace {

constexpr net::Ipv4Address kOurs = net::Ipv4Address::Of(10, 0, 0, 1);
constexpr net::Ipv4Address kClaimed = net::Ipv4Address::Of(10, 0, 0, 7);

class User final : public net::arp::Owner, public net::arp::ClaimObserver {
 public:
  void OnUnresolved(net::Packet, net::Interface&, net::Ipv4Address) override {}
  void OnClaimed(net::arp::Claim&) override {}
  void OnConflict(net::arp::Claim& claim) override { claim.Start(claim.interface(), claim.address()); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  net::TestContext context(1, 64, 64, 64);
  net::TestDevice device;
  net::Interface interface(context, device, {});
  net::ipv4::AddressTable addresses;
  if (!addresses.Add({&interface, kOurs, 24})) std::abort();
  std::array<net::NeighborPlace, 4> neighbors;
  User user;
  net::arp::Arp arp(context, addresses, neighbors, user);
  arp.Attach(interface);
  net::arp::Claim claim(arp, user);
  claim.Start(interface, kClaimed);
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  for (std::size_t at = 0; at + 1 < size;) {
    const std::uint8_t kind = data[at++];
    if (kind % 4 == 0) {
      context.Advance(kernel::Duration::Milliseconds(data[at++] * 20));
    } else if (kind % 4 == 1) {
      (void)arp.Send(context.PacketOf({}), interface, net::Ipv4Address::Of(10, 0, 0, data[at++] % 8));
    } else {
      // The header's first words are right, so that the rest is looked at.
      const std::size_t rest = std::min<std::size_t>(20, size - at);
      std::array<std::byte, 28> frame = {{{}, std::byte{1}, std::byte{8}, {}, std::byte{6}, std::byte{4}}};
      frame[7] = static_cast<std::byte>(1 + (kind >> 2 & 1));
      std::ranges::copy(bytes.subspan(at, rest), frame.begin() + 8);
      at += rest;
      net::Packet packet = context.PacketOf(std::span(frame).first(kind & 8 ? 28 : 8 + rest));
      const net::wire::Ethernet header = {.destination = kind & 16 ? net::kBroadcastMac : interface.mac(),
                                          .source = {{std::byte{2}, {}, {}, {}, {}, std::byte{2}}},
                                          .type = net::wire::EtherType::kArp};
      header.Write(packet.Prepend(14));
      device.Put(std::move(packet));
      interface.Poll();
    }
    interface.EndTurn();
    while (device.Take()) continue;
    if (arp.cache().size() > neighbors.size()) std::abort();
  }
  return 0;
}
