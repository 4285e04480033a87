// IPv6: between the frames of interfaces and the transports. [RFC8200]
//
//   Ipv6 ipv6(context, routes, path_mtus, reassembly_storage);
//   Link link(interface);
//   ipv6.AddLink(link);                 // receives from now on
//   Icmpv6 icmpv6(ipv6);                // errors and echoes (net/icmpv6)
//   Ndp ndp(ipv6, icmpv6, neighbors);   // neighbours and routers (net/ndp)
//
// What it needs of others comes through small interfaces below, so that a program links what it uses.
#ifndef ENKEL_NET_IPV6_IPV6_H_
#define ENKEL_NET_IPV6_IPV6_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ip/path_mtu.h"
#include "net/ip/reassembly.h"
#include "net/ipv6/address_table.h"
#include "net/ipv6/link.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/timers.h"
#include "net/wire/icmpv6.h"
#include "net/wire/ipv6.h"
#include "net/wire/ipv6_extensions.h"

namespace net::ipv6 {

// Since IPv6 was made. What is not `delivered` or `forwarded` is a drop, or a fragment that waits.
struct Counters {
  std::uint64_t received = 0;
  std::uint64_t delivered = 0;
  std::uint64_t malformed = 0;   // headers and extension headers
  std::uint64_t martian = 0;     // addresses that no packet on a wire has
  std::uint64_t not_for_us = 0;  // another's address, or a group that nobody joined
  std::uint64_t no_protocol = 0;
  std::uint64_t sent = 0;
  std::uint64_t fragments_sent = 0;
  std::uint64_t unsent = 0;  // no route, too long, out of memory, or the device was full
};

// A received packet, while its headers are looked at.
struct Arrival {
  Link* link = nullptr;
  wire::Ipv6 header;
  bool is_group = false;  // the packet's destination, or the frame's
  bool was_fragmented = false;
};

// An error that we report. [RFC4443] 2.1
struct Problem {
  wire::Icmpv6Type type;
  std::uint8_t code = 0;
  std::uint32_t body = 0;           // a pointer, or the MTU
  bool is_also_for_groups = false;  // sent even when the packet was sent to a group. [RFC4443] 2.4 (e.3)
};

// Who reports errors (net/icmpv6).
class ProblemReporter {
 public:
  // `headers` and then `rest` are the packet.
  virtual void Report(const Problem& problem, const Arrival& arrival, std::span<const std::byte> headers,
                      const Packet& rest) = 0;

 protected:
  ~ProblemReporter() = default;
};

// Who knows the neighbours (net/ndp).
class NeighborSender {
 public:
  // Errors: as Ip::Send.
  virtual kernel::Result<void> Send(Packet packet, Link& link, const Ipv6Address& next_hop) = 0;
  virtual void ConfirmReachable(Link& link, const Ipv6Address& next_hop) = 0;

 protected:
  ~NeighborSender() = default;
};

// Who passes on what is for others (forwarder.h).
class ForeignReceiver {
 public:
  // `packet` begins with its header, and ends where that says.
  virtual void ReceiveForeign(Packet& packet, const Arrival& arrival) = 0;

