// What a machine's network is made of. Internal to boards/machine.
#ifndef ENKEL_BOARDS_MACHINE_PARTS_H_
#define ENKEL_BOARDS_MACHINE_PARTS_H_

#include <array>
#include <cstddef>
#include <span>

#include "boards/machine/kernel_random.h"
#include "boards/machine/late.h"
#include "boards/machine/network.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/event/polled.h"
#include "kernel/libc/descriptor/wait_queue.h"
#include "net/context.h"
#include "net/dns/resolver.h"
#include "net/dns/server_list.h"
#include "net/icmp/icmp.h"
#include "net/icmpv6/icmpv6.h"
#include "net/interface/interface.h"
#include "net/interface/segmentation.h"
#include "net/ip/dual_stack.h"
#include "net/ip/path_mtu.h"
#include "net/ipv4/ipv4.h"
#include "net/ipv6/ipv6.h"
#include "net/ipv6/link.h"
#include "net/link/loopback.h"
#include "net/mld/mld.h"
#include "net/ndp/autoconfigurator.h"
#include "net/ndp/ndp.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/stack/stack.h"
#include "net/wire/address.h"

namespace machine {

// Pages for a part of the stack, for ever, with arbitrary contents: who is given storage makes its objects there.
// Panics where there are none: a machine that was asked for a network and has no memory for it has no use.
std::span<std::byte> TakeStorage(std::size_t size);

// The memory of packets: a share of what is free.
struct PoolSizes {
  std::size_t buffers;
  std::size_t packets;
};

struct Parts final : private kernel::Poller, private net::dns::ServerListObserver {
  static constexpr std::size_t kBufferSize = 4096;
  static constexpr std::size_t kMostRoutes = 64;
  static constexpr std::size_t kMostLooped = 1024;  // packets on the loopback device

  explicit Parts(const PoolSizes& sizes);

  // The board's Ethernet interface, under IP since the first call; null where there is none.
  net::Interface* OpenEthernet();

  // An address of Ethernet has come or gone.
  void OnConfiguration() { configuration.Notify(); }
  // Those of DHCP, or the fixed ones; routers' stand behind them.
  void SetNameServers(std::span<const net::IpAddress> servers) { server_list.SetConfigured(servers); }

  Network network;
  KernelRandom random;
  net::PacketPool packets;
  net::BufferPool buffers;
  kernel::event::Polled polled{*this};
  net::Context context;
  net::Stack stack;

  std::array<net::RouteTable::Entry, kMostRoutes> route_entries;
  net::RouteTable routes;
  net::PathMtuCache path_mtus;
  net::ipv4::Ipv4 ipv4;
  net::icmp::Icmp icmp;
  net::ipv6::Ipv6 ipv6;
  net::icmpv6::Icmpv6 icmpv6;
  net::DualStack ip;
  net::SoftwareSegmenter segmenter;
  net::dns::ServerList server_list;

  net::link::Loopback loopback_device;
  net::Interface loopback;
  net::ipv6::Link loopback_link;

  Late<net::Interface> ethernet;
  Late<net::ipv6::Link> ethernet_link;
  Late<net::ndp::Ndp> ndp;
  Late<net::mld::Mld> mld;
  Late<net::mld::Reporter> mld_reporter;
  Late<net::ndp::Autoconfigurator> autoconfigurator;
  kernel::Error ethernet_error = kernel::Error::kNotFound;
  bool was_ethernet_opened = false;

  kernel::libc::WaitQueue configuration;  // notified by OnConfiguration
  net::Ipv4Address address;               // of Ethernet
  AddressSource address_source = AddressSource::kNone;
  std::array<net::IpAddress, net::dns::kMostServers> name_servers = {};
  std::size_t name_server_count = 0;
  void (*on_autoconfigurator)(net::ndp::Autoconfigurator&) = nullptr;  // before it starts
  void (*on_name_servers)(std::span<const net::IpAddress>) = nullptr;  // the resolver, if there is one

 private:
  void OnServers(std::span<const net::IpAddress> servers) override;
  kernel::Instant Poll(kernel::Instant now) override { return stack.Poll(now); }
};

// Made by the first call.
Parts& GetParts();

// What the program asked for; as much of it as there is memory for, once Parts are made.
const NetworkSizes& WantedSizes();

}  // namespace machine

#endif  // ENKEL_BOARDS_MACHINE_PARTS_H_
