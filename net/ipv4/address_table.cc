#include "net/ipv4/address_table.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/wire/address.h"

namespace net::ipv4 {

using kernel::Error;
using kernel::Fail;

kernel::Result<void> AddressTable::Add(const InterfaceAddress& address) {
  const bool is_host = address.address.IsHost() || (address.address.IsLoopback() && address.interface->is_loopback());
  if (!is_host || address.prefix_length > 32 || address.IsBroadcast(address.address)) {
    return Fail(Error::kInvalidArgument);
  }
  if (Find(address.address) != nullptr) return Fail(Error::kInUse);
  if (count_ == kMost) return Fail(Error::kOutOfMemory);
  addresses_[count_++] = address;
  return {};
}

kernel::Result<void> AddressTable::Remove(const Interface& interface, Ipv4Address address) {
  for (std::size_t i = 0; i < count_; ++i) {
    if (addresses_[i].interface != &interface || addresses_[i].address != address) continue;
    // The order stays: the first of an interface is what it is known by.
    std::copy(addresses_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
              addresses_.begin() + static_cast<std::ptrdiff_t>(count_),
              addresses_.begin() + static_cast<std::ptrdiff_t>(i));
    --count_;
    return {};
  }
  return Fail(Error::kNotFound);
}

const InterfaceAddress* AddressTable::Find(const Interface& interface, Ipv4Address address) const {
  const InterfaceAddress* const found = Find(address);
  return found != nullptr && found->interface == &interface ? found : nullptr;
}

const InterfaceAddress* AddressTable::Choose(const Interface& interface, Ipv4Address neighbour) const {
  const auto rank = [&](const InterfaceAddress& address) {
    return (address.IsOnLink(neighbour) ? 2 : 0) + (address.address.IsLinkLocal() ? 0 : 1);
  };
  const InterfaceAddress* best = nullptr;
  for (const InterfaceAddress& address : all()) {
    if (address.interface == &interface && (best == nullptr || rank(address) > rank(*best))) best = &address;
  }
  return best;
}

bool AddressTable::IsOnLink(const Interface& interface, Ipv4Address address) const {
  return std::ranges::any_of(
      all(), [&](const InterfaceAddress& each) { return each.interface == &interface && each.IsOnLink(address); });
}

}  // namespace net::ipv4
