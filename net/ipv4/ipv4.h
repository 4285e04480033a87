// IPv4 for a host, and for a router where the program asks for one (forwarder.h). [RFC791], [RFC1122]
//
//   RouteTable routes(random, entries);
//   Ipv4 ipv4(context, routes, {}, storage);
//   ipv4.Attach(interface);
//   ipv4.AddAddress(interface, Ipv4Address::Of(10, 0, 0, 1), 24);
//   routes.Add({.prefix = Ipv4Address{}, .interface = &interface, .gateway = router});
//
// The way up: receive.cc. The way down: path.cc finds where to, send.cc sends.
#ifndef ENKEL_NET_IPV4_IPV4_H_
#define ENKEL_NET_IPV4_IPV4_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/arp/arp.h"
#include "net/context.h"
#include "net/interface/interface.h"
#include "net/ip/ip.h"
#include "net/ip/path_mtu.h"
#include "net/ip/reassembly.h"
#include "net/ipv4/address_table.h"
#include "net/ipv4/counters.h"
#include "net/ipv4/error_reporter.h"
#include "net/neighbor/neighbor.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/storage.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::ipv4 {

// How much it remembers at most.
struct Config {
  std::size_t neighbors = 128;
  std::size_t path_mtus = 64;  // a power of two
  Reassembly::Options reassembly = {};
};

// Whoever passes on what is for others.
class PacketForwarder {
 public:
  // `packet` begins with its IP header, which `header` is, and neither it nor the source is ours.
  virtual void Forward(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame) = 0;

 protected:
  ~PacketForwarder() = default;
};

