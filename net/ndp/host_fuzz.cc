// A whole IPv6 host on a link where anybody may say anything: packets with any extension headers, fragments, messages
// of neighbours, routers and listeners with right checksums, time that passes, groups and packets of our own.
//
// Whatever comes: tables keep to their caps, what is sent is well-formed and not from a foreign address, and nothing is
// lost of the pools.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <source_location>
#include <span>

#include "kernel/base/time.h"
#include "net/mld/mld.h"
#include "net/ndp/autoconfigurator.h"
#include "net/ndp/temporary.h"
#include "net/ndp/test_link.h"

namespace {

using net::Ipv6Address;
using net::ipv6::Bytes;
using net::wire::IpProtocol;

void Require(bool promise, std::source_location where = std::source_location::current()) {
  if (promise) return;
  std::fprintf(stderr, "%s:%u: the promise was not kept\n", where.file_name(), static_cast<unsigned>(where.line()));
  std::abort();
}

class Reader {
 public:
  Reader(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}
  bool IsEmpty() const { return rest_.empty(); }
  std::uint8_t Byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_[0];
    rest_ = rest_.subspan(1);
    return byte;
  }
  Bytes Take(std::size_t count) {
    const auto part = std::as_bytes(rest_.first(std::min(count, rest_.size())));
    rest_ = rest_.subspan(part.size());
    return {part.begin(), part.end()};
  }

 private:
  std::span<const std::uint8_t> rest_;
};

class Host {
 public:
  Host() : configurator_(link_.ndp, link_.link, nullptr), reporter_(link_.link), mld_(link_.icmpv6) {
    link_.AddAddresses();
    mld_.Add(reporter_);
    configurator_.Start();
  }

  void Step(Reader& input) {
    const std::uint8_t kind = input.Byte();
    switch (kind % 8) {
      case 0:
        Pass(kernel::Duration::Milliseconds(input.Byte() * 100));
        break;
      case 1:
        Pass(kernel::Duration::Seconds(input.Byte() * 30));
        break;
      case 2:
        (void)link_.SendUdp(AddressAt(input.Byte()), input.Byte() * 16u);
        break;
      case 3: {
        Ipv6Address group = net::kAllNodes;
        group.bytes[15] = static_cast<std::byte>(input.Byte() % 40 + 2);
        if (!link_.link.IsMember(group)) {
          (void)link_.link.JoinGroup(group);
        } else if ((kind & 8) != 0) {
          link_.link.LeaveGroup(group);
        }
        break;
      }
      default:
        Receive(input, kind);
    }
    CheckSent();
    Require(configurator_.routers() <= net::ndp::Autoconfigurator::kMostRouters);
    Require(configurator_.prefixes() <= net::ndp::Autoconfigurator::kMostPrefixes);
    Require(configurator_.redirects() <= net::ndp::Autoconfigurator::kMostRedirects);
    Require(link_.ndp.cache().size() <= 16 && link_.context->timers().running() <= 16 + 16 + 8);
    Require(link_.link.mtu() >= net::wire::kIpv6MinimumMtu && link_.link.hop_limit() >= 32);
    Require(link_.ip.IsOurs(net::IpAddress(net::ipv6::kOwn)));  // nobody takes it from us
  }

