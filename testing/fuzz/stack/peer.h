// The other end of the cable in stack_fuzz: believes nothing of what the host sends, and knows enough of it to be
// believed.
#ifndef ENKEL_TESTING_FUZZ_STACK_PEER_H_
#define ENKEL_TESTING_FUZZ_STACK_PEER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/tcp.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/cable.h"

namespace fuzz {

// Ends the process when the promise is broken, and says where.
void Require(bool promise, int line = __builtin_LINE(), const char* file = __builtin_FILE());

class Peer final : public sim::Jack {
 public:
  static constexpr std::uint16_t kHostNumber = 1;  // of the host's addresses
  static constexpr std::uint16_t kOwnNumber = 2;

  // CHECKs that a frame of the host's is well-formed, down to its transport's checksum.
  void Arrive(const sim::Frame& frame) override;

  std::uint64_t frames() const { return frames_; }

  // Frames for the host, without checksums; empty: there is no occasion. The input says how.
  // A segment whose numbers fit those that the host sent last on one of its connections, or nearly.
  std::vector<std::byte> Segment(Input& input) const;
  // The last datagram sent back, with other bytes: where bits of the first byte say so, an identifier, a transaction
  // or a question stays.
  std::vector<std::byte> Reply(Input& input) const;
  // The neighbour's address, for the last question by ARP or neighbour discovery.
  std::vector<std::byte> Answer() const { return answer_; }

 private:
  struct Flow {
    net::Endpoint host;
    net::Endpoint peer;
    std::uint32_t end = 0;  // after the host's last segment
    std::uint32_t acknowledgment = 0;
    std::uint32_t stamp = 0;  // its last timestamp
    bool is_used = false;
  };
  struct Addresses {
    net::IpAddress source;
    net::IpAddress destination;
  };

  void TakeArp(std::span<const std::byte> packet);
  void TakeIpv4(std::span<const std::byte> frame, std::span<const std::byte> packet);
  void TakeIpv6(std::span<const std::byte> frame, std::span<const std::byte> packet);
  void TakeSolicitation(std::span<const std::byte> message, const Addresses& addresses);
  void TakeTransport(net::wire::IpProtocol protocol, std::span<const std::byte> message, const Addresses& addresses);
  void TakeSegment(std::span<const std::byte> message, const Addresses& addresses);
  void TakeDatagram(std::span<const std::byte> message, const Addresses& addresses);
  static std::vector<std::byte> FrameOf(const net::IpAddress& source, const net::IpAddress& destination,
                                        net::wire::IpProtocol protocol, std::span<const std::byte> message,
                                        std::uint8_t hop_limit = 64);

  std::uint64_t frames_ = 0;
  std::array<Flow, 8> flows_;
  std::size_t next_flow_ = 0;
  net::Endpoint datagram_source_;
  net::Endpoint datagram_destination_;
  std::vector<std::byte> datagram_;  // its payload
  std::vector<std::byte> answer_;
};

}  // namespace fuzz

#endif  // ENKEL_TESTING_FUZZ_STACK_PEER_H_
