// What is known of paths that carry less than their first link does, for IPv4 and IPv6. [RFC1191], [RFC8201]
//
// Only what a transport believes comes here (Ip::ReducePathMtu): a "packet too big" may be forged, and has to quote a
// packet that is on its way. What is remembered is bounded: a table of sets of four, hashed with a secret, where a
// random member of a full set goes; and it is forgotten after ten minutes, so that a path may become wider again.
#ifndef ENKEL_NET_IP_PATH_MTU_H_
#define ENKEL_NET_IP_PATH_MTU_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/storage.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net {

// Since the cache was made.
struct PathMtuCounters {
  std::uint64_t reductions = 0;
  std::uint64_t ignored = 0;  // not below what is known, or below what IPv6 links must carry
  std::uint64_t evictions = 0;
};

// Whoever sizes packets by what Find says.
class PathMtuListener {
 public:
  // Paths that were narrow may be wider again: ask anew, and try. [RFC1191] 6.3, [RFC8201] 5.3
  virtual void OnPathMtusForgotten() = 0;

 protected:
  ~PathMtuListener() = default;
};

// All in O(1). Not interrupt-safe, does not allocate.
class PathMtuCache {
  struct Entry {
    IpAddress destination;  // unspecified: no entry
    std::uint16_t mtu = 0;
    kernel::Instant expiry;
  };
  static constexpr std::size_t kWays = 4;
  using Set = std::array<Entry, kWays>;

 public:
  // How long a reduction is believed. [RFC8201] 5.4
  static constexpr kernel::Duration kLifetime = kernel::Duration::Seconds(10 * 60);

  // No IPv4 path is believed to carry less: a smaller packet would only cost. What carries less gets fragments there.
  static constexpr std::uint16_t kIpv4Floor = 552;

  // What is assumed of an old router that does not say how much its next link carries. [RFC1191] 5
  static constexpr std::uint16_t kIpv4Unsaid = 576;

  // For `destinations` of them, a power of two and at least 4. `storage` has StorageFor as many.
  PathMtuCache(Context& context, std::span<std::byte> storage, std::size_t destinations);
  ~PathMtuCache() { context_.timers().Stop(raise_); }
  PathMtuCache(const PathMtuCache&) = delete;
  PathMtuCache& operator=(const PathMtuCache&) = delete;

  // Told when the first reduction was forgotten, and again when the last one was: within twice kLifetime of each. Null:
  // nobody is.
  void SetListener(PathMtuListener* listener) { listener_ = listener; }

  static constexpr std::size_t StorageFor(std::size_t destinations) {
    return StorageCutter::SizeFor<Set>(destinations / kWays);
  }

  // Bytes of the largest packet to `destination`; at most `link_mtu`, that of the link it leaves by.
  std::uint16_t Find(const IpAddress& destination, std::uint16_t link_mtu) const;

  // The path to `destination`, whose first link carries `link_mtu`, carries no packet above `mtu` bytes (IPv4: 0 if
  // that was not said). Whether that is news: then Find returns less than before. An IPv6 path always carries 1280
  // bytes, and who says less is not heard. [RFC8201] 4
  bool Reduce(const IpAddress& destination, std::uint32_t mtu, std::uint16_t link_mtu);

  const PathMtuCounters& counters() const { return counters_; }

 private:
  // When something will have been forgotten: one timer, and no search for what it was.
  struct RaiseTimer : Timer {
    explicit RaiseTimer(PathMtuCache& owner) : Timer(&OnDue), owner(owner) {}
    static void OnDue(Timer& timer, kernel::Instant now);
    PathMtuCache& owner;
  };

  Set& SetOf(const IpAddress& destination) const;
  Entry* Lookup(const IpAddress& destination) const;

  Context& context_;
  LazyArray<Set> sets_;  // all made, or none
  PathMtuListener* listener_ = nullptr;
  RaiseTimer raise_{*this};
  kernel::Instant last_expiry_ = {};
  PathMtuCounters counters_;
};

}  // namespace net

#endif  // ENKEL_NET_IP_PATH_MTU_H_