  // Time heals: what strangers said is forgotten.
  void End() {
    for (int i = 0; i < 3; ++i) link_.Advance(kernel::Duration::Seconds(100'000));
    link_.TakeAll();
    Require(link_.ip.reassembly().datagrams() == 0);
    Require(configurator_.routers() == 0);
  }

 private:
  // One that matters here, or any.
  Ipv6Address AddressAt(std::uint8_t choice) {
    const auto own = link_.ip.addresses().all();
    switch (choice % 8) {
      case 0:
        return net::ipv6::kOwn;
      case 1:
        return net::ipv6::kPeer;
      case 2:
        return net::ipv6::kRouter;
      case 3:
        return net::kAllNodes;
      case 4:
        return {};
      case 5:
        return own[choice / 8 % own.size()].address;
      case 6:
        return net::SolicitedNode(own[choice / 8 % own.size()].address);
      default:
        return Ipv6Address::Of(0x2001, 0xdb8, 0, choice, 0, 0, 0, choice);
    }
  }

  void Receive(Reader& input, std::uint8_t kind) {
    const Ipv6Address source = AddressAt(input.Byte());
    const Ipv6Address destination = AddressAt(input.Byte());
    const std::uint8_t next = input.Byte();
    constexpr std::array<std::uint8_t, 4> kHopLimits = {255, 1, 64, 0};
    Bytes payload = input.Take(input.Byte() + (kind & 16 ? 256u : 0u));
    link_.slice_size = (kind & 32) != 0 ? 4096 : 17 + kind;
    IpProtocol protocol = static_cast<IpProtocol>(next);
    if (kind % 8 >= 5) {
      protocol = IpProtocol::kIcmpv6;
      constexpr std::array<std::uint8_t, 8> kTypes = {133, 134, 135, 136, 137, 130, 128, 2};
      if (payload.size() >= 8) {
        payload[0] = static_cast<std::byte>(kTypes[next % 8]);
        payload[1] = std::byte{0};
        net::wire::StoreBig(&payload[2], std::uint16_t{0});
        // Often about an address of ours, or from one that we asked.
        if ((next & 8) != 0 && payload.size() >= 24)
          AddressAt(static_cast<std::uint8_t>(payload[4])).Store(&payload[8]);
        net::wire::Checksum sum =
            net::wire::PseudoHeader(source, destination, protocol, static_cast<std::uint32_t>(payload.size()));
        sum.Add(payload);
        net::wire::StoreBig(&payload[2], sum.Finish());
      }
    } else if (next % 2 == 0) {
      constexpr std::array<IpProtocol, 4> kProtocols = {IpProtocol::kHopByHop, IpProtocol::kFragment,
                                                        IpProtocol::kDestinationOptions, IpProtocol::kRouting};
      protocol = kProtocols[next / 2 % 4];
    }
    if (source.IsMulticast()) return;
    const net::MacAddress mac = destination.IsMulticast() ? net::MacOfGroup(destination) : net::TestDevice::kMac;
    link_.Receive({.next_header = protocol,
                   .hop_limit = kHopLimits[kind % 8 >= 5 ? (next >> 4) % 16 == 15 : next % 4],
                   .source = source,
                   .destination = destination},
                  payload, mac);
  }

  // Lets time pass. What a timer sends is looked at before the next one runs: an address that it was sent from may be
  // gone by then.
  void Pass(kernel::Duration duration) {
    net::Timers& timers = link_.context->timers();
    const kernel::Instant end = link_.context->now() + duration;
    while (timers.NextDeadline() <= end) {
      link_.context->SetNow(timers.NextDeadline());
      timers.RunDue(link_.context->now(), 1);
      CheckSent();
    }
    link_.context->SetNow(end);
  }

  void CheckSent() {
    while (const std::optional<net::ipv6::Sent> sent = link_.Take()) {
      const net::wire::Ipv6& header = sent->header;
      Require(header.source.IsUnspecified() || link_.ip.addresses().Find(header.source) != nullptr);
      Require(!header.destination.IsUnspecified());
      const auto chain = net::wire::WalkIpv6Chain({.next_header = header.next_header}, sent->payload);
      Require(chain.has_value());
      if (chain->fragment) continue;
      net::ipv6::Sent message = *sent;
      message.header.next_header = chain->next_header;
      message.payload.erase(message.payload.begin(), message.payload.begin() + chain->size);
      if (chain->next_header == IpProtocol::kIcmpv6) Require(message.HasRightChecksum());
    }
  }

  net::ndp::TestLink link_{1, 16, 96};
  net::ndp::Autoconfigurator configurator_;
  net::ndp::TemporaryAddresses temporary_{configurator_};
  net::mld::Reporter reporter_;
  net::mld::Mld mld_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Host host;  // its pools CHECK that all came home
  Reader input(data, size);
  while (!input.IsEmpty()) host.Step(input);
  host.End();
  return 0;
}