class Ipv4 final : public Ip,
                   private FrameReceiver,
                   private LinkListener,
                   private RouteListener,
                   private PathMtuListener,
                   private arp::Owner,
                   private Reassembly::Owner {
 public:
  static constexpr std::size_t kMostTransports = 8;
  static constexpr std::size_t kMostGroups = 32;

  // `storage` is StorageFor(config) bytes. All arguments outlive it.
  Ipv4(Context& context, RouteTable& routes, const Config& config, std::span<std::byte> storage);
  Ipv4(const Ipv4&) = delete;
  Ipv4& operator=(const Ipv4&) = delete;
  ~Ipv4() = default;

  static constexpr std::size_t StorageFor(const Config& config) {
    return StorageCutter::SizeFor<NeighborPlace>(config.neighbors) + PathMtuCache::StorageFor(config.path_mtus) +
           Reassembly::StorageFor(config.reassembly) + 2 * alignof(std::max_align_t);
  }

  // From now on receives from `interface`. The loopback interface, if there is one, gets 127.0.0.1, and carries what is
  // for ourselves.
  void Attach(Interface& interface);

  // An address of ours, in use at once, and the route to its subnet. Errors: as AddressTable::Add, RouteTable::Add.
  kernel::Result<void> AddAddress(Interface& interface, Ipv4Address address, std::uint8_t prefix_length);
  kernel::Result<void> RemoveAddress(Interface& interface, Ipv4Address address);

  // Packets to `group` are received until Leave was called as often as Join. Errors: kInvalidArgument (no group),
  // kOutOfMemory, kNotFound (Leave of what was not joined).
  kernel::Result<void> JoinGroup(Interface& interface, Ipv4Address group);
  kernel::Result<void> LeaveGroup(Interface& interface, Ipv4Address group);
  bool IsInGroup(const Interface& interface, Ipv4Address group) const;
  struct Group {
    Interface* interface = nullptr;
    Ipv4Address group;
    std::uint16_t joins = 0;
  };
  std::span<const Group> groups() const { return std::span(groups_).first(group_count_); }

  // Each optional; each outlives it.
  void UseErrorReporter(ErrorReporter& reporter) { reporter_ = &reporter; }
  void UseForwarder(PacketForwarder& forwarder) { forwarder_ = &forwarder; }
  void UseGroupListener(GroupListener& listener) { group_listener_ = &listener; }

  kernel::Result<Path> FindPath(const IpAddress& source, const IpAddress& destination,
                                Interface* interface = nullptr) override;
  kernel::Result<void> Send(Packet packet, const IpSend& send) override;
  void Register(wire::IpProtocol protocol, Transport& transport) override;
  bool IsOurs(const IpAddress& address) const override;
  void ConfirmReachable(const IpAddress& destination) override;
  void ReducePathMtu(const IpAddress& destination, std::uint32_t mtu) override;

  // Who has `protocol`; null: nobody.
  Transport* FindTransport(wire::IpProtocol protocol) const {
    for (const TransportEntry& entry : std::span(transports_.data(), transport_count_)) {
      if (entry.protocol == protocol) return entry.transport;
    }
    return nullptr;
  }

  // Sends a whole packet, from its IP header on, to a neighbour: the end of the way down. Errors: as Arp::Send.
  kernel::Result<void> SendToNeighbor(Packet packet, Interface& interface, Ipv4Address next_hop);

  // Cuts `packet`, the payload of `header`, into fragments that `mtu` carries, and sends each to a neighbour. Errors:
  // kOutOfMemory, kTooLong (an MTU that has no room for anything), else as Arp::Send.
  struct NextHop {
    enum class Kind : std::uint8_t { kNeighbor, kBroadcast, kGroup, kLoopback };
    Interface* interface = nullptr;
    IpAddress address = {};  // of a neighbour; else the destination; IPv4, as the cache has it
    Kind kind = Kind::kNeighbor;
    Neighbor* neighbor = nullptr;  // a hint for the cache
  };
  kernel::Result<void> SendFragments(Packet packet, const wire::Ipv4& header, NextHop& hop, std::uint16_t mtu);

  Context& context() { return context_; }
  RouteTable& routes() { return routes_; }
  const AddressTable& addresses() const { return addresses_; }
  arp::Arp& arp() { return arp_; }
  PathMtuCache& path_mtus() { return path_mtus_; }
  const Reassembly& reassembly() const { return reassembly_; }
  Counters& counters() { return counters_; }

 private:
  static constexpr std::size_t kFrontSize = wire::kEthernetSize + wire::kIpv4Size;

  // A decision about where packets go, kept for the next ones.
  struct Decision {
    IpAddress asked_source = {};  // as it was asked for
    IpAddress asked_destination = {};
    Ipv4Address wanted_source = {};
    Ipv4Address destination = {};
    Interface* wanted_interface = nullptr;
    std::uint64_t generation = 0;  // of all that it depends on; 0: none
    kernel::Instant expiry = {};
    NextHop hop = {};
    Ipv4Address source = {};
    std::uint16_t mtu = 0;
    std::uint64_t hash = 0;  // of both ends, with a secret
    // The headers of the last packet: of the frame, without a destination, and behind it IPv4's, without size,
    // identification and checksum.
    std::array<std::byte, kFrontSize> front = {};
    bool has_plain_frame = false;           // to a neighbour, without a tag: as `front` has it
    std::uint32_t header_kind = kNoHeader;  // KindOf the packets that it is for
    std::uint64_t header_sum = 0;           // of IPv4's
  };
  static constexpr std::uint32_t kNoHeader = UINT32_MAX;
  static std::uint32_t KindOf(const IpSend& send) {
    return static_cast<std::uint32_t>(send.protocol) | std::uint32_t{send.traffic_class} << 8 |
           std::uint32_t{send.hop_limit} << 16 | std::uint32_t{send.must_not_fragment} << 24;
  }
  // Ends whose packets are for us and need no closer look, kept for the next ones.
  struct Accepted {
    Ipv4Address source = {};
    Ipv4Address destination = {};
    wire::IpProtocol protocol = wire::IpProtocol::kTcp;
    Interface* interface = nullptr;
    Transport* transport = nullptr;
    std::uint64_t generation = 0;  // of all that it depends on; 0: none
  };
  struct TransportEntry {
    wire::IpProtocol protocol = wire::IpProtocol::kTcp;
    Transport* transport = nullptr;
  };
  static constexpr std::size_t kDecisions = 16;
  static std::size_t PlaceFor(std::uint32_t end) {
    constexpr std::uint32_t kSpreading = 0x9e37'79b1;  // the upper bits of a product depend on all of the number
    static_assert(kDecisions == 16);
    return end * kSpreading >> 28;
  }

  void Receive(Packet& packet, const FrameReceived& frame) override;
  void OnLinkChange(Interface& interface, bool has_link) override;
  void OnRoutesChanged() override { ForgetDecisions(); }
  void OnPathMtusForgotten() override { ForgetDecisions(); }
  void OnUnresolved(Packet packet, Interface& interface, Ipv4Address next_hop) override;
  void OnReassemblyTimeout(Packet first) override;

  // receive.cc
  void ReceiveAny(Packet& packet, const FrameReceived& frame);
  enum class Target : std::uint8_t { kUs, kGroup, kOthers, kNobody };
  bool IsMartian(Ipv4Address source, Ipv4Address destination, const FrameReceived& frame) const;
  Target TargetOf(Ipv4Address destination, const FrameReceived& frame) const;
  bool CheckOptions(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame);
  void Reassemble(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame, bool is_group);
  void Deliver(Packet& packet, const wire::Ipv4& header, const FrameReceived& frame, bool is_group);
  void Report(ErrorKind kind, std::uint32_t value, Packet packet, const FrameReceived& frame);

  // path.cc
  // Null: `error` says why not.
  [[gnu::always_inline]] Decision* Decide(const IpAddress& source, const IpAddress& destination, Interface* interface,
                                          kernel::Error& error) {
    // What was kept is about IPv4, and so is what equals it.
    Decision& decision = DecisionPlace(source, destination);
    const bool is_known = decision.generation == generation_ && decision.asked_destination == destination &&
                          decision.asked_source == source && decision.wanted_interface == interface &&
                          context_.now() < decision.expiry;
    return is_known ? &decision : DecideSlowly(source, destination, interface, error);
  }
  // With and without a source, a flow asks for two: UDP looks for a source first, and then sends from it.
  Decision& DecisionPlace(const IpAddress& source, const IpAddress& destination) {
    return decisions_[PlaceFor(LastBytes(destination)) ^ (LastBytes(source) == 0 ? 0 : 1)];
  }
  static std::uint32_t LastBytes(const IpAddress& address) {
    std::uint32_t bytes;
    __builtin_memcpy(&bytes, address.ipv6().bytes.data() + 12, sizeof(bytes));
    return bytes;
  }
  Decision* DecideSlowly(const IpAddress& source, const IpAddress& destination, Interface* interface,
                         kernel::Error& error);
  kernel::Result<void> DecideAnew(Decision& decision) const;
  kernel::Result<void> DecideForMany(Decision& decision) const;
  kernel::Result<void> ChooseSource(Decision& decision, Ipv4Address preferred) const;
  Interface* InterfaceOf(Ipv4Address source) const;
  void ForgetDecisions();

  // send.cc
  kernel::Result<void> SendFromUnspecified(Packet packet, const IpSend& send);
  wire::Ipv4 HeaderFor(const Decision& decision, const IpSend& send) const;
  void MakeHeader(Decision& decision, const IpSend& send) const;
  kernel::Result<void> SendHop(Packet packet, NextHop& hop);
  std::uint16_t NextIdentification(const Decision& decision);

  Context& context_;
  RouteTable& routes_;
  AddressTable addresses_;
  StorageCutter cutter_;
  arp::Arp arp_;
  PathMtuCache path_mtus_;
  Reassembly reassembly_;
  Interface* loopback_ = nullptr;
  ErrorReporter* reporter_ = nullptr;
  PacketForwarder* forwarder_ = nullptr;
  GroupListener* group_listener_ = nullptr;
  Counters counters_;
  std::uint64_t generation_ = 1;
  std::array<Decision, kDecisions> decisions_ = {};
  std::array<Accepted, kDecisions> accepted_ = {};
  std::size_t transport_count_ = 0;
  std::array<TransportEntry, kMostTransports> transports_ = {};
  std::size_t group_count_ = 0;
  std::array<Group, kMostGroups> groups_ = {};
  std::array<std::uint16_t, 64> identifications_ = {};
};

}  // namespace net::ipv4

#endif  // ENKEL_NET_IPV4_IPV4_H_
