#include "net/ipv6/link.h"

#include <algorithm>
#include <span>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::ipv6 {

kernel::Result<void> Link::JoinGroup(const Ipv6Address& group) {
  if (!group.IsMulticast()) return kernel::Fail(kernel::Error::kInvalidArgument);
  const std::span<Group> joined = std::span(groups_).first(group_count_);
  if (const auto known = std::ranges::find(joined, group, &Group::address); known != joined.end()) {
    ++known->joins;
    return {};
  }
  if (group_count_ == kMostGroups) return kernel::Fail(kernel::Error::kOutOfMemory);
  if (const auto joins = interface_.JoinGroup(MacOfGroup(group)); !joins) return joins;
  groups_[group_count_++] = {.address = group, .joins = 1};
  if (listener_ != nullptr) listener_->OnJoined(*this, group);
  return {};
}

void Link::LeaveGroup(const Ipv6Address& group) {
  const std::span<Group> joined = std::span(groups_).first(group_count_);
  const auto known = std::ranges::find(joined, group, &Group::address);
  CHECK(known != joined.end());
  if (--known->joins > 0) return;
  const Ipv6Address left = group;  // may be part of what is overwritten
  *known = groups_[--group_count_];
  interface_.LeaveGroup(MacOfGroup(left));
  if (listener_ != nullptr) listener_->OnLeft(*this, left);
}

void Link::SetGroupListener(GroupListener& listener) {
  listener_ = &listener;
  for (const Group& group : groups()) listener.OnJoined(*this, group.address);
}

}  // namespace net::ipv6
