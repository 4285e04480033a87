// An address without a server: one of 169.254/16 that nobody else on the link has. [RFC3927]
//
// A state machine like the DHCP client: it chooses addresses, and its owner has them probed and defended
// (net/arp/conflict.h does) and configured.
#ifndef ENKEL_NET_LINK_LOCAL_LINK_LOCAL_H_
#define ENKEL_NET_LINK_LOCAL_LINK_LOCAL_H_

#include <cstdint>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::link_local {

inline constexpr std::uint8_t kPrefixLength = 16;

class LinkLocalObserver {
 public:
  // Has an address probed [RFC5227] 2.1.1; OnProbed tells the end, unless StopProbe comes first. May call it at once.
  virtual void Probe(Ipv4Address address) = 0;
  virtual void StopProbe() = 0;

  // The interface has this address with kPrefixLength now, or none any more.
  virtual void OnAddress(Ipv4Address address) = 0;
  virtual void OnLost() = 0;

 protected:
  ~LinkLocalObserver() = default;
};

// Not interrupt-safe; nothing blocks or allocates.
class LinkLocal final : private Timer {
 public:
  // Both must outlive it.
  LinkLocal(Context& context, MacAddress mac, LinkLocalObserver& observer);
  LinkLocal(const LinkLocal&) = delete;
  LinkLocal& operator=(const LinkLocal&) = delete;
  ~LinkLocal();

  // Nothing happens where it runs already.
  void Start();
  void Stop();

  void OnProbed(bool is_free);
  // Somebody else uses the address, and it could not be defended. [RFC3927] 2.5
  void OnConflict();

  bool is_running() const { return state_ != State::kStopped; }
  bool has_address() const { return state_ == State::kConfigured; }
  Ipv4Address address() const { return address_; }
  std::uint64_t conflicts() const { return conflicts_; }

 private:
  enum class State : std::uint8_t { kStopped, kWaiting, kProbing, kConfigured };

  static void OnTimer(Timer& timer, kernel::Instant now);
  void ProbeNext();
  void TryAnother();

  Context& context_;
  LinkLocalObserver& observer_;
  const MacAddress mac_;
  State state_ = State::kStopped;
  Ipv4Address address_;
  std::uint32_t tries_ = 0;      // addresses chosen since this object was made
  std::uint64_t conflicts_ = 0;  // the same
  std::uint32_t conflicts_in_a_row_ = 0;
};

}  // namespace net::link_local

#endif  // ENKEL_NET_LINK_LOCAL_LINK_LOCAL_H_
