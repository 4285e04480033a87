// ICMPv6: answers echoes, reports errors, and hands what others report to the transports. [RFC4443]
#ifndef ENKEL_NET_ICMPV6_ICMPV6_H_
#define ENKEL_NET_ICMPV6_ICMPV6_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/ip/error_limiter.h"
#include "net/ip/ip.h"
#include "net/ipv6/ipv6.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/icmpv6.h"

namespace net::icmpv6 {

// Since ICMPv6 was made.
struct Counters {
  std::uint64_t received = 0;
  std::uint64_t malformed = 0;
  std::uint64_t wrong_checksum = 0;
  std::uint64_t unknown_type = 0;
  std::uint64_t echoes = 0;          // that were answered
  std::uint64_t errors = 0;          // of others, handed to a transport
  std::uint64_t foreign_errors = 0;  // about what we never sent
  std::uint64_t reported = 0;
  std::uint64_t not_reported = 0;  // an error about what no error may be about
  std::uint64_t limited = 0;       // too many messages
};

// Who takes messages of one type: neighbour discovery, listener discovery, a program that sends echoes.
class MessageReceiver {
 public:
  // `packet` begins with the message, whose checksum is right.
  virtual void Receive(Packet& packet, const wire::Icmpv6& header, const IpReceived& received) = 0;

 protected:
  ~MessageReceiver() = default;
};

// Registers itself with IPv6. Not interrupt-safe; nothing blocks or allocates.
class Icmpv6 final : private Transport, private ipv6::ProblemReporter {
 public:
  explicit Icmpv6(ipv6::Ipv6& ipv6);
  ~Icmpv6() { ipv6_.SetReporter(nullptr); }
  Icmpv6(const Icmpv6&) = delete;
  Icmpv6& operator=(const Icmpv6&) = delete;

  // Messages of `type`, from 129 to 143, go to `receiver`. CHECKs that nobody has them.
  void Register(wire::Icmpv6Type type, MessageReceiver& receiver);

  // Sends a message that begins with its ICMPv6 header; the checksum is added. Errors: as Ip::Send.
  kernel::Result<void> Send(Packet message, const IpSend& send);

  // How a message goes to a neighbour or a group of a link, past routes and the choice of a source.
  struct Local {
    ipv6::Link& link;
    Ipv6Address source = {};  // unspecified: the packet has none
    Ipv6Address destination = {};
    std::uint8_t hop_limit = 255;
    bool has_router_alert = false;  // [RFC2711]
  };

  // Sends a message that begins with its ICMPv6 header, all in its header part. Errors: as Ip::Send.
  kernel::Result<void> SendLocal(Packet message, const Local& local);

  ipv6::Ipv6& ipv6() { return ipv6_; }
  const Counters& counters() const { return counters_; }

 private:
  static constexpr std::size_t kFirstType = 128;
  static constexpr std::size_t kTypes = 16;

  Verdict Receive(Packet& packet, const IpReceived& received) override;
  void OnError(const IpError& error, std::span<const std::byte> quoted) override;
  void Report(const ipv6::Problem& problem, const ipv6::Arrival& arrival, std::span<const std::byte> headers,
              const Packet& rest) override;

  void AnswerEcho(Packet& packet, const wire::Icmpv6& header, const IpReceived& received);
  void ReceiveError(const Packet& packet, const wire::Icmpv6& header, const IpReceived& received);

  ipv6::Ipv6& ipv6_;
  ErrorLimiter limiter_;
  std::array<MessageReceiver*, kTypes> receivers_ = {};
  Counters counters_;
};

}  // namespace net::icmpv6

#endif  // ENKEL_NET_ICMPV6_ICMPV6_H_
