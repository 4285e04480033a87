// Two hosts on one cable, with nothing configured: they find addresses, one another, and talk.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "kernel/base/time.h"
#include "net/ndp/autoconfigurator.h"
#include "net/ndp/test_link.h"

namespace net::ndp {
namespace {

using kernel::Duration;

struct Host {
  explicit Host(std::uint64_t seed) : link(seed), configurator(link.ndp, link.link, nullptr) { configurator.Start(); }

  const ipv6::Address& address() const { return link.ip.addresses().all()[0]; }

  TestLink link;
  Autoconfigurator configurator;
};

class TwoHostsTest : public testing::Test {
 protected:
  static void Carry(Host& from, Host& to) {
    from.link.Run();
    while (const Packet frame = from.link.device.Take()) {
      to.link.device.Put(to.link.context.PacketOf(BytesOf(frame)));
      ++frames_;
    }
    to.link.Run();
  }
  void Run(int milliseconds) {
    for (int i = 0; i < milliseconds; i += 10) {
      one_.link.Advance(Duration::Milliseconds(10));
      two_.link.Advance(Duration::Milliseconds(10));
      Carry(one_, two_);
      Carry(two_, one_);
    }
  }

  static inline std::size_t frames_ = 0;
  Host one_{1};
  Host two_{2};
};

TEST_F(TwoHostsTest, TheyFindAddressesAndOneAnotherAndExchangeDatagramsOfAllSizes) {
  Run(2'000);
  ASSERT_EQ(one_.address().state, ipv6::AddressState::kPreferred);
  ASSERT_EQ(two_.address().state, ipv6::AddressState::kPreferred);
  ASSERT_NE(one_.address().address, two_.address().address);
  for (const std::size_t size : {8u, 1452u, 1453u, 5'000u, 65'535u}) {
    ASSERT_TRUE(one_.link.SendUdp(two_.address().address, size));
    Run(50);
    ASSERT_EQ(two_.link.udp.packets.size(), 1u) << size;
    EXPECT_EQ(two_.link.udp.packets[0], ipv6::Pattern(size));
    EXPECT_EQ(two_.link.udp.last.source, IpAddress(one_.address().address));
    two_.link.udp.packets.clear();
  }
  EXPECT_EQ(one_.link.ndp.counters().duplicates + two_.link.ndp.counters().duplicates, 0u);
}

TEST_F(TwoHostsTest, AQuietCableStaysQuietButForTheSearchForRouters) {
  Run(60'000);
  frames_ = 0;
  Run(10'000);
  EXPECT_LE(frames_, 2u);
}

TEST_F(TwoHostsTest, AClosedPortIsReportedToWhoeverSent) {
  Run(2'000);
  two_.link.udp.is_closed = true;
  ASSERT_TRUE(one_.link.SendUdp(two_.address().address, 30));
  Run(50);
  ASSERT_EQ(one_.link.udp.errors.size(), 1u);
  EXPECT_EQ(one_.link.udp.errors[0].kind, IpError::Kind::kPortUnreachable);
  EXPECT_EQ(one_.link.udp.quoted, ipv6::Pattern(30));
}

}  // namespace
}  // namespace net::ndp
