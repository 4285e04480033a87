#include "boards/machine/parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "boards/ethernet.h"
#include "boards/machine/late.h"
#include "boards/machine/network.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/boot/board.h"
#include "kernel/memory/memory.h"
#include "net/interface/interface.h"
#include "net/ip/path_mtu.h"
#include "net/ipv4/ipv4.h"
#include "net/ipv6/ipv6.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/storage.h"
#include "net/wire/address.h"

namespace machine {
namespace {

constexpr std::size_t kPathMtus = 64;
constexpr std::size_t kNeighbors = 128;
constexpr net::ipv4::Config kIpv4 = {};
constexpr net::ipv6::Ipv6::Options kIpv6 = {};

constinit Late<Parts> parts;
constinit NetworkSizes wanted_sizes = {};

// What a connection of TCP takes, with its part of what all share: about.
constexpr std::uint64_t kConnectionSize = 2048;

// Of the memory that is free an eighth for buffers, within reason: 2 to 16 MiB. Of little memory no more than a quarter
// for buffers, and another for connections, whatever is wanted.
PoolSizes SizesForMemory() {
  const std::uint64_t free = kernel::memory::ReadCounters().free_bytes;
  if (wanted_sizes.buffers == 0) {
    wanted_sizes.buffers = std::clamp<std::uint64_t>(free / 8 / Parts::kBufferSize, 512, 4096);
  }
  wanted_sizes.buffers = std::min<std::uint64_t>(wanted_sizes.buffers, free / 4 / Parts::kBufferSize);
  wanted_sizes.connections = std::min<std::uint64_t>(wanted_sizes.connections, free / 4 / kConnectionSize);
  return {.buffers = wanted_sizes.buffers, .packets = wanted_sizes.buffers};
}

}  // namespace

void Network::SetSizes(const NetworkSizes& sizes) {
  CHECK(!parts.IsMade());
  wanted_sizes = sizes;
}

const NetworkSizes& WantedSizes() { return wanted_sizes; }

std::span<std::byte> TakeStorage(std::size_t size) {
  const std::size_t pages = (size + kernel::kPageSize - 1) / kernel::kPageSize;
  const auto first = kernel::memory::AllocateUnclearedPages(pages);
  CHECK(first.has_value());
  return {reinterpret_cast<std::byte*>(first->value), pages * kernel::kPageSize};
}

Parts& GetParts() {
  if (!parts.IsMade()) parts.Make(SizesForMemory());
  return *parts;
}

Parts::Parts(const PoolSizes& sizes)
    : packets(TakeStorage(net::PacketPool::StorageFor(sizes.packets))),
      buffers(TakeStorage(net::BufferPool::StorageFor(sizes.buffers, kBufferSize)), kBufferSize),
      context(random, packets, buffers, polled),
      stack(context),
      routes(random, route_entries),
      path_mtus(context, TakeStorage(net::PathMtuCache::StorageFor(kPathMtus)), kPathMtus),
      ipv4(context, routes, kIpv4, TakeStorage(net::ipv4::Ipv4::StorageFor(kIpv4))),
      icmp(context, ipv4),
      ipv6(context, routes, path_mtus, kIpv6, TakeStorage(net::Reassembly::StorageFor(kIpv6.reassembly))),
      icmpv6(ipv6),
      ip(ipv4, ipv6),
      server_list(context, *this),
      loopback_device(kMostLooped),
      loopback(context, loopback_device, {.index = 1, .is_loopback = true}),
      loopback_link(loopback) {
  context.SetNow(board::Now());
  stack.Add(loopback);
  ipv4.Attach(loopback);
  ipv6.AddLink(loopback_link);  // with it comes ::1
}

net::Interface* Parts::OpenEthernet() {
  if (!was_ethernet_opened) {
    was_ethernet_opened = true;
    const auto device = board::OpenEthernet(packets, buffers, polled);
    if (!device) {
      ethernet_error = device.error();
      return nullptr;
    }
    net::Interface& interface = ethernet.Make(context, **device, net::Interface::Options{.index = 2});
    interface.UseSegmenter(segmenter);
    ipv4.Attach(interface);
    ipv6.AddLink(ethernet_link.Make(interface));
    net::StorageCutter cutter(TakeStorage(net::StorageCutter::SizeFor<net::NeighborPlace>(kNeighbors)));
    ndp.Make(ipv6, icmpv6, cutter.Cut<net::NeighborPlace>(kNeighbors));
    // Switches that listen to reports send neighbour solicitations to nobody else. [RFC4861] 7.2.1, [RFC3810] 6
    mld.Make(icmpv6).Add(mld_reporter.Make(*ethernet_link));
    autoconfigurator.Make(*ndp, *ethernet_link, &server_list);
    if (on_autoconfigurator != nullptr) on_autoconfigurator(*autoconfigurator);
    autoconfigurator->Start();
    stack.Add(interface);
    polled.Wake();
  }
  return ethernet.IsMade() ? &*ethernet : nullptr;
}

void Parts::OnServers(std::span<const net::IpAddress> servers) {
  name_server_count = std::min(servers.size(), name_servers.size());
  std::ranges::copy(servers.first(name_server_count), name_servers.begin());
  if (on_name_servers != nullptr) on_name_servers(std::span(name_servers).first(name_server_count));
}

}  // namespace machine
