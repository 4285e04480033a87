// What IPv6 knows of an interface: how large packets may be, how far they go, which groups are listened to.
#ifndef ENKEL_NET_IPV6_LINK_H_
#define ENKEL_NET_IPV6_LINK_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/wire/address.h"

namespace net::ipv6 {

class Link;

// Whoever tells routers which groups somebody here listens to (net/mld).
class GroupListener {
 public:
  virtual void OnJoined(Link& link, const Ipv6Address& group) = 0;
  virtual void OnLeft(Link& link, const Ipv6Address& group) = 0;

 protected:
  ~GroupListener() = default;
};

// One an interface; outlives Ipv6. Not interrupt-safe, does not allocate.
class Link {
 public:
  static constexpr std::size_t kMostGroups = 32;
  static constexpr std::uint8_t kHopLimit = 64;  // [IANA-protocol-numbers]: the default of IP

  struct Group {
    Ipv6Address address = {};
    std::uint16_t joins = 0;
  };

  explicit Link(Interface& interface) : interface_(interface), mtu_(interface.mtu()) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  Interface& interface() const { return interface_; }

  // Bytes of the largest packet: the interface's, or less if routers say so. [RFC4861] 6.3.4
  std::uint16_t mtu() const { return std::min(mtu_, interface_.mtu()); }
  void SetMtu(std::uint16_t mtu) { mtu_ = mtu; }

  // Of packets whose sender does not say.
  std::uint8_t hop_limit() const { return hop_limit_; }
  void SetHopLimit(std::uint8_t hop_limit) { hop_limit_ = hop_limit; }

  // Packets to `group` are received until LeaveGroup was called as often. Errors: kInvalidArgument (no group),
  // kOutOfMemory (too many others).
  kernel::Result<void> JoinGroup(const Ipv6Address& group);
  void LeaveGroup(const Ipv6Address& group);

  bool IsMember(const Ipv6Address& group) const {
    return std::ranges::find(groups(), group, &Group::address) != groups().end();
  }
  std::span<const Group> groups() const { return std::span(groups_).first(group_count_); }

  // Told of the groups that are there already, and then of each change.
  void SetGroupListener(GroupListener& listener);
  void RemoveGroupListener() { listener_ = nullptr; }

 private:
  friend class Ipv6;

  Interface& interface_;
  std::uint16_t mtu_;
  std::uint8_t hop_limit_ = kHopLimit;
  std::uint8_t group_count_ = 0;
  std::array<Group, kMostGroups> groups_ = {};
  GroupListener* listener_ = nullptr;
  Link* next_ = nullptr;  // of the same Ipv6
};

}  // namespace net::ipv6

#endif  // ENKEL_NET_IPV6_LINK_H_
