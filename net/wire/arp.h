// The address resolution protocol for IPv4 on Ethernet. [RFC826]
#ifndef ENKEL_NET_WIRE_ARP_H_
#define ENKEL_NET_WIRE_ARP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::wire {

inline constexpr std::size_t kArpSize = 28;  // bytes

struct Arp {
  enum class Operation : std::uint16_t { kRequest = 1, kReply = 2 };

  Operation operation;
  MacAddress sender_mac;
  Ipv4Address sender;
  MacAddress target_mac;
  Ipv4Address target;

  // What follows the 28 bytes is padding of the frame.
  // Errors: kMalformed (too short; a sender that is a group or the broadcast address), kUnsupported (not Ethernet and
  // IPv4; another operation).
  static kernel::Result<Arp> Parse(std::span<const std::byte> bytes);

  // `bytes` has kArpSize of them.
  void Write(std::span<std::byte> bytes) const;
};

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_ARP_H_
