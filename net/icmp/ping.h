// Asks whether a host is there, and how far away. For programs.
#ifndef ENKEL_NET_ICMP_PING_H_
#define ENKEL_NET_ICMP_PING_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/icmp/icmp.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace net::icmp {

class Ping final : private EchoListener {
 public:
  struct Reply {
    Ipv4Address source;
    std::uint16_t sequence = 0;
    std::uint8_t time_to_live = 0;
    std::size_t size = 0;  // bytes of payload
    kernel::Duration round_trip;
  };
  class Observer {
   public:
    virtual void OnReply(const Reply& reply, const Packet& payload) = 0;

   protected:
    ~Observer() = default;
  };

  // Both outlive it.
  Ping(Icmp& icmp, Observer& observer) : icmp_(icmp), observer_(observer), identifier_(icmp.Add(*this)) {}
  ~Ping() { icmp_.Remove(*this); }
  Ping(const Ping&) = delete;
  Ping& operator=(const Ping&) = delete;

  // Sends an echo with `payload`; returns its sequence number. An answer counts if it comes from the host that was
  // asked, before kMostOpen more were sent. Errors: as Ip::Send.
  static constexpr std::size_t kMostOpen = 16;
  kernel::Result<std::uint16_t> Send(Ipv4Address destination, Packet payload);

 private:
  struct Open {
    bool is_open = false;
    std::uint16_t sequence = 0;
    Ipv4Address destination;
    kernel::Instant sent;
  };

  void OnEchoReply(Packet& payload, std::uint16_t sequence, const IpReceived& received) override;

  Icmp& icmp_;
  Observer& observer_;
  std::uint16_t identifier_;
  std::uint16_t next_sequence_ = 0;
  std::array<Open, kMostOpen> open_ = {};
};

}  // namespace net::icmp

#endif  // ENKEL_NET_ICMP_PING_H_
