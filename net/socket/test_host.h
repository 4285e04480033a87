// A host whose cable leads back to itself, with all of IPv4 and TCP, and coroutines on it, in virtual time.
#ifndef ENKEL_NET_SOCKET_TEST_HOST_H_
#define ENKEL_NET_SOCKET_TEST_HOST_H_

#include <array>
#include <cstddef>
#include <vector>

#include "kernel/base/resumption.h"
#include "kernel/base/time.h"
#include "net/icmp/icmp.h"
#include "net/interface/interface.h"
#include "net/ipv4/ipv4.h"
#include "net/link/loopback.h"
#include "net/route/table.h"
#include "net/stack/stack.h"
#include "net/tcp/tcp.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"

namespace net::socket {

class TestHost {
 public:
  static constexpr Ipv4Address kHere = Ipv4Address::Of(127, 0, 0, 1);

  TestHost() {
    stack_.Add(loopback_);
    ipv4_.Attach(loopback_);
  }

  // Runs coroutines and the stack until `is_done()`, or for `most`. Returns is_done().
  template <typename Condition>
  bool RunUntil(Condition is_done, kernel::Duration most = kernel::Duration::Seconds(600)) {
    const kernel::Instant end = context()->now() + most;
    kernel::Instant now = context()->now();
    for (;;) {
      while (executor_.RunTurn()) {
      }
      if (is_done()) return true;
      const kernel::Instant next = stack_.Poll(now);
      if (executor_.HasReady() || next <= now || context_.TakeWakeUp()) continue;
      if (next > end) return false;
      now = next;
    }
  }

  TestContext& context() { return context_; }
  kernel::Executor& executor() { return executor_; }
  tcp::Tcp& tcp() { return tcp_; }
  udp::Udp& udp() { return udp_; }

 private:
  static constexpr tcp::Config kTcp = {.connections = 32, .memory = 4 * 1024 * 1024};

  TestContext context_;
  kernel::Executor executor_;
  std::vector<std::byte> ipv4_storage_ = std::vector<std::byte>(ipv4::Ipv4::StorageFor({}));
  std::array<RouteTable::Entry, 8> route_entries_;
  RouteTable routes_{context_.random(), route_entries_};
  link::Loopback device_{256};
  Interface loopback_{context_, device_, {.index = 1, .is_loopback = true}};
  ipv4::Ipv4 ipv4_{context_, routes_, {}, ipv4_storage_};
  icmp::Icmp icmp_{context_, ipv4_};
  Stack stack_{context_};
  std::array<udp::Socket*, 16> buckets_ = {};
  udp::Udp udp_{context_, ipv4_, buckets_};
  std::vector<std::byte> tcp_storage_ = std::vector<std::byte>(tcp::Tcp::StorageFor(kTcp));
  tcp::Tcp tcp_{context_, ipv4_, kTcp, tcp_storage_};
};

}  // namespace net::socket

#endif  // ENKEL_NET_SOCKET_TEST_HOST_H_
