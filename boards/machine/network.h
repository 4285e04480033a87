// The machine's network: a stack with its memory, the loopback interface, and the board's Ethernet where it has one.
//
//   machine::Network& network = machine::Network::Up();     // DHCP, or an address of its own where no server is
//   net::socket::UdpSocket socket(network.udp());
//
// One a machine, made at the first call and there until the end. Each function is a source file of its own, so that an
// image has UDP, TCP, DHCP or DNS only where its program calls for them. From any thread, not from an interrupt.
#ifndef ENKEL_BOARDS_MACHINE_NETWORK_H_
#define ENKEL_BOARDS_MACHINE_NETWORK_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/dns/resolver.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/stack/membership.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"

namespace machine {

// An IPv4 address that does not come from a server.
struct FixedAddress {
  net::Ipv4Address address;
  std::uint8_t prefix_length = 24;
  net::Ipv4Address router = {};  // unspecified: none
  std::span<const net::IpAddress> name_servers = {};
};

// How Ethernet came to its IPv4 address.
enum class AddressSource : std::uint8_t { kNone, kFixed, kDhcp, kLinkLocal };

// "10.0.2.15/24", or "10.0.2.15/24,10.0.2.2" with the router, as a person writes it. Errors: kInvalidArgument.
kernel::Result<FixedAddress> ParseFixedAddress(std::string_view text);

// The memory of a network; less of each on a machine that has little. A program that knows what it needs leaves more to
// others.
struct NetworkSizes {
  std::size_t buffers = 0;         // of 4 KiB, and as many packets; 0: by the RAM that is free, 512 to 4,096
  std::size_t connections = 1024;  // of TCP, at a time; what they share is in proportion
};

// What Ethernet's card has counted since the start, and what of the stack's memory is in use now.
struct Traffic {
  std::uint64_t received_frames = 0;
  std::uint64_t transmitted_frames = 0;
  std::uint64_t lost_frames = 0;     // that came damaged, or found no buffer
  std::uint64_t refused_frames = 0;  // that found no room in the card: TCP sends them again
  std::size_t packets_in_use = 0;
  std::size_t buffers_in_use = 0;
};

class Network {
 public:
  // Before anything else here: CHECKs that the network was not made yet.
  static void SetSizes(const NetworkSizes& sizes);

  // Calls that this machine makes come from addresses of IPv6 that nobody can follow it by: beside the one that stays,
  // a random one in each network, another each day. Before Ethernet is up: CHECKs that it was not opened. [RFC8981]
  static void UseTemporaryAddresses();  // temporary_addresses.cc

  // With an address by DHCP, or by the interface itself where no server answers for 10 s. Returns when Ethernet has an
  // address, or after `patience`: the network goes on trying. At once where the board has no Ethernet. May block.
  static constexpr kernel::Duration kPatience = kernel::Duration::Seconds(20);
  static Network& Up(kernel::Duration patience = kPatience);

  // With this address on the board's Ethernet, if it has one; at once.
  static Network& Up(const FixedAddress& address);

  // As it is: with the loopback interface alone before the first Up.
  static Network& Get();

  // What the layers share.
  net::Context& context();
  net::Ip& ip();

  // Lets the stack do what is due, as the loop does, so that its time is now. For who calls it after other things, and
  // perhaps without ever waiting. Not from what the stack itself calls.
  void Refresh();

  net::udp::Udp& udp();            // udp.cc
  net::tcp::Tcp& tcp();            // tcp.cc
  net::dns::Resolver& resolver();  // resolver.cc; its servers are DHCP's, or the fixed ones

  // Datagrams to `group` that come by `interface` are for the sockets that are bound to their port, for as long as the
  // result lives; routers are told by IGMP and MLD. Null: Ethernet, or loopback where there is none. Errors: as
  // net::Membership::Join. groups.cc
  kernel::Result<net::Membership> JoinGroup(const net::IpAddress& group, net::Interface* interface = nullptr);

  net::Interface& loopback();
  net::Interface* ethernet();  // null: the board has none
  net::Ipv4Address address();  // of Ethernet; unspecified: none yet

  // Ethernet's addresses of IPv6 that may be used, as many as there is room for; how many. They come by themselves:
  // a link-local one a second or two after Up, others with a router's word. ipv6_addresses.cc
  std::size_t ReadIpv6Addresses(std::span<net::Ipv6Address> addresses);

  AddressSource address_source();

  // "10.0.2.15 (by DHCP)": what a console says of Ethernet's address. At the start of `storage`.
  std::string_view DescribeAddress(std::span<char> storage);

  Traffic ReadTraffic();  // traffic.cc

  kernel::Error ethernet_error();  // why; kNotFound where the board has none

  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

 private:
  friend struct Parts;
  constexpr Network() = default;
};

}  // namespace machine

#endif  // ENKEL_BOARDS_MACHINE_NETWORK_H_
