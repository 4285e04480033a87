// Our stack as a subject: a host of a simulation, at the end of a cable that the script holds.
#ifndef ENKEL_TESTING_AGAINST_LINUX_OUR_SUBJECT_H_
#define ENKEL_TESTING_AGAINST_LINUX_OUR_SUBJECT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "net/tcp/connection.h"
#include "net/tcp/listener.h"
#include "net/udp/socket.h"
#include "testing/against_linux/frames.h"
#include "testing/against_linux/subject.h"
#include "testing/sim/cable.h"
#include "testing/sim/host.h"
#include "testing/sim/world.h"

namespace against_linux {

class OurSubject final : public Subject, private sim::Jack {
 public:
  OurSubject();

  Bytes mac() const override { return MacOf(1); }
  void Send(const Bytes& frame) override;
  std::vector<Bytes> Take() override;
  void Listen(bool is_ipv6) override;
  void Connect(bool is_ipv6, std::uint16_t peer_port) override;
  void Accept() override;
  void Write(std::size_t size) override;
  void ShutDownWrite() override;
  std::string State(bool is_ipv6, std::uint16_t peer_port) override;
  std::size_t Readable() override;
  void Clean() override;

 private:
  void Arrive(const sim::Frame& frame) override;

  sim::World world_{1};
  sim::Host host_;
  sim::Cable cable_;
  net::udp::Socket socket_;
  net::tcp::Listener listener_;
  net::tcp::Connection connection_;
  std::vector<Bytes> sent_;
};

}  // namespace against_linux

#endif  // ENKEL_TESTING_AGAINST_LINUX_OUR_SUBJECT_H_
