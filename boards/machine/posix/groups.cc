#include "boards/machine/posix/groups.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "boards/machine/network.h"
#include "boards/machine/posix/address.h"
#include "boards/machine/posix/datagram.h"
#include "kernel/base/result.h"
#include "kernel/libc/descriptor/pool.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/stack/membership.h"
#include "net/wire/address.h"

namespace machine::posix {
namespace {

using Value = std::span<const std::byte>;

constinit kernel::libc::Pool<Belonging> belongings;

// Which group, and by which interface.
struct Wish {
  net::IpAddress group;
  net::Interface* interface = nullptr;  // null: of the network's choice
  long error = 0;
};

template <typename T>
bool Load(Value value, T& loaded) {
  if (value.size() < sizeof(loaded)) return false;
  std::memcpy(&loaded, value.data(), sizeof(loaded));
  return true;
}

net::Ipv4Address AddressOf(const in_addr& address) { return {ntohl(address.s_addr)}; }

// 0: null, which is no error. The indexes are those that IP_PKTINFO tells.
long FindByIndex(unsigned index, net::Interface*& found) {
  Network& network = Network::Get();
  found = nullptr;
  if (index == 0) return 0;
  if (index == network.loopback().index()) {
    found = &network.loopback();
  } else if (net::Interface* const ethernet = network.ethernet(); ethernet != nullptr && index == ethernet->index()) {
    found = ethernet;
  }
  return found == nullptr ? -ENODEV : 0;
}

long FindByAddress(net::Ipv4Address address, net::Interface*& found) {
  found = nullptr;
  if (address.IsUnspecified()) return 0;
  const auto path = Network::Get().ip().FindPath(address, net::Ipv4Address::Of(224, 0, 0, 1));
  if (!path) return -ENODEV;
  found = path->interface;
  return 0;
}

// An in_addr, an ip_mreq, or an ip_mreqn, whose index goes before its address.
long ReadIpv4(Value value, ip_mreqn& wish) {
  ip_mreq old;
  if (Load(value, wish)) return 0;
  wish = {};
  if (Load(value, old)) {
    wish.imr_multiaddr = old.imr_multiaddr;
    wish.imr_address = old.imr_interface;
    return 0;
  }
  return -EINVAL;
}

long FindInterface(const ip_mreqn& wish, net::Interface*& found) {
  return wish.imr_ifindex != 0 ? FindByIndex(static_cast<unsigned>(wish.imr_ifindex), found)
                               : FindByAddress(AddressOf(wish.imr_address), found);
}

Wish ReadIpv4Wish(Value value) {
  Wish wish;
  ip_mreqn read;
  wish.error = ReadIpv4(value, read);
  if (wish.error != 0) return wish;
  wish.group = AddressOf(read.imr_multiaddr);
  wish.error = FindInterface(read, wish.interface);
  return wish;
}

Wish ReadIpv6Wish(Value value) {
  Wish wish;
  ipv6_mreq read;
  if (!Load(value, read)) {
    wish.error = -EINVAL;
    return wish;
  }
  wish.group = net::Ipv6Address::Load(reinterpret_cast<const std::byte*>(&read.ipv6mr_multiaddr));
  wish.error = FindByIndex(read.ipv6mr_interface, wish.interface);
  return wish;
}

Wish ReadEitherWish(Value value, int family) {
  Wish wish;
  group_req read;
  if (!Load(value, read)) {
    wish.error = -EINVAL;
    return wish;
  }
  net::Endpoint group;
  wish.error = ReadAddress(reinterpret_cast<const sockaddr*>(&read.gr_group), sizeof(read.gr_group),
                           static_cast<Family>(family), group);
  wish.group = group.address;
  if (wish.error == 0) wish.error = FindByIndex(read.gr_interface, wish.interface);
  return wish;
}

Belonging** Find(Datagram& socket, const Wish& wish) {
  Belonging** place = &socket.groups();
  for (; *place != nullptr; place = &(*place)->next) {
    const net::Membership& membership = (*place)->membership;
    const bool is_same = membership.group() == wish.group;
    if (is_same && (wish.interface == nullptr || membership.interface() == wish.interface)) break;
  }
  return place;
}

long Join(Datagram& socket, Wish wish) {
  Network& network = Network::Get();
  if (wish.interface == nullptr) wish.interface = network.ethernet();
  if (wish.interface == nullptr) wish.interface = &network.loopback();
  if (*Find(socket, wish) != nullptr) return -EADDRINUSE;
  auto joined = network.JoinGroup(wish.group, wish.interface);
  if (!joined) return ErrorNumber(joined);
  Belonging* const belonging = belongings.New(std::move(*joined), [](Belonging& ended) { belongings.Delete(ended); });
  if (belonging == nullptr) return -ENOBUFS;
  belonging->next = std::exchange(socket.groups(), belonging);
  return 0;
}

long Leave(Datagram& socket, const Wish& wish) {
  Belonging** const place = Find(socket, wish);
  if (*place == nullptr) return -EADDRNOTAVAIL;
  Belonging& left = *std::exchange(*place, (*place)->next);
  left.end(left);
  return 0;
}

// By which interface packets to groups go from now on.
long SetInterface(Datagram& socket, int level, Value value) {
  net::Interface*& interface = socket.udp_options().group_interface;
  int index = 0;
  if (level == IPPROTO_IPV6) return Load(value, index) ? FindByIndex(static_cast<unsigned>(index), interface) : -EINVAL;
  ip_mreqn wish = {};
  if (ReadIpv4(value, wish) != 0 && !Load(value, wish.imr_address)) return -EINVAL;
  return FindInterface(wish, interface);
}

}  // namespace

std::optional<long> SetGroupOption(Datagram& socket, int level, int name, Value value) {
  const bool is_ipv4 = level == IPPROTO_IP;
  if (!is_ipv4 && (level != IPPROTO_IPV6 || socket.family() != AF_INET6)) return {};
  if (name == (is_ipv4 ? IP_MULTICAST_IF : IPV6_MULTICAST_IF)) return SetInterface(socket, level, value);
  const bool is_either = name == MCAST_JOIN_GROUP || name == MCAST_LEAVE_GROUP;
  const bool joins = name == MCAST_JOIN_GROUP || name == (is_ipv4 ? IP_ADD_MEMBERSHIP : IPV6_JOIN_GROUP);
  const bool leaves = name == MCAST_LEAVE_GROUP || name == (is_ipv4 ? IP_DROP_MEMBERSHIP : IPV6_LEAVE_GROUP);
  if (!joins && !leaves) return {};
  const Wish wish = is_either ? ReadEitherWish(value, is_ipv4 ? AF_INET : AF_INET6)
                    : is_ipv4 ? ReadIpv4Wish(value)
                              : ReadIpv6Wish(value);
  if (wish.error != 0) return wish.error;
  if (wish.group.IsIpv4() != is_ipv4 || !wish.group.IsMulticast()) return -EINVAL;
  return joins ? Join(socket, wish) : Leave(socket, wish);
}

}  // namespace machine::posix
