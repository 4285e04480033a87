// Echo requests from one host to another; what comes back is checked.
#ifndef ENKEL_TESTING_SIM_PING_FLOW_H_
#define ENKEL_TESTING_SIM_PING_FLOW_H_

#include <cstdint>
#include <optional>

#include "kernel/base/time.h"
#include "net/icmp/ping.h"
#include "net/icmpv6/ping.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "testing/sim/host.h"
#include "testing/sim/judge.h"
#include "testing/sim/stream.h"

namespace sim {

struct PingFlowOptions {
  kernel::Instant begins_at;
  kernel::Duration pause;  // between two
  std::uint32_t count = 0;
  std::uint32_t size = 56;  // bytes of payload
  bool is_ipv6 = false;
};

// The asking host has whole IP.
class PingFlow final : private net::icmp::Ping::Observer, private net::icmpv6::Ping::Observer {
 public:
  PingFlow(Host& asker, Host& asked, const PingFlowOptions& options, Judge& judge);
  PingFlow(const PingFlow&) = delete;
  PingFlow& operator=(const PingFlow&) = delete;
  ~PingFlow() = default;

  bool is_done() const { return left_ == 0; }  // all were sent
  std::uint64_t replies() const { return replies_; }

 private:
  void OnReply(const net::icmp::Ping::Reply& reply, const net::Packet& payload) override {
    Check(reply.source, payload);
  }
  void OnReply(const net::icmpv6::Ping::Reply& reply, const net::Packet& payload) override {
    Check(reply.source, payload);
  }
  void Check(const net::IpAddress& source, const net::Packet& payload);
  void Send();

  const PingFlowOptions options_;
  Host& asker_;
  Host& asked_;
  Judge& judge_;
  const Stream stream_;
  std::optional<net::icmp::Ping> ipv4_ping_;
  std::optional<net::icmpv6::Ping> ipv6_ping_;
  std::uint32_t left_;
  std::uint64_t replies_ = 0;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_PING_FLOW_H_
