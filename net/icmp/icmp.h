// ICMP for IPv4: answers echoes, tells senders what became of their packets, and tells transports what others say about
// ours. [RFC792], [RFC1122] 3.2.2
#ifndef ENKEL_NET_ICMP_ICMP_H_
#define ENKEL_NET_ICMP_ICMP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/context.h"
#include "net/ip/error_limiter.h"
#include "net/ip/ip.h"
#include "net/ipv4/error_reporter.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/packet.h"
#include "net/wire/icmp.h"
#include "net/wire/ipv4.h"

namespace net::icmp {

// Messages since the stack was made.
struct Counters {
  std::uint64_t received = 0;
  std::uint64_t malformed = 0;  // too short, or what they quote is no packet
  std::uint64_t wrong_checksum = 0;
  std::uint64_t echoes = 0;          // answered
  std::uint64_t echoes_ignored = 0;  // to a group, or what found no memory
  std::uint64_t replies = 0;         // that somebody waits for
  std::uint64_t errors = 0;          // given to a transport
  std::uint64_t errors_ignored = 0;  // about what we cannot have sent
  std::uint64_t unknown = 0;         // of no use for us: redirects, timestamps, masks
  std::uint64_t sent_errors = 0;
  std::uint64_t forbidden_errors = 0;  // that nobody may send: about errors, to groups, for later fragments
  std::uint64_t limited_errors = 0;    // above the rate
};

// Whoever waits for answers to echoes of one identifier (ping.h). Leaves before it dies.
class EchoListener {
 public:
  // `payload` is what stands behind the header.
  virtual void OnEchoReply(Packet& payload, std::uint16_t sequence, const IpReceived& received) = 0;

 protected:
  ~EchoListener() = default;

 private:
  friend class Icmp;
  EchoListener* next_ = nullptr;
  std::uint16_t identifier_ = 0;
};

// Not interrupt-safe; nothing blocks or allocates.
class Icmp final : private Transport, private ipv4::ErrorReporter {
 public:
  // Registers itself with `ipv4`. Both outlive it.
  Icmp(Context& context, ipv4::Ipv4& ipv4);
  Icmp(const Icmp&) = delete;
  Icmp& operator=(const Icmp&) = delete;
  ~Icmp() = default;

  // Gives replies to `listener` that carry the identifier which it returns: a random one.
  std::uint16_t Add(EchoListener& listener);
  void Remove(EchoListener& listener);

  // For the forwarder, whose errors are told by the same rules.
  ipv4::ErrorReporter& reporter() { return *this; }

  Context& context() { return context_; }
  Ip& ip() { return ipv4_; }
  const Counters& counters() const { return counters_; }

 private:
  Verdict Receive(Packet& packet, const IpReceived& received) override;
  void OnError(const IpError&, std::span<const std::byte>) override {}
  void Report(ipv4::ErrorKind kind, std::uint32_t value, Packet packet) override;

  void ReceiveEcho(Packet& packet, const wire::Icmp& header, const IpReceived& received);
  void ReceiveEchoReply(Packet& packet, const wire::Icmp& header, const IpReceived& received);
  void ReceiveError(Packet& packet, const wire::Icmp& header, const IpReceived& received);
  bool MayReport(Packet& packet, const wire::Ipv4& header);

  Context& context_;
  ipv4::Ipv4& ipv4_;
  ErrorLimiter limiter_;
  EchoListener* listeners_ = nullptr;
  Counters counters_;
};

}  // namespace net::icmp

#endif  // ENKEL_NET_ICMP_ICMP_H_
