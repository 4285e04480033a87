// A segment that arrived, taken apart. [RFC9293] 3.3.1, "current segment variables"
#ifndef ENKEL_NET_TCP_SEGMENT_H_
#define ENKEL_NET_TCP_SEGMENT_H_

#include <cstdint>

#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/sequence.h"
#include "net/wire/tcp.h"

namespace net::tcp {

struct Segment {
  wire::Tcp header;
  wire::TcpOptions options;
  Packet payload;  // the header is dropped; no packet: there is none
  std::uint32_t payload_size = 0;
  const IpReceived& received;

  Sequence sequence() const { return {header.sequence}; }              // SEG.SEQ
  Sequence acknowledgment() const { return {header.acknowledgment}; }  // SEG.ACK
  bool Has(wire::TcpFlags all) const { return header.flags.Has(all); }
  // SEG.LEN: SYN and FIN count.
  std::uint32_t length() const { return payload_size + (Has(wire::kSyn) ? 1 : 0) + (Has(wire::kFin) ? 1 : 0); }
  Sequence end() const { return sequence() + length(); }
  // The router marked it "congestion experienced". [RFC3168] 5
  bool IsMarked() const { return (received.traffic_class & 3) == 3; }
  Endpoint local() const { return {received.destination, header.destination_port}; }
  Endpoint remote() const { return {received.source, header.source_port}; }
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_SEGMENT_H_
