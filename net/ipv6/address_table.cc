#include "net/ipv6/address_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/wire/address.h"

namespace net::ipv6 {
namespace {

using kernel::Error;
using kernel::Fail;

// How far an address reaches; larger is farther. [RFC6724] 3.1, [RFC4291] 2.7
constexpr int kLinkScope = 2;
constexpr int kSiteScope = 5;
constexpr int kGlobalScope = 14;

int ScopeOf(const Ipv6Address& address) {
  if (address.IsMulticast()) return static_cast<int>(address.bytes[1] & std::byte{0xf});
  if (address.IsLinkLocal() || address.IsLoopback()) return kLinkScope;
  return address.high() >> 54 == 0x3fb ? kSiteScope : kGlobalScope;  // fec0::/10
}

struct Policy {
  Ipv6Address prefix;
  int size;
  int label;
};

// [RFC6724] 2.1, the longest prefix first.
constexpr std::array<Policy, 9> kPolicies = {{
    {.prefix = Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1), .size = 128, .label = 0},
    {.prefix = Ipv6Address::Of(0, 0, 0, 0, 0, 0xffff, 0, 0), .size = 96, .label = 4},
    {.prefix = Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 0), .size = 96, .label = 3},
    {.prefix = Ipv6Address::Of(0x2001, 0, 0, 0, 0, 0, 0, 0), .size = 32, .label = 5},
    {.prefix = Ipv6Address::Of(0x2002, 0, 0, 0, 0, 0, 0, 0), .size = 16, .label = 2},
    {.prefix = Ipv6Address::Of(0x3ffe, 0, 0, 0, 0, 0, 0, 0), .size = 16, .label = 12},
    {.prefix = Ipv6Address::Of(0xfec0, 0, 0, 0, 0, 0, 0, 0), .size = 10, .label = 11},
    {.prefix = Ipv6Address::Of(0xfc00, 0, 0, 0, 0, 0, 0, 0), .size = 7, .label = 13},
    {.prefix = Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 0), .size = 0, .label = 1},
}};

int LabelOf(const Ipv6Address& address) {
  return std::ranges::find_if(kPolicies,
                              [&](const Policy& policy) { return CommonPrefix(policy.prefix, address) >= policy.size; })
      ->label;
}

// Whether packets to `destination` should rather come from `one` than from `other`.
bool IsBetter(const Address& one, const Address& other, const Ipv6Address& destination) {
  if (one.address == destination || other.address == destination) return one.address == destination;  // rule 1
  const int scope = ScopeOf(one.address);
  const int other_scope = ScopeOf(other.address);
  const int wanted = ScopeOf(destination);
  if (scope != other_scope) return scope < other_scope ? scope >= wanted : other_scope < wanted;  // rule 2
  if (one.state != other.state) return one.state == AddressState::kPreferred;                     // rule 3
  const int label = LabelOf(destination);
  const bool matches = LabelOf(one.address) == label;
  if (matches != (LabelOf(other.address) == label)) return matches;     // rule 6
  if (one.is_temporary != other.is_temporary) return one.is_temporary;  // rule 7
  const auto common = [&](const Address& address) {
    return std::min<int>(CommonPrefix(address.address, destination), address.prefix_size);
  };
  return common(one) > common(other);  // rule 8
}

}  // namespace

int CommonPrefix(const Ipv6Address& one, const Ipv6Address& other) {
  const int high = std::countl_zero(one.high() ^ other.high());
  return high < 64 ? high : 64 + std::countl_zero(one.low() ^ other.low());
}

kernel::Result<void> AddressTable::Add(const Address& address) {
  const Ipv6Address& bytes = address.address;
  if (bytes.IsUnspecified() || bytes.IsMulticast() || bytes.IsLoopback() || bytes.IsMappedIpv4()) {
    return Fail(Error::kInvalidArgument);
  }
  CHECK(address.link != nullptr && address.prefix_size <= 128);
  if (Find(bytes, bytes.IsLinkLocal() ? address.link : nullptr) != nullptr) return Fail(Error::kInUse);
  if (count_ == kMost) return Fail(Error::kOutOfMemory);
  addresses_[count_++] = address;
  return {};
}

void AddressTable::Remove(const Link& link, const Ipv6Address& address) {
  Address* const known = Find(address, &link);
  CHECK(known != nullptr);
  *known = addresses_[--count_];
}

Address* AddressTable::Find(const Ipv6Address& address, const Link* link) {
  for (Address& each : all()) {
    if (each.address == address && (link == nullptr || each.link == link)) return &each;
  }
  return nullptr;
}

const Address* AddressTable::SelectSource(const Link& link, const Ipv6Address& destination) const {
  const Address* best = nullptr;
  for (const Address& each : all()) {
    if (each.link != &link || each.state == AddressState::kTentative) continue;
    if (best == nullptr || IsBetter(each, *best, destination)) best = &each;
  }
  return best;
}

}  // namespace net::ipv6
