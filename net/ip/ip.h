// IP as a transport sees it, of either version: where a packet can go, and how it is sent. What it delivers comes to a
// Transport. IPv4 (net/ipv4) and IPv6 (net/ipv6) implement it; DualStack (dual_stack.h) picks one by the address; a
// test gives a transport a scripted one.
#ifndef ENKEL_NET_IP_IP_H_
#define ENKEL_NET_IP_IP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"

namespace net {

class Interface;  // net/interface/interface.h

// How packets between two addresses go now. Look again after a change of routes, addresses or the path's MTU.
struct Path {
  Interface* interface = nullptr;
  IpAddress source = {};              // one of the interface's, unless the caller named another
  std::uint16_t mtu = 0;              // bytes of the largest IP packet that the whole path is believed to carry
  std::uint16_t link_mtu = 0;         // bytes of the largest packet that the first link carries; 0: as `mtu`
  std::uint32_t largest_segment = 0;  // bytes of TCP payload in one packet with PacketInfo::Segmentation; 0: none

  std::uint16_t receive_mtu() const { return link_mtu != 0 ? link_mtu : mtu; }  // bytes
};

struct IpSend {
  IpAddress source = {};  // unspecified: IP chooses
  IpAddress destination = {};
  wire::IpProtocol protocol = wire::IpProtocol::kTcp;
  std::uint8_t traffic_class = 0;  // DSCP and ECN
  std::uint8_t hop_limit = 0;      // 0: the usual one, 64, or 1 for groups
  bool must_not_fragment = false;  // kTooLong rather than fragments here, and DF on IPv4
  bool may_broadcast = false;      // else broadcast destinations are refused
  Interface* interface = nullptr;  // only by this one, whatever the routes say
  bool from_unspecified = false;   // from 0.0.0.0 to all on `interface`'s link, which may have no address yet: DHCP
};

// What came with a packet.
struct IpReceived {
  Interface* interface = nullptr;
  IpAddress source = {};
  IpAddress destination = {};  // one of ours, a group that we are in, or a broadcast address
  std::uint8_t traffic_class = 0;
  std::uint8_t hop_limit = 0;
  bool is_group = false;        // the destination is a group or a broadcast address, or the frame's was
  bool was_fragmented = false;  // it came with a fragment header of IPv6. [RFC6980]
};

// What an ICMP message, or our own neighbour discovery, says about a packet that we sent. A stranger can forge it: a
// transport believes it only if the quoted packet is one that it has on the way. [RFC5927]
struct IpError {
  enum class Kind : std::uint8_t {
    kNetworkUnreachable,
    kHostUnreachable,
    kProtocolUnreachable,
    kPortUnreachable,
    kProhibited,
    kTooBig,  // `mtu` is what the next link carries, 0 if not said
    kTimeExceeded,
    kParameterProblem,
  };

  Kind kind;
  IpAddress source = {};       // of the quoted packet: one of ours
  IpAddress destination = {};  // of the quoted packet
  IpAddress reporter = {};     // who says so
  std::uint32_t mtu = 0;
};

class Transport {
 public:
  enum class Verdict : std::uint8_t {
    kDone,         // taken, answered, or dropped and counted
    kUnreachable,  // nobody waits at this port: IP answers with an ICMP error where it may. `packet` is untouched
  };

  // `packet` begins with the transport's header and ends where IP says. The callee moves from it to keep it.
  virtual Verdict Receive(Packet& packet, const IpReceived& received) = 0;

  // `quoted` is the beginning of the transport's header as we sent it: at least 8 bytes, else the message is dropped.
  virtual void OnError(const IpError& error, std::span<const std::byte> quoted) = 0;

  // Paths may have changed (an address went, a route came, a path's MTU shrank without a word about whose packet).
  virtual void OnPathsChanged() {}

 protected:
  ~Transport() = default;
};

// Not interrupt-safe; nothing blocks or allocates.
class Ip {
 public:
  // Where packets from `source` (unspecified: of IP's choice) to `destination` go. Errors: kUnreachable (no route, or
  // no address for it), kInvalidArgument (the destination is unspecified; the source is not ours).
  virtual kernel::Result<Path> FindPath(const IpAddress& source, const IpAddress& destination,
                                        Interface* interface = nullptr) = 0;

  // Sends what begins with a transport's header. Its checksum may be left to us (PacketInfo::kPartial, offsets from the
  // front), and TCP may leave the cutting of a large segment (PacketInfo::segmentation, up to Path::largest_segment). A
  // packet that waits for its neighbour's address counts as sent. Errors: as FindPath; kTooLong (does not fit the path
  // and must_not_fragment, or beyond 65,535 bytes), kOutOfMemory (a pool is empty), kWouldBlock (the device is full).
  virtual kernel::Result<void> Send(Packet packet, const IpSend& send) = 0;

  // Delivers packets of `protocol` to `transport`, which outlives it. CHECKs that nobody has it yet.
  virtual void Register(wire::IpProtocol protocol, Transport& transport) = 0;

  // Whether `address` is one that packets may come from: an interface's, and no longer a tentative one.
  virtual bool IsOurs(const IpAddress& address) const = 0;

  // The transport had word from the neighbour: [RFC4861] 7.3.1 forward progress. A hint, at no cost.
  virtual void ConfirmReachable(const IpAddress& destination) = 0;

  // A path carries no packet above `mtu` bytes, says a message that the transport believes. [RFC1191], [RFC8201]
  virtual void ReducePathMtu(const IpAddress& destination, std::uint32_t mtu) = 0;

 protected:
  ~Ip() = default;
};

}  // namespace net

#endif  // ENKEL_NET_IP_IP_H_
