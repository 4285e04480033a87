#include "net/route/table.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net {
namespace {

using kernel::Error;
using kernel::Fail;

// Bits of an IpAddress before those of an IPv4 address.
constexpr int kIpv4Offset = 96;

// A number of bits in front.
constexpr std::uint64_t Mask(int bits) {
  return bits <= 0 ? 0 : bits >= 64 ? ~std::uint64_t{0} : ~(~std::uint64_t{0} >> bits);
}

struct Masked {
  std::uint64_t high;
  std::uint64_t low;
  Masked(const IpAddress& address, int bits)
      : high(address.ipv6().high() & Mask(bits)), low(address.ipv6().low() & Mask(bits - 64)) {}
  friend bool operator==(const Masked&, const Masked&) = default;
};

// However "none" is written.
bool IsSameGateway(const IpAddress& a, const IpAddress& b) {
  return a == b || (a.IsUnspecified() && b.IsUnspecified());
}

std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

RouteTable::RouteTable(RandomSource& random, std::span<Entry> storage)
    : entries_(storage), hash_key_{random.Next() | 1, random.Next() | 1} {
  CHECK(!storage.empty());
  for (Entry& entry : entries_) entry.next_ = std::exchange(free_, &entry);
}

RouteTable::Entry*& RouteTable::BucketOf(const IpAddress& prefix, std::uint8_t bits) const {
  const Masked masked(prefix, bits);
  const std::uint64_t mixed =
      Mix(masked.high ^ bits ^ hash_key_[0], hash_key_[1]) ^ Mix(masked.low ^ hash_key_[1], hash_key_[0]);
  return entries_[static_cast<std::size_t>((mixed >> 32) * entries_.size() >> 32)].bucket_;
}

kernel::Result<void> RouteTable::Add(const Route& route) {
  const bool is_ipv4 = route.prefix.IsIpv4();
  if (route.interface == nullptr || route.length > (is_ipv4 ? 32 : 128)) return Fail(Error::kInvalidArgument);
  (void)Remove(route);
  if (free_ == nullptr) return Fail(Error::kOutOfMemory);
  Entry* const entry = std::exchange(free_, free_->next_);
  entry->route_ = route;
  entry->bits_ = static_cast<std::uint8_t>(route.length + (is_ipv4 ? kIpv4Offset : 0));
  // Sorted by metric, so that the first that fits is the best of its length.
  Entry** place = &BucketOf(route.prefix, entry->bits_);
  while (*place != nullptr && (*place)->route_.metric <= route.metric) place = &(*place)->next_;
  entry->next_ = std::exchange(*place, entry);
  ++size_;
  ++counts_[entry->bits_];
  used_[is_ipv4][entry->bits_ / 64] |= std::uint64_t{1} << entry->bits_ % 64;
  TellListeners();
  return {};
}

void RouteTable::Unlink(Entry** place) {
  Entry* const entry = std::exchange(*place, (*place)->next_);
  entry->next_ = std::exchange(free_, entry);
  --size_;
  --counts_[entry->bits_];
  // Of a length that both versions have, another look costs nothing but time.
  if (counts_[entry->bits_] == 0) {
    for (auto& used : used_) used[entry->bits_ / 64] &= ~(std::uint64_t{1} << entry->bits_ % 64);
  }
}

kernel::Result<void> RouteTable::Remove(const Route& route) {
  const auto bits = static_cast<std::uint8_t>(route.length + (route.prefix.IsIpv4() ? kIpv4Offset : 0));
  const Masked wanted(route.prefix, bits);
  for (Entry** place = &BucketOf(route.prefix, bits); *place != nullptr; place = &(*place)->next_) {
    const Entry& entry = **place;
    if (entry.bits_ != bits || entry.route_.interface != route.interface) continue;
    if (!IsSameGateway(entry.route_.gateway, route.gateway)) continue;
    if (entry.route_.prefix.IsIpv4() != route.prefix.IsIpv4() || Masked(entry.route_.prefix, bits) != wanted) continue;
    Unlink(place);
    TellListeners();
    return {};
  }
  return Fail(Error::kNotFound);
}

void RouteTable::RemoveAll(const Interface& interface) {
  for (Entry& slot : entries_) {
    for (Entry** place = &slot.bucket_; *place != nullptr;) {
      (*place)->route_.interface == &interface ? Unlink(place) : void(place = &(*place)->next_);
    }
  }
  TellListeners();
}

const RouteTable::Entry* RouteTable::FindAmong(const IpAddress& destination, std::uint8_t bits,
                                               const Interface* interface) const {
  const Masked wanted(destination, bits);
  for (const Entry* entry = BucketOf(destination, bits); entry != nullptr; entry = entry->next_) {
    if (entry->bits_ != bits || (interface != nullptr && entry->route_.interface != interface)) continue;
    if (Masked(entry->route_.prefix, bits) == wanted) return entry;
  }
  return nullptr;
}

const Route* RouteTable::Find(const IpAddress& destination, const Interface* interface) const {
  const auto& used = used_[destination.IsIpv4()];
  for (std::size_t word = kWords; word-- > 0;) {
    for (std::uint64_t rest = used[word]; rest != 0;) {
      const int bit = 63 - std::countl_zero(rest);
      rest &= ~(std::uint64_t{1} << bit);
      const auto bits = static_cast<std::uint8_t>(word * 64 + static_cast<std::size_t>(bit));
      if (const Entry* const entry = FindAmong(destination, bits, interface)) return &entry->route_;
    }
  }
  return nullptr;
}

void RouteTable::TellListeners() {
  for (RouteListener* listener = listeners_; listener != nullptr; listener = listener->next_) {
    listener->OnRoutesChanged();
  }
}

}  // namespace net
