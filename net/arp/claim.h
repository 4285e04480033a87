// The claim to an IPv4 address: nobody else has it (probes), it is ours (announcements), and it stays ours (defence).
// [RFC5227]
#ifndef ENKEL_NET_ARP_CLAIM_H_
#define ENKEL_NET_ARP_CLAIM_H_

#include <cstdint>

#include "kernel/base/time.h"
#include "net/arp/arp.h"
#include "net/interface/interface.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/arp.h"

namespace net::arp {

// Whoever configures addresses. May start and stop the claim it is told of.
class ClaimObserver {
 public:
  // Nobody objected: the address may be used from now on.
  virtual void OnClaimed(Claim& claim) = 0;

  // Somebody else has it. The claim is stopped, and the address must not be used any more.
  virtual void OnConflict(Claim& claim) = 0;

 protected:
  ~ClaimObserver() = default;
};

class Claim : private Timer {
 public:
  // [RFC5227] 1.1
  static constexpr kernel::Duration kProbeWait = kernel::Duration::Seconds(1);  // at most, before the first
  static constexpr int kProbes = 3;
  static constexpr kernel::Duration kProbeLeast = kernel::Duration::Seconds(1);
  static constexpr kernel::Duration kProbeMost = kernel::Duration::Seconds(2);
  static constexpr kernel::Duration kAnnounceWait = kernel::Duration::Seconds(2);
  static constexpr int kAnnouncements = 2;
  static constexpr kernel::Duration kAnnounceInterval = kernel::Duration::Seconds(2);
  static constexpr int kMostConflicts = 10;
  static constexpr kernel::Duration kRateLimit = kernel::Duration::Seconds(60);  // after so many conflicts
  static constexpr kernel::Duration kDefendInterval = kernel::Duration::Seconds(10);

  enum class State : std::uint8_t { kStopped, kProbing, kAnnouncing, kHeld };

  // What a holder does when a second conflict follows within kDefendInterval. [RFC5227] 2.4
  enum class Defence : std::uint8_t {
    kYield,   // (b): gives the address up
    kInsist,  // (c): keeps it; for hosts that others know by it
  };

  // Both outlive it.
  Claim(Arp& arp, ClaimObserver& observer) : Timer(OnTimer), arp_(arp), observer_(observer) {}
  ~Claim() { Stop(); }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  // Begins to probe for `address`. CHECKs that it is stopped.
  void Start(Interface& interface, Ipv4Address address, Defence defence = Defence::kYield);

  // Forgets the address; conflicts are counted on, for the rate limit.
  void Stop();

  State state() const { return state_; }
  Interface& interface() const { return *interface_; }  // unless it never was started
  Ipv4Address address() const { return address_; }
  int conflicts() const { return conflicts_; }  // since the last success

 private:
  friend class Arp;

  static void OnTimer(Timer& timer, kernel::Instant now);
  void Probe();
  void Announce();
  bool IsConflictWith(const wire::Arp& arp) const;
  void OnConflict();
  kernel::Duration RandomBetween(kernel::Duration least, kernel::Duration most);

  Arp& arp_;
  ClaimObserver& observer_;
  Claim* next_ = nullptr;
  Interface* interface_ = nullptr;
  Ipv4Address address_;
  State state_ = State::kStopped;
  Defence defence_ = Defence::kYield;
  std::uint8_t sent_ = 0;  // probes, or announcements
  int conflicts_ = 0;
  bool was_defended_ = false;
  kernel::Instant last_defence_;
};

}  // namespace net::arp

#endif  // ENKEL_NET_ARP_CLAIM_H_
