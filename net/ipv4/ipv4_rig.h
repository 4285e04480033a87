// What the tests of both ways through IPv4 begin with: a host, its peer, a transport and a reporter that remember.
#ifndef ENKEL_NET_IPV4_IPV4_RIG_H_
#define ENKEL_NET_IPV4_IPV4_RIG_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/base/result.h"
#include "net/interface/test_device.h"
#include "net/ip/ip.h"
#include "net/ipv4/error_reporter.h"
#include "net/ipv4/test_host.h"
#include "net/packet/packet.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"

namespace net::ipv4 {

inline constexpr auto kOurs = TestHost::kOurs;
inline constexpr auto kPeer = TestHost::kPeer;
inline constexpr auto kFar = TestHost::kFar;

class RecordingReporter final : public ErrorReporter {
 public:
  void Report(ErrorKind kind, std::uint32_t value, Packet packet) override {
    kinds.push_back(kind);
    values.push_back(value);
    packets.push_back(BytesOf(packet));
  }
  std::vector<ErrorKind> kinds;
  std::vector<std::uint32_t> values;
  std::vector<std::vector<std::byte>> packets;
};

class Ipv4Test : public testing::Test {
 protected:
  Ipv4Test() {
    host_.ipv4.Register(wire::IpProtocol::kUdp, udp_);
    host_.ipv4.UseErrorReporter(reporter_);
  }

  static wire::Ipv4 HeaderTo(Ipv4Address destination, Ipv4Address source = kPeer) {
    return {.protocol = wire::IpProtocol::kUdp, .source = source, .destination = destination};
  }
  // Whether a packet with these addresses reaches the transport.
  bool Arrives(const wire::Ipv4& header, const MacAddress& to = TestDevice::kMac) {
    const std::size_t before = udp_.packets.size();
    host_.Put(header, TestHost::Payload(20), to);
    host_.Poll();
    return udp_.packets.size() > before;
  }
  kernel::Result<void> Send(Ipv4Address destination, std::size_t size, IpSend send = {}) {
    send.destination = destination;
    send.protocol = wire::IpProtocol::kUdp;
    return host_.ipv4.Send(host_.context.PacketOf(TestHost::Payload(size)), send);
  }

  TestHost host_;
  RecordingTransport udp_;
  RecordingReporter reporter_;
};

}  // namespace net::ipv4

#endif  // ENKEL_NET_IPV4_IPV4_RIG_H_
