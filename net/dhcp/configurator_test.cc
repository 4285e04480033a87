#include "net/dhcp/configurator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/dhcp/client.h"
#include "net/interface/interface.h"
#include "net/interface/test_device.h"
#include "net/ipv4/ipv4.h"
#include "net/route/table.h"
#include "net/stack/stack.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "net/wire/arp.h"
#include "net/wire/dhcp.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/udp.h"

namespace net::dhcp {
namespace {

using kernel::Duration;
using kernel::Instant;
using wire::Dhcp;

constexpr Ipv4Address kServer = Ipv4Address::Of(192, 0, 2, 1);
constexpr Ipv4Address kAddress = Ipv4Address::Of(192, 0, 2, 100);
constexpr MacAddress kServerMac = {{std::byte{2}, {}, {}, {}, {}, std::byte{7}}};

// An interface on a wire where the test is the server, and everybody else.
class ConfiguratorTest : public testing::Test, protected ConfigurationObserver {
 protected:
  ConfiguratorTest() {
    ipv4_.Attach(interface_);
    stack_.Add(interface_);
  }
  ~ConfiguratorTest() override {
    configurator_.Stop();
    while (device_.Take()) continue;
  }

  void OnConfiguration() override { ++changes_; }

  // Lets time pass; what is sent is answered by `serve_` and by who has addresses.
  void Pass(Duration duration) {
    const Instant end = now_ + duration;
    while (true) {
      const Instant next = stack_.Poll(now_);
      const bool was_sent = device_.waiting() > 0;
      while (Packet frame = device_.Take()) OnFrame(BytesOf(frame));
      if (was_sent || next <= now_ || context_.TakeWakeUp()) continue;
      if (next > end) break;
      now_ = next;
    }
    now_ = end;
    stack_.Poll(now_);
  }

  void OnFrame(const std::vector<std::byte>& frame) {
    const auto ethernet = wire::Ethernet::Parse(frame);
    ASSERT_TRUE(ethernet);
    const auto payload = std::span(frame).subspan(ethernet->size());
    if (ethernet->type == wire::EtherType::kArp) return OnArp(*wire::Arp::Parse(payload));
    if (ethernet->type != wire::EtherType::kIpv4) return;
    const auto header = wire::Ipv4::Parse(payload, payload.size());
    ASSERT_TRUE(header);
    const auto message = Dhcp::Parse(payload.subspan(header->header_size + wire::kUdpSize));
    ASSERT_TRUE(message);
    last_source_ = header->source;
    types_.push_back(message->type);
    if (serves_) Serve(*message);
  }

  void OnArp(const wire::Arp& arp) {
    const bool is_taken = taken_ && taken_(arp.target);
    if (arp.operation != wire::Arp::Operation::kRequest || !(is_taken || arp.target == kServer)) return;
    const wire::Arp reply = {.operation = wire::Arp::Operation::kReply,
                             .sender_mac = kServerMac,
                             .sender = arp.target,
                             .target_mac = arp.sender_mac,
                             .target = arp.sender};
    std::vector<std::byte> bytes(wire::kArpSize);
    reply.Write(bytes);
    Put(bytes, arp.sender_mac, wire::EtherType::kArp);
  }

