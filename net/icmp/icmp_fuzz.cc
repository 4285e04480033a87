// Any IPv4 packets from the wire, against a whole host that is a router, too: nothing is held beyond the caps, every
// packet that leaves is a right one, and all memory comes home.
#include "net/icmp/icmp.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/interface/test_device.h"
#include "net/ipv4/forwarder.h"
#include "net/ipv4/test_host.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"

namespace {

// A header that the checks of sizes let pass: what is fuzzed comes behind.
void MakeRight(std::span<std::byte> packet) {
  if (packet.size() < 20) return;
  const std::size_t header_size =
      std::min<std::size_t>(20 + 4 * (static_cast<std::size_t>(packet[0]) & 3), packet.size() / 4 * 4);
  packet[0] = static_cast<std::byte>(0x40 | header_size / 4);
  net::wire::StoreBig(&packet[2], static_cast<std::uint16_t>(packet.size()));
  packet[10] = packet[11] = std::byte{0};
  net::wire::Checksum sum;
  sum.Add(packet.first(header_size));
  net::wire::StoreBig(&packet[10], sum.Finish());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::ipv4::TestHost;
  TestHost host;
  net::ipv4::RecordingTransport udp;
  udp.verdict = net::Transport::Verdict::kUnreachable;
  host.ipv4.Register(net::wire::IpProtocol::kUdp, udp);
  net::icmp::Icmp icmp(host.context, host.ipv4);
  net::ipv4::Forwarder forwarder(host.ipv4, &icmp.reporter());
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  for (std::size_t at = 0; at + 2 < size;) {
    const std::uint8_t kind = data[at];
    const std::size_t length = std::min<std::size_t>(data[at + 1], size - at - 2);
    if (kind % 8 == 7) {
      host.Advance(kernel::Duration::Seconds(data[at + 1]));
      at += 2;
      continue;
    }
    std::vector<std::byte> frame(14);
    net::wire::Ethernet{.destination = kind & 16 ? net::kBroadcastMac : net::TestDevice::kMac,
                        .source = TestHost::kPeerMac,
                        .type = net::wire::EtherType::kIpv4}
        .Write(frame);
    frame.insert(frame.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at + 2),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + 2 + length));
    at += 2 + length;
    const std::span<std::byte> packet = std::span(frame).subspan(14);
    if (packet.size() >= 20 && kind & 1) {
      TestHost::kPeer.Store(&packet[12]);
      if (kind & 2) TestHost::kOurs.Store(&packet[16]);
      packet[9] = static_cast<std::byte>(kind & 4 ? 1 : 17);
    }
    if ((kind & 32) == 0) MakeRight(packet);
    host.PutBytes(frame, kind & 64 ? 2048 : 17);
    (void)host.Sent();  // fails the process where a packet is not right
    if (host.ipv4.reassembly().buffers() > TestHost::kConfig.reassembly.most_buffers) std::abort();
  }
  host.Advance(kernel::Duration::Seconds(100));
  (void)host.Sent();
  if (host.context.packets().free_count() != host.context.packets().count()) std::abort();
  return 0;
}
