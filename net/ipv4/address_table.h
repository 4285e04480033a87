// The IPv4 addresses of this host, each on an interface. A few: every look goes through all of an interface's.
#ifndef ENKEL_NET_IPV4_ADDRESS_TABLE_H_
#define ENKEL_NET_IPV4_ADDRESS_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/wire/address.h"

namespace net::ipv4 {

struct InterfaceAddress {
  Interface* interface = nullptr;
  Ipv4Address address;
  std::uint8_t prefix_length = 32;  // bits; 31 and 32 have no broadcast address [RFC3021]

  std::uint32_t mask() const { return prefix_length == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix_length); }
  bool IsOnLink(Ipv4Address other) const { return ((address.value ^ other.value) & mask()) == 0; }
  Ipv4Address broadcast() const { return {address.value | ~mask()}; }

  // Whether `other` stands for all hosts of the subnet: all ones, or, as of old, all zeros. [RFC1122] 3.3.6
  bool IsBroadcast(Ipv4Address other) const {
    const std::uint32_t host = other.value & ~mask();
    return (host == 0 || host == ~mask()) && prefix_length < 31 && IsOnLink(other);
  }
};

// Not interrupt-safe, does not allocate.
class AddressTable {
 public:
  static constexpr std::size_t kMost = 16;

  // Errors: kInvalidArgument (no host's address, or a prefix above 32), kInUse (there already), kOutOfMemory.
  kernel::Result<void> Add(const InterfaceAddress& address);

  // Errors: kNotFound.
  kernel::Result<void> Remove(const Interface& interface, Ipv4Address address);

  // Of any interface; null: not ours.
  const InterfaceAddress* Find(Ipv4Address address) const {
    for (const InterfaceAddress& each : all()) {
      if (each.address == address) return &each;
    }
    return nullptr;
  }
  const InterfaceAddress* Find(const Interface& interface, Ipv4Address address) const;

  // The address from which packets to `neighbour` come: in its subnet if there is one, rather no link-local one.
  // Null: the interface has none.
  const InterfaceAddress* Choose(const Interface& interface, Ipv4Address neighbour) const;

  // Whether `address` is a subnet's broadcast address on `interface`.
  bool IsSubnetBroadcast(const Interface& interface, Ipv4Address address) const {
    for (const InterfaceAddress& each : all()) {
      if (each.interface == &interface && each.IsBroadcast(address)) return true;
    }
    return false;
  }

  // Whether `address` is a neighbour's, of a subnet of `interface`.
  bool IsOnLink(const Interface& interface, Ipv4Address address) const;

  std::span<const InterfaceAddress> all() const { return {addresses_.data(), count_}; }

 private:
  std::array<InterfaceAddress, kMost> addresses_ = {};
  std::size_t count_ = 0;
};

}  // namespace net::ipv4

#endif  // ENKEL_NET_IPV4_ADDRESS_TABLE_H_