  void Serve(const Dhcp& message) {
    Dhcp reply = {.operation = Dhcp::Operation::kReply,
                  .type = message.type == Dhcp::Type::kDiscover ? Dhcp::Type::kOffer : Dhcp::Type::kAck,
                  .xid = message.xid,
                  .your = kAddress,
                  .hardware = message.hardware,
                  .server = kServer,
                  .lease_seconds = 600,
                  .prefix_length = 24,
                  .mtu = 1400};
    reply.routers = {.addresses = {kServer}, .count = 1};
    reply.name_servers = {.addresses = {kServer}, .count = 1};
    if (message.type != Dhcp::Type::kDiscover && message.type != Dhcp::Type::kRequest) return;
    std::array<std::byte, wire::kLargestDhcp> bytes;
    const std::size_t size = reply.Write(bytes);
    std::vector<std::byte> packet(wire::kIpv4Size + wire::kUdpSize + size);
    wire::Ipv4 header = {.protocol = wire::IpProtocol::kUdp,
                         .source = kServer,
                         .destination = message.wants_broadcast ? Ipv4Address{0xffff'ffff} : kAddress};
    header.total_size = static_cast<std::uint16_t>(packet.size());
    header.Write(packet);
    wire::Udp{.source_port = wire::kDhcpServerPort,
              .destination_port = wire::kDhcpClientPort,
              .size = static_cast<std::uint16_t>(wire::kUdpSize + size)}
        .Write(std::span(packet).subspan(wire::kIpv4Size));
    std::ranges::copy(std::span(bytes).first(size), &packet[wire::kIpv4Size + wire::kUdpSize]);
    Put(packet, message.wants_broadcast ? kBroadcastMac : TestDevice::kMac, wire::EtherType::kIpv4);
  }

  void Put(std::span<const std::byte> payload, const MacAddress& destination, wire::EtherType type) {
    Packet frame = context_.PacketOf(payload);
    const wire::Ethernet header = {.destination = destination, .source = kServerMac, .type = type};
    header.Write(frame.Prepend(wire::kEthernetSize));
    device_.Put(std::move(frame));
  }

  TestContext context_;
  Instant now_;
  TestDevice device_;
  Interface interface_{context_, device_, {.index = 1}};
  std::array<RouteTable::Entry, 8> route_entries_;
  RouteTable routes_{context_.random(), route_entries_};
  std::vector<std::byte> storage_ = std::vector<std::byte>(ipv4::Ipv4::StorageFor({}));
  ipv4::Ipv4 ipv4_{context_, routes_, {}, storage_};
  Stack stack_{context_};
  std::array<udp::Socket*, 16> buckets_ = {};
  udp::Udp udp_{context_, ipv4_, buckets_};
  Configurator configurator_{ipv4_, udp_, interface_, *this};
  bool serves_ = true;
  std::function<bool(Ipv4Address)> taken_;
  std::vector<Dhcp::Type> types_;
  Ipv4Address last_source_;
  int changes_ = 0;
};

TEST_F(ConfiguratorTest, ALeaseBringsAnAddressARouteAnMtuAndNameServers) {
  ASSERT_TRUE(configurator_.Start());
  EXPECT_FALSE(configurator_.Start());
  Pass(Duration::Seconds(8));
  EXPECT_EQ(configurator_.address(), kAddress);
  EXPECT_TRUE(ipv4_.IsOurs(kAddress));
  EXPECT_EQ(interface_.mtu(), 1400);
  const Route* const route = routes_.Find(Ipv4Address::Of(198, 51, 100, 1));
  ASSERT_NE(route, nullptr);
  EXPECT_EQ(route->gateway, IpAddress(kServer));
  ASSERT_NE(configurator_.lease(), nullptr);
  EXPECT_EQ(configurator_.lease()->name_servers.count, 1);
  EXPECT_EQ(changes_, 1);
  EXPECT_FALSE(configurator_.link_local().is_running());
}

TEST_F(ConfiguratorTest, ARenewalComesFromTheAddressAndChangesNothing) {
  ASSERT_TRUE(configurator_.Start());
  Pass(Duration::Seconds(10));
  types_.clear();
  Pass(Duration::Seconds(300));
  EXPECT_EQ(types_, (std::vector{Dhcp::Type::kRequest}));
  EXPECT_EQ(last_source_, kAddress);
  EXPECT_EQ(configurator_.client().state(), Client::State::kBound);
  EXPECT_TRUE(ipv4_.IsOurs(kAddress));
}

TEST_F(ConfiguratorTest, WithoutAServerItHelpsItselfAndGoesOnAsking) {
  serves_ = false;
  ASSERT_TRUE(configurator_.Start());
  Pass(Duration::Seconds(9));
  EXPECT_TRUE(configurator_.address().IsUnspecified());
  Pass(Duration::Seconds(11));
  const Ipv4Address own = configurator_.address();
  EXPECT_TRUE(own.IsLinkLocal());
  EXPECT_TRUE(ipv4_.IsOurs(own));
  EXPECT_EQ(routes_.Find(Ipv4Address::Of(198, 51, 100, 1)), nullptr);

  serves_ = true;  // the server is back
  Pass(Duration::Seconds(80));
  EXPECT_EQ(configurator_.address(), kAddress);
  EXPECT_FALSE(ipv4_.IsOurs(own));
  EXPECT_FALSE(configurator_.link_local().is_running());
}

TEST_F(ConfiguratorTest, AnAddressThatSomebodyHasIsDeclinedAndAnotherChosen) {
  taken_ = [](Ipv4Address address) { return address == kAddress; };
  ASSERT_TRUE(configurator_.Start());
  Pass(Duration::Seconds(8));
  EXPECT_TRUE(configurator_.address().IsUnspecified());
  EXPECT_EQ(types_.at(2), Dhcp::Type::kDecline);
  EXPECT_FALSE(ipv4_.IsOurs(kAddress));

  // The same without a server: addresses are tried until one is free.
  serves_ = false;
  int asked = 0;
  Ipv4Address last;
  taken_ = [&](Ipv4Address address) {
    asked += address != last;
    last = address;
    return address.IsLinkLocal() && asked < 4;
  };
  Pass(Duration::Seconds(60));
  EXPECT_TRUE(configurator_.address().IsLinkLocal());
  EXPECT_GE(configurator_.link_local().conflicts(), 2u);
}

TEST_F(ConfiguratorTest, WhenTheLeaseEndsAllOfItGoes) {
  ASSERT_TRUE(configurator_.Start());
  Pass(Duration::Seconds(10));
  serves_ = false;
  Pass(Duration::Seconds(600));
  EXPECT_FALSE(ipv4_.IsOurs(kAddress));
  EXPECT_EQ(routes_.Find(Ipv4Address::Of(198, 51, 100, 1)), nullptr);
  EXPECT_EQ(interface_.mtu(), 1500);
  Pass(Duration::Seconds(20));
  EXPECT_TRUE(configurator_.address().IsLinkLocal());
}

TEST_F(ConfiguratorTest, AStopGivesTheLeaseBack) {
  ASSERT_TRUE(configurator_.Start());
  Pass(Duration::Seconds(310));  // a renewal, so that the server's MAC address is known
  configurator_.Stop();
  Pass(Duration::Seconds(1));
  EXPECT_EQ(types_.back(), Dhcp::Type::kRelease);
  EXPECT_FALSE(ipv4_.IsOurs(kAddress));
  EXPECT_TRUE(configurator_.address().IsUnspecified());
}

TEST_F(ConfiguratorTest, WhenTheCableIsInAgainTheLeaseIsChecked) {
  ASSERT_TRUE(configurator_.Start());
  Pass(Duration::Seconds(10));
  types_.clear();
  device_.SetLink(false);
  Pass(Duration::Seconds(1));
  device_.SetLink(true);
  Pass(Duration::Seconds(1));
  EXPECT_EQ(types_, (std::vector{Dhcp::Type::kRequest}));
  EXPECT_EQ(configurator_.client().state(), Client::State::kBound);
  EXPECT_TRUE(ipv4_.IsOurs(kAddress));
}

}  // namespace
}  // namespace net::dhcp
