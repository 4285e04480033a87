// A TCP socket of POSIX: unconnected, a listener, or a connection.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_STREAM_H_
#define ENKEL_BOARDS_MACHINE_POSIX_STREAM_H_

#include <cstddef>
#include <optional>

#include "boards/machine/posix/socket_file.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "net/packet/packet.h"
#include "net/tcp/connection.h"
#include "net/tcp/listener.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"

namespace machine::posix {

class Stream final : public SocketFile, private net::tcp::Observer {
 public:
  // Null when no memory is left.
  static Stream* Make(Family family, int flags);
  Stream(net::tcp::Tcp& tcp, Family family, int flags);

  long Bind(const net::Endpoint& local) override;
  long Listen(int backlog) override;
  long Accept(kernel::libc::FileReference& accepted, int flags) override;
  long Connect(const net::Endpoint& remote, bool is_first) override;
  long ShutDown(int how) override;
  net::Endpoint local() const override;
  std::optional<net::Endpoint> remote() const override;
  long Send(kernel::libc::Buffers& buffers, const Way& way, int flags) override;
  long Receive(kernel::libc::Buffers& buffers, int flags, Received& received) override;
  int TakeError() override;
  long SetOption(int level, int name, int value) override;
  long GetOption(int level, int name, int& value) override;
  long GetLongOption(int level, int name, OptionValue& value) override;
  void OnCommonOptions() override;
  long Control(unsigned long request, void* argument) override;
  kernel::libc::Events Poll() override;

 protected:
  void Release() override;

 private:
  void OnChange() override;
  void Adopt(net::tcp::Connection connection, const Stream& listener);
  void ApplyOptions();
  long Peek(kernel::libc::Buffers& buffers);
  long ReadStream(kernel::libc::Buffers& buffers);
  long ReadPeeked(kernel::libc::Buffers& buffers);
  long WriteStream(kernel::libc::Buffers& buffers);
  long EndOfReading();
  bool IsConnected() const { return connection_ && connection_.IsEstablished(); }
  bool HasPeerClosed() const;
  long SetTcpOption(int name, int value);
  long GetTcpOption(int name, int& value) const;

  net::tcp::Tcp& tcp_;
  net::tcp::Listener listener_;
  net::tcp::Connection connection_;
  net::tcp::Options options_;
  net::Endpoint bound_;  // wished, until there is a listener or a connection
  bool is_bound_ = false;
  bool was_connected_to_ = false;  // connect has told its success
  bool was_error_told_ = false;
  int idle_seconds_ = 7200;  // TCP_KEEPIDLE [RFC1122] 4.2.3.6
  bool can_read_ = true;     // until shutdown
  bool can_write_ = true;
  net::Packet peeked_;  // bytes that MSG_PEEK took out of the connection
};

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_STREAM_H_
