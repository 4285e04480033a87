// A UDP socket of POSIX.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_DATAGRAM_H_
#define ENKEL_BOARDS_MACHINE_POSIX_DATAGRAM_H_

#include <optional>
#include <utility>

#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "net/stack/membership.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"

namespace machine::posix {

// A group that a socket is in: groups.cc makes it, so that only a program that sets options holds the code.
struct Belonging {
  using End = void (*)(Belonging& belonging);
  Belonging(net::Membership&& membership, End end) : membership(std::move(membership)), end(end) {}

  net::Membership membership;
  End end;
  Belonging* next = nullptr;
};

class Datagram final : public SocketFile, private net::udp::Observer {
 public:
  // Null when no memory is left.
  static Datagram* Make(Family family, int flags);
  Datagram(net::udp::Udp& udp, Family family, int flags);

  long Bind(const net::Endpoint& local) override;
  long Connect(const net::Endpoint& remote, bool is_first) override;
  long Disconnect() override;
  long ShutDown(int how) override;
  net::Endpoint local() const override;
  std::optional<net::Endpoint> remote() const override;
  long Send(kernel::libc::Buffers& buffers, const Way& way, int flags) override;
  long Receive(kernel::libc::Buffers& buffers, int flags, Received& received) override;
  int TakeError() override;
  long SetOption(int level, int name, int value) override;
  long GetOption(int level, int name, int& value) override;
  void OnCommonOptions() override;
  long Control(unsigned long request, void* argument) override;
  kernel::libc::Events Poll() override;

  net::udp::SocketOptions& udp_options() { return socket_.options(); }
  Belonging*& groups() { return groups_; }  // each ends with the socket

 protected:
  void Release() override;

 private:
  void OnChange(net::udp::Socket&) override;
  long LoadPeeked();
  bool* FindTold(int level, int name);

  Belonging* groups_ = nullptr;

  net::udp::Udp& udp_;
  net::udp::Socket socket_;
  std::optional<net::udp::Datagram> peeked_;  // the next one, taken out of the queue
  bool tells_destination_ = false;            // options that ask for an Origin
  bool tells_hop_limit_ = false;
  bool tells_traffic_class_ = false;
  bool can_receive_ = true;  // until shutdown
  bool can_send_ = true;
};

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_DATAGRAM_H_
