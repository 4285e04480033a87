// Asks whether a host is there, and how far away, over IPv6. For programs. [RFC4443] 4
#ifndef ENKEL_NET_ICMPV6_PING_H_
#define ENKEL_NET_ICMPV6_PING_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/icmpv6/icmpv6.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"

namespace net::icmpv6 {

class Ping;

// Gives answers to whoever asked. One a stack, for all its pings; outlived by ICMPv6.
class EchoReplies final : private MessageReceiver {
 public:
  explicit EchoReplies(Icmpv6& icmpv6) : icmpv6_(icmpv6) { icmpv6.Register(wire::Icmpv6Type::kEchoReply, *this); }
  EchoReplies(const EchoReplies&) = delete;
  EchoReplies& operator=(const EchoReplies&) = delete;

 private:
  friend class Ping;

  void Receive(Packet& packet, const wire::Icmpv6& header, const IpReceived& received) override;
  Ping* Find(std::uint16_t identifier) const;  // null: nobody

  Icmpv6& icmpv6_;
  Ping* pings_ = nullptr;
};

// Not interrupt-safe; nothing blocks or allocates.
class Ping final {
 public:
  struct Reply {
    Ipv6Address source;
    std::uint16_t sequence = 0;
    std::uint8_t hop_limit = 0;
    std::size_t size = 0;  // bytes of payload
    kernel::Duration round_trip;
  };
  class Observer {
   public:
    virtual void OnReply(const Reply& reply, const Packet& payload) = 0;

   protected:
    ~Observer() = default;
  };

  // Both outlive it. Its identifier is a random one that nobody else has.
  Ping(EchoReplies& replies, Observer& observer);
  ~Ping();
  Ping(const Ping&) = delete;
  Ping& operator=(const Ping&) = delete;

  // Sends an echo with `payload`; returns its sequence number. An answer counts if it comes from the host that was
  // asked, before kMostOpen more were sent. Errors: as Ip::Send.
  static constexpr std::size_t kMostOpen = 16;
  kernel::Result<std::uint16_t> Send(const Ipv6Address& destination, Packet payload);

 private:
  friend class EchoReplies;
  struct Open {
    bool is_open = false;
    std::uint16_t sequence = 0;
    Ipv6Address destination;
    kernel::Instant sent;
  };

  void OnReply(Packet& payload, std::uint16_t sequence, const IpReceived& received);

  EchoReplies& replies_;
  Observer& observer_;
  Ping* next_ = nullptr;
  std::uint16_t identifier_ = 0;
  std::uint16_t next_sequence_ = 0;
  std::array<Open, kMostOpen> open_ = {};
};

}  // namespace net::icmpv6

#endif  // ENKEL_NET_ICMPV6_PING_H_
