// A UDP socket of POSIX.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_DATAGRAM_H_
#define ENKEL_BOARDS_MACHINE_POSIX_DATAGRAM_H_

#include <optional>

#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"

namespace machine::posix {

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
  long Send(kernel::libc::Buffers& buffers, const net::Endpoint* destination, int flags) override;
  long Receive(kernel::libc::Buffers& buffers, int flags, Received& received) override;
  int TakeError() override;
  long SetOption(int level, int name, int value) override;
  long GetOption(int level, int name, int& value) override;
  void OnCommonOptions() override;
  long Control(unsigned long request, void* argument) override;
  kernel::libc::Events Poll() override;

 protected:
  void Release() override;

 private:
  void OnChange(net::udp::Socket&) override;
  long LoadPeeked();

  net::udp::Udp& udp_;
  net::udp::Socket socket_;
  std::optional<net::udp::Datagram> peeked_;  // the next one, taken out of the queue
  bool can_receive_ = true;                   // until shutdown
  bool can_send_ = true;
};

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_DATAGRAM_H_
