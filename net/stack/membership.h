// That this host is in a group, for as long as a program wants it: datagrams to the group then come to the sockets that
// are bound to their port. Routers hear of it where the stack has IGMP (net/igmp) and MLD (net/mld).
#ifndef ENKEL_NET_STACK_MEMBERSHIP_H_
#define ENKEL_NET_STACK_MEMBERSHIP_H_

#include <utility>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/ipv4/ipv4.h"
#include "net/ipv6/link.h"
#include "net/wire/address.h"

namespace net {

// Move-only; leaves the group when it goes. The stack outlives it. Not interrupt-safe; nothing blocks or allocates.
class Membership {
 public:
  constexpr Membership() = default;  // of no group
  Membership(Membership&& other) noexcept
      : ipv4_(std::exchange(other.ipv4_, nullptr)),
        link_(std::exchange(other.link_, nullptr)),
        interface_(other.interface_),
        group_(other.group_) {}
  Membership& operator=(Membership&& other) noexcept {
    std::swap(ipv4_, other.ipv4_);
    std::swap(link_, other.link_);
    std::swap(interface_, other.interface_);
    std::swap(group_, other.group_);
    return *this;
  }
  ~Membership() { Leave(); }
  explicit operator bool() const { return ipv4_ != nullptr || link_ != nullptr; }

  // Errors: kInvalidArgument (no group), kOutOfMemory (too many others).
  static kernel::Result<Membership> Join(ipv4::Ipv4& ipv4, Interface& interface, Ipv4Address group) {
    if (const auto joined = ipv4.JoinGroup(interface, group); !joined) return kernel::Fail(joined.error());
    return Membership(&ipv4, nullptr, interface, group);
  }
  static kernel::Result<Membership> Join(ipv6::Link& link, const Ipv6Address& group) {
    if (const auto joined = link.JoinGroup(group); !joined) return kernel::Fail(joined.error());
    return Membership(nullptr, &link, link.interface(), group);
  }

  void Leave() {
    // IPv4 has it, since only this leaves: there is nothing to fail.
    if (ipv4::Ipv4* const ipv4 = std::exchange(ipv4_, nullptr)) (void)ipv4->LeaveGroup(*interface_, group_.ipv4());
    if (ipv6::Link* const link = std::exchange(link_, nullptr)) link->LeaveGroup(group_.ipv6());
  }

  const IpAddress& group() const { return group_; }
  Interface* interface() const { return interface_; }  // null: of no group

 private:
  Membership(ipv4::Ipv4* ipv4, ipv6::Link* link, Interface& interface, const IpAddress& group)
      : ipv4_(ipv4), link_(link), interface_(&interface), group_(group) {}

  ipv4::Ipv4* ipv4_ = nullptr;  // of a group of IPv4
  ipv6::Link* link_ = nullptr;  // of one of IPv6
  Interface* interface_ = nullptr;
  IpAddress group_ = {};
};

}  // namespace net

#endif  // ENKEL_NET_STACK_MEMBERSHIP_H_
