// A socket as a file: what the calls of sockets ask of it, and what its kinds have in common. Each call is a source of
// its own (bind.cc, ...); the kinds are datagram.h and stream.h.
#ifndef ENKEL_BOARDS_MACHINE_POSIX_SOCKET_FILE_H_
#define ENKEL_BOARDS_MACHINE_POSIX_SOCKET_FILE_H_

#include <errno.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "boards/machine/network.h"
#include "boards/machine/posix/address.h"
#include "kernel/base/time.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/descriptor/wait_queue.h"
#include "net/wire/address.h"

namespace machine::posix {

// What a program gave to SO_LINGER, SO_RCVTIMEO and the like.
struct CommonOptions {
  bool reuses_address = false;
  bool keeps_alive = false;
  bool may_broadcast = false;
  bool is_ipv6_only = false;
  bool lingers = false;
  int linger_seconds = 0;
  int priority = 0;
  std::uint8_t traffic_class = 0;
  kernel::Duration receive_timeout = {};  // 0: for ever
  kernel::Duration send_timeout = {};
};

// What recvmsg tells of a datagram where an option asks for it.
struct Origin {
  std::optional<net::IpAddress> destination;  // IP_PKTINFO, IPV6_RECVPKTINFO
  bool is_group = false;
  unsigned interface = 0;                 // its index
  std::optional<int> hop_limit = {};      // IP_RECVTTL, IPV6_RECVHOPLIMIT
  std::optional<int> traffic_class = {};  // IP_RECVTOS, IPV6_RECVTCLASS
};

// What came with a message besides its bytes.
struct Received {
  std::optional<net::Endpoint> source;
  Origin origin;
  std::size_t whole_size = 0;  // bytes of a datagram, of which some may be lost
};

// Where a message goes.
struct Way {
  const net::Endpoint* destination = nullptr;  // null: where the socket is connected to
  net::IpAddress source = {};                  // unspecified: the socket's, or as the routes say
};

// The value of an option: bytes of the program's.
struct OptionValue {
  void* bytes;
  socklen_t size;
};

// As with every File, nothing blocks: -EAGAIN is "not now", and the calls wait for changes().
class SocketFile : public kernel::libc::File {
 public:
  SocketFile(Family family, int type, int flags)
      : File(O_RDWR | flags, kernel::libc::FileKind::kSocket), family_(family), type_(type) {}

  Family family() const { return family_; }
  int type() const { return type_; }

  virtual long Bind(const net::Endpoint& local) = 0;
  virtual long Listen(int) { return -EOPNOTSUPP; }
  // A new file, with a share for whoever installs it.
  virtual long Accept(kernel::libc::FileReference& accepted, int flags);
  // Begins, or looks how far it has come: 0, -EINPROGRESS (not yet), -EALREADY, or why it failed.
  virtual long Connect(const net::Endpoint& remote, bool is_first) = 0;
  virtual long Disconnect() { return -EAFNOSUPPORT; }  // connect to AF_UNSPEC
  virtual long ShutDown(int how) = 0;
  virtual net::Endpoint local() const = 0;
  virtual std::optional<net::Endpoint> remote() const = 0;  // empty: not connected

  // `flags` of send and recv, but MSG_DONTWAIT and MSG_NOSIGNAL, which are the calls'.
  virtual long Send(kernel::libc::Buffers& buffers, const Way& way, int flags) = 0;
  virtual long Receive(kernel::libc::Buffers& buffers, int flags, Received& received) = 0;

  // The pending error, once: SO_ERROR. A positive errno, or 0.
  virtual int TakeError() = 0;

  // Options of a level that the kind has itself, and the effect of common ones. -ENOPROTOOPT.
  virtual long SetOption(int, int, int) { return -ENOPROTOOPT; }
  virtual long GetOption(int, int, int&) { return -ENOPROTOOPT; }
  virtual long GetLongOption(int, int, OptionValue&) { return -ENOPROTOOPT; }  // what is more than an int
  virtual void OnCommonOptions() {}
  CommonOptions& common() { return common_; }

  long Read(kernel::libc::Buffers& buffers) final;
  long Write(kernel::libc::Buffers& buffers) final;
  long Describe(kernel::libc::FileStatus& status) final;
  kernel::libc::WaitQueue* changes() final { return &changes_; }
  kernel::Instant ReadDeadline() final;
  kernel::Instant WriteDeadline() final;

 protected:
  ~SocketFile() = default;

  CommonOptions common_;
  kernel::libc::WaitQueue changes_;

 private:
  Family family_;
  int type_;
};

// The socket of a descriptor, for the length of a call. The stack has done what was due: a program that never waits
// sees what came, too.
class SocketReference {
 public:
  explicit SocketReference(int descriptor) : file_(kernel::libc::FindFile(descriptor)) {
    if (error() == 0) Network::Get().Refresh();
  }

  // 0, or -EBADF, -ENOTSOCK.
  long error() const {
    if (!file_) return -EBADF;
    return file_->kind() == kernel::libc::FileKind::kSocket ? 0 : -ENOTSOCK;
  }
  SocketFile& operator*() const { return static_cast<SocketFile&>(*file_); }
  SocketFile* operator->() const { return &**this; }

 private:
  kernel::libc::FileReference file_;
};

// An address for a socket that receives IPv4 alone, IPv6 alone, or both.
bool IsUsable(const net::IpAddress& address, Family family, bool is_ipv6_only);

}  // namespace machine::posix

#endif  // ENKEL_BOARDS_MACHINE_POSIX_SOCKET_FILE_H_
