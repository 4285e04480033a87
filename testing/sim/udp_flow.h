// A program that sends datagrams to another one, which checks every byte of those that come.
#ifndef ENKEL_TESTING_SIM_UDP_FLOW_H_
#define ENKEL_TESTING_SIM_UDP_FLOW_H_

#include <cstdint>
#include <string>

#include "kernel/base/time.h"
#include "net/udp/socket.h"
#include "testing/sim/host.h"
#include "testing/sim/judge.h"
#include "testing/sim/stream.h"

namespace sim {

struct UdpFlowOptions {
  std::uint16_t number = 0;
  bool is_ipv6 = false;
  bool answers = false;  // the receiver sends each datagram back
  kernel::Instant begins_at;
  kernel::Duration pause;  // between two datagrams
  std::uint32_t datagrams = 0;
  std::uint32_t largest = 1000;  // bytes of payload; sizes are spread evenly from 8 on
};

class UdpFlow final : private net::udp::Observer {
 public:
  UdpFlow(Host& sender, Host& receiver, const UdpFlowOptions& options, Judge& judge);
  UdpFlow(const UdpFlow&) = delete;
  UdpFlow& operator=(const UdpFlow&) = delete;
  ~UdpFlow() = default;

  bool is_done() const { return left_ == 0; }  // everything was sent
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  std::uint64_t answers() const { return answers_; }

 private:
  void OnChange(net::udp::Socket& socket) override;
  void Send();
  void Check(net::udp::Datagram datagram, bool is_answer);
  void Complain(const std::string& what);

  const UdpFlowOptions options_;
  Host& sender_;
  Host& receiver_;
  Judge& judge_;
  const Stream stream_;
  net::udp::Socket sending_;
  net::udp::Socket receiving_;
  std::uint32_t left_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t answers_ = 0;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_UDP_FLOW_H_
