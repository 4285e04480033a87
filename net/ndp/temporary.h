// Temporary addresses: beside the one that stays, a random one in each network, another each day, so that nobody can
// follow a host that calls others. For links that want them. [RFC8981]
//
//   Autoconfigurator configurator(ndp, link, dns);
//   TemporaryAddresses temporary(configurator);   // before Start
#ifndef ENKEL_NET_NDP_TEMPORARY_H_
#define ENKEL_NET_NDP_TEMPORARY_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/time.h"
#include "net/ndp/autoconfigurator.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::ndp {

struct TemporaryCounters {
  std::uint64_t made = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t refused = 0;  // beyond a cap, or a network too short-lived to be worth one
};

// One a link; the configurator outlives it. Not interrupt-safe; nothing blocks or allocates.
class TemporaryAddresses final : private NetworkListener, private Timer {
 public:
  // [RFC8981] 3.8
  static constexpr kernel::Duration kValid = kernel::Duration::Seconds(2 * 24 * 3600);
  static constexpr kernel::Duration kPreferred = kernel::Duration::Seconds(24 * 3600);
  static constexpr kernel::Duration kMostDesync = kernel::Duration::Seconds(24 * 3600 * 4 / 10);
  static constexpr kernel::Duration kRegenerationAdvance = kernel::Duration::Seconds(5);
  static constexpr std::uint8_t kMostTries = 4;  // in a row: three again
  static constexpr std::size_t kMostNetworks = 2;
  static constexpr std::size_t kMost = 6;  // addresses: of a network one that is preferred, and those before it

  explicit TemporaryAddresses(Autoconfigurator& configurator);
  TemporaryAddresses(const TemporaryAddresses&) = delete;
  TemporaryAddresses& operator=(const TemporaryAddresses&) = delete;
  ~TemporaryAddresses();

  const TemporaryCounters& counters() const { return counters_; }

 private:
  struct Network {
    std::uint64_t prefix = 0;
    kernel::Instant preferred_until = {};
    kernel::Instant valid_until = {};
    kernel::Instant next = kernel::kNever;  // address is made then; kNever: given up
    std::uint8_t duplicates = 0;            // in a row
  };
  struct Temporary {
    Ipv6Address address = {};
    kernel::Instant preferred_limit = {};  // whatever routers say
    kernel::Instant valid_limit = {};
  };

  void OnNetwork(std::uint64_t prefix, kernel::Instant preferred_until, kernel::Instant valid_until) override;
  bool OnDuplicate(const Ipv6Address& address) override;
  void OnReady(const Ipv6Address& address) override;
  static void OnTimer(Timer& timer, kernel::Instant now);

  Network* FindNetwork(std::uint64_t prefix);
  void Make(Network& network, kernel::Instant now);
  void Refresh(kernel::Instant now);
  void Schedule();
  Context& context() const;

  Autoconfigurator& configurator_;
  std::array<Network, kMostNetworks> networks_ = {};
  std::size_t network_count_ = 0;
  std::array<Temporary, kMost> addresses_ = {};
  std::size_t count_ = 0;
  TemporaryCounters counters_;
};

}  // namespace net::ndp

#endif  // ENKEL_NET_NDP_TEMPORARY_H_
