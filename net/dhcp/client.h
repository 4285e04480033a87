// The DHCP client: gets an address for one interface, keeps it, and gives it back. [RFC2131] 4.4
//
// A state machine that knows no socket and no interface: messages come in by Receive, time by the context's timer, and
// all that it wants goes to its observer (net/dhcp/configurator.h joins both to a stack).
#ifndef ENKEL_NET_DHCP_CLIENT_H_
#define ENKEL_NET_DHCP_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/context.h"
#include "net/dhcp/lease.h"
#include "net/timers.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"

namespace net::dhcp {

// What a client asks of its owner. Each may call the client back at once.
class ClientObserver {
 public:
  // Has a message sent from port 68 to port 67. `source` is 0.0.0.0 where the client has no address.
  virtual void SendDhcp(const wire::Dhcp& message, Ipv4Address source, Ipv4Address destination) = 0;

  // Has an address probed for another user [RFC5227] 2.1.1; OnProbed tells the end, unless StopProbe comes first.
  virtual void Probe(Ipv4Address address) = 0;
  virtual void StopProbe() = 0;

  // The interface has this lease now; it may have had another address, or the same, before.
  virtual void OnBound(const Lease& lease) = 0;

  // The interface has no lease any more, and may not use its address.
  virtual void OnLost() = 0;

 protected:
  ~ClientObserver() = default;
};

// Messages that came, by what became of them, and what went wrong.
struct ClientCounters {
  std::uint64_t accepted = 0;
  std::uint64_t malformed = 0;
  std::uint64_t foreign = 0;     // for another client, of another exchange or from another server than was asked
  std::uint64_t unexpected = 0;  // not an answer to anything in this state
  std::uint64_t refused = 0;     // a lease that nobody can use
  std::uint64_t naks = 0;
  std::uint64_t conflicts = 0;  // addresses that somebody had already
};

// Not interrupt-safe; nothing blocks or allocates.
class Client final : private Timer {
 public:
  // [RFC2131] figure 5, and kProbing between REQUESTING or REBOOTING and BOUND.
  enum class State : std::uint8_t {
    kStopped,
    kInit,  // waits before it begins
    kSelecting,
    kRequesting,
    kRebooting,
    kProbing,
    kBound,
    kRenewing,
    kRebinding,
  };

  // Both must outlive it.
  Client(Context& context, MacAddress mac, ClientObserver& observer);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  // Begins, in INIT-REBOOT where `previous` is an address that the host had. The wait of 1 to 10 s before the first
  // message, which [RFC2131] 4.4.1 would like, is left out: it is for offices after a power cut, and would be most of
  // an image's start.
  void Start(Ipv4Address previous = {});

  // Forgets all without a word to the server; OnLost comes where there was a lease.
  void Stop();

  // Gives the lease back and stops.
  void Release();

  // The cable is in again: asks whether the lease still holds on this network, and uses it meanwhile.
  void OnLinkUp();

  // What came to port 68.
  void Receive(std::span<const std::byte> bytes);

  // The end of Probe: nobody has the address, or somebody does.
  void OnProbed(bool is_free);

  // Somebody else uses the address of the lease, and it could not be defended.
  void OnConflict();

  State state() const { return state_; }
  bool has_lease() const { return has_lease_; }
  const Lease& lease() const { return lease_; }  // of one that has it
  const ClientCounters& counters() const { return counters_; }

 private:
  static void OnTimer(Timer& timer, kernel::Instant now);
  void OnTimer(kernel::Instant now);
  void SetState(State state);
  void SetTimer(kernel::Duration wait);
  kernel::Duration Backoff();
  kernel::Duration HalfUntil(kernel::Instant end);

  void Begin(kernel::Duration wait);
  void Discover();
  void Request(State state);
  void Repeat(int most_attempts);
  void RequestAgain();
  void Resume();
  void Bind();
  void LoseLease();
  void Decline(const Lease& lease);

  void OnOffer(const wire::Dhcp& message);
  void OnAck(const wire::Dhcp& message);
  void OnNak(const wire::Dhcp& message);
  bool IsFromAsked(const wire::Dhcp& message) const;

  wire::Dhcp NewMessage(wire::Dhcp::Type type) const;
  void SendDiscover();
  void SendRequest();

  Context& context_;
  ClientObserver& observer_;
  const MacAddress mac_;
  State state_ = State::kStopped;
  std::uint32_t xid_ = 0;
  int attempts_ = 0;  // messages of this exchange
  int naks_in_a_row_ = 0;
  kernel::Instant began_;      // the exchange, for `seconds`
  kernel::Instant asked_;      // from when on a lease would count
  Ipv4Address wanted_;         // what was offered, or what the host had
  Ipv4Address wanted_server_;  // who offered it
  Lease candidate_;            // acknowledged, being probed
  Lease lease_;
  bool has_lease_ = false;
  ClientCounters counters_;
};

}  // namespace net::dhcp

#endif  // ENKEL_NET_DHCP_CLIENT_H_
