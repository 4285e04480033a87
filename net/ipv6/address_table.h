// Our addresses of IPv6, and which of them a packet comes from. [RFC4862] 5.5, [RFC6724]
#ifndef ENKEL_NET_IPV6_ADDRESS_TABLE_H_
#define ENKEL_NET_IPV6_ADDRESS_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ipv6/link.h"
#include "net/wire/address.h"

namespace net::ipv6 {

// [RFC4862] 2; an address that turned out to be another's is removed.
enum class AddressState : std::uint8_t {
  kTentative,  // being checked for duplicates: nothing comes from it, nothing is received for it
  kPreferred,
  kDeprecated,  // what uses it goes on, nothing new begins with it
};

struct Address {
  Link* link = nullptr;
  Ipv6Address address = {};
  std::uint8_t prefix_size = 64;  // bits
  AddressState state = AddressState::kTentative;
  bool is_automatic = false;  // made of a router's prefix: its lifetimes follow that
  bool is_temporary = false;  // random, for a while. [RFC8981]
  kernel::Instant preferred_until = kernel::kNever;
  kernel::Instant valid_until = kernel::kNever;
};

// Bits that both begin with, at most 128.
int CommonPrefix(const Ipv6Address& one, const Ipv6Address& other);

// A few addresses; a search looks at each. Not interrupt-safe, does not allocate.
class AddressTable {
 public:
  static constexpr std::size_t kMost = 16;

  // Errors: kInvalidArgument (not the address of a host), kInUse (it is there), kOutOfMemory. Invalidates pointers.
  kernel::Result<void> Add(const Address& address);
  void Remove(const Link& link, const Ipv6Address& address);

  // Null: not ours. With `link`, only that one's.
  Address* Find(const Ipv6Address& address, const Link* link = nullptr);
  const Address* Find(const Ipv6Address& address, const Link* link = nullptr) const {
    return const_cast<AddressTable*>(this)->Find(address, link);
  }

  std::span<Address> all() { return std::span(addresses_).first(count_); }
  std::span<const Address> all() const { return std::span(addresses_).first(count_); }

  // The source of packets to `destination` by `link`, by the rules 1 to 3 and 6 to 8 of [RFC6724] 5 (the others are
  // about mobile hosts and other links). Null: no address will do.
  const Address* SelectSource(const Link& link, const Ipv6Address& destination) const;

 private:
  std::array<Address, kMost> addresses_ = {};
  std::size_t count_ = 0;
};

}  // namespace net::ipv6

#endif  // ENKEL_NET_IPV6_ADDRESS_TABLE_H_