 protected:
  ~ForeignReceiver() = default;
};

// Where a packet goes next.
struct Hop {
  Link* link = nullptr;
  Ipv6Address next = {};  // the neighbour to send it to
  bool is_local = false;  // it stays here
};

// Outlives transports; links outlive it. Not interrupt-safe; nothing blocks or allocates.
class Ipv6 final : public Ip,
                   private FrameReceiver,
                   private Reassembly::Owner,
                   private RouteListener,
                   private PathMtuListener,
                   private Timer {
 public:
  static constexpr std::size_t kMostTransports = 8;
  static constexpr std::size_t kMostLooped = 256;  // packets to ourselves that wait

  struct Options {
    Reassembly::Options reassembly = {};
  };

  // `reassembly_storage` has Reassembly::StorageFor(options.reassembly) bytes. All arguments outlive it.
  Ipv6(Context& context, RouteTable& routes, PathMtuCache& path_mtus, const Options& options,
       std::span<std::byte> reassembly_storage);
  ~Ipv6();
  Ipv6(const Ipv6&) = delete;
  Ipv6& operator=(const Ipv6&) = delete;

  // Receives what comes for IPv6 from the link's interface.
  void AddLink(Link& link);
  Link* LinkOf(const Interface& interface) const;  // null: none was added

  // Gives a link an address, without looking whether somebody else has it (Ndp::AddAddress looks). Errors: as
  // AddressTable::Add, Link::JoinGroup.
  kernel::Result<void> AddAddress(const Address& address);
  void RemoveAddress(Link& link, const Ipv6Address& address);
  AddressTable& addresses() { return addresses_; }
  const AddressTable& addresses() const { return addresses_; }

  // Ip:
  kernel::Result<Path> FindPath(const IpAddress& source, const IpAddress& destination, Interface* interface) override;
  kernel::Result<void> Send(Packet packet, const IpSend& send) override;
  void Register(wire::IpProtocol protocol, Transport& transport) override;
  bool IsOurs(const IpAddress& address) const override;
  void ConfirmReachable(const IpAddress& destination) override;
  void ReducePathMtu(const IpAddress& destination, std::uint32_t mtu) override;

  // The way to a destination. Errors: kUnreachable.
  kernel::Result<Hop> FindHop(const Ipv6Address& source, const Ipv6Address& destination, Interface* interface) const;

  // Sends a packet that begins with its IPv6 header, and is small enough. Errors: as Send.
  kernel::Result<void> SendTo(const Hop& hop, Packet packet);

  // Null: nobody has the protocol.
  Transport* TransportOf(wire::IpProtocol protocol) const;

  // Addresses, routes or links changed: the transports look again.
  void TellPathsChanged();

  // Reports what is wrong with a packet, if somebody does that.
  void Report(const Problem& problem, const Arrival& arrival, std::span<const std::byte> headers, const Packet& rest);

  // Each outlives it; none: it is not done.
  void SetReporter(ProblemReporter* reporter) { reporter_ = reporter; }
  void SetNeighbors(NeighborSender* neighbors) { neighbors_ = neighbors; }
  void SetForeignReceiver(ForeignReceiver* receiver) { foreign_ = receiver; }

  Context& context() { return context_; }
  RouteTable& routes() { return routes_; }
  PathMtuCache& path_mtus() { return path_mtus_; }
  const Counters& counters() const { return counters_; }
  const Reassembly& reassembly() const { return reassembly_; }

 private:
  struct Registration {
    wire::IpProtocol protocol;
    Transport* transport;
  };

  // receive.cc
  void Receive(Packet& packet, const FrameReceived& frame) override;
  void Accept(Packet& packet, const Arrival& arrival);
  void WalkChain(Packet& packet, Arrival& arrival, const wire::Ipv6ChainStart& start);
  void ReceiveFragment(Packet& packet, Arrival& arrival, const wire::Ipv6Chain& chain,
                       std::span<const std::byte> headers);
  bool HasWholeChain(const Packet& packet, const wire::Ipv6Chain& chain) const;
  void Deliver(Packet& packet, const Arrival& arrival, wire::IpProtocol protocol, std::uint16_t next_header_place,
               std::span<const std::byte> headers);
  void OnReassemblyTimeout(Packet first) override;
  bool IsMartian(const Arrival& arrival) const;

  void OnRoutesChanged() override { TellPathsChanged(); }
  void OnPathMtusForgotten() override { TellPathsChanged(); }

  // send.cc
  kernel::Result<void> SendFragments(Packet packet, const wire::Ipv6& header, const Hop& hop, std::uint16_t mtu);
  kernel::Result<void> Loop(Packet packet);
  static void OnTimer(Timer& timer, kernel::Instant now);
  std::uint32_t FlowLabel(const wire::Ipv6& header, const Packet& packet) const;
  std::uint16_t MtuTo(const Ipv6Address& destination, const Hop& hop) const;
  kernel::Result<Ipv6Address> ChooseSource(const Ipv6Address& wanted, const Ipv6Address& destination,
                                           const Hop& hop) const;

  Context& context_;
  RouteTable& routes_;
  PathMtuCache& path_mtus_;
  Reassembly reassembly_;
  const std::array<std::uint64_t, 2> flow_key_;
  AddressTable addresses_;
  Link* links_ = nullptr;
  std::array<Registration, kMostTransports> transports_ = {};
  std::size_t transport_count_ = 0;
  ProblemReporter* reporter_ = nullptr;
  NeighborSender* neighbors_ = nullptr;
  ForeignReceiver* foreign_ = nullptr;
  PacketQueue looped_;
  Counters counters_;
};

}  // namespace net::ipv6

#endif  // ENKEL_NET_IPV6_IPV6_H_
