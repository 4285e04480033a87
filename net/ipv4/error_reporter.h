// What IPv4 asks of ICMP and of group membership, which register themselves if a program has them.
#ifndef ENKEL_NET_IPV4_ERROR_REPORTER_H_
#define ENKEL_NET_IPV4_ERROR_REPORTER_H_

#include <cstdint>

#include "net/interface/interface.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace net::ipv4 {

// Why a packet was not delivered or passed on.
enum class ErrorKind : std::uint8_t {
  kNetworkUnreachable,
  kHostUnreachable,
  kProtocolUnreachable,
  kPortUnreachable,
  kMustFragment,  // `value`: bytes that the next link carries
  kProhibited,
  kHopsExceeded,
  kReassemblyExceeded,
  kParameterProblem,  // `value`: bytes from the packet's front
};

class ErrorReporter {
 public:
  // Tells the sender of `packet`, which begins with its IP header, if it may be told. Called for packets that came in a
  // frame to a single host.
  virtual void Report(ErrorKind kind, std::uint32_t value, Packet packet) = 0;

 protected:
  ~ErrorReporter() = default;
};

// Whoever tells routers which groups we are in.
class GroupListener {
 public:
  // The first join, or the last leave.
  virtual void OnGroupChange(Interface& interface, Ipv4Address group, bool is_member) = 0;

 protected:
  ~GroupListener() = default;
};

}  // namespace net::ipv4

#endif  // ENKEL_NET_IPV4_ERROR_REPORTER_H_
