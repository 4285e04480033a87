#include "boards/machine/posix/stream.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "boards/machine/network.h"
#include "boards/machine/posix/address.h"
#include "boards/machine/posix/socket_file.h"
#include "kernel/base/result.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"
#include "net/packet/packet.h"
#include "net/tcp/connection.h"
#include "net/tcp/listener.h"
#include "net/tcp/state.h"
#include "net/wire/address.h"

namespace machine::posix {
namespace {

using kernel::Error;
using kernel::libc::Buffers;
using kernel::libc::Events;
using kernel::libc::kCanRead;
using kernel::libc::kCanWrite;
using net::tcp::State;

constinit kernel::libc::Pool<Stream> streams;

constexpr int kMostBacklog = 4096;
constexpr std::uint32_t kFirstEphemeral = 49'152;  // [RFC6335] 6

}  // namespace

Stream* Stream::Make(Family family, int flags) { return streams.New(Network::Up().tcp(), family, flags); }

Stream::Stream(net::tcp::Tcp& tcp, Family family, int flags) : SocketFile(family, SOCK_STREAM, flags), tcp_(tcp) {
  if (family == AF_INET) bound_.address = net::Ipv4Address();
}

// Closing is the connection's: what was written is sent by the stack alone.
void Stream::Release() {
  if (connection_) connection_.SetObserver(nullptr);
  streams.Delete(*this);
}

void Stream::OnChange() { changes_.Notify(); }

long Stream::Bind(const net::Endpoint& local) {
  if (is_bound_ || connection_ || listener_) return -EINVAL;
  if (!local.address.IsUnspecified()) {
    if (!IsUsable(local.address, family(), common_.is_ipv6_only)) return -EADDRNOTAVAIL;
    if (!Network::Get().ip().IsOurs(local.address)) return -EADDRNOTAVAIL;
  }
  bound_ = local;
  // TCP chooses a port with the connection or the listener; a program may want to know it before.
  if (bound_.port == 0) {
    net::RandomSource& random = Network::Get().context().random();
    bound_.port = static_cast<std::uint16_t>(kFirstEphemeral + random.Below(65'536 - kFirstEphemeral));
  }
  is_bound_ = true;
  return 0;
}

long Stream::Listen(int backlog) {
  if (listener_) return 0;
  if (connection_) return -EINVAL;
  const auto most = static_cast<std::size_t>(std::clamp(backlog, 1, kMostBacklog));
  auto listener = tcp_.Listen(bound_, most, options_);
  if (!listener) return ErrorNumber(listener);
  listener_ = *std::move(listener);
  listener_.SetObserver(this);
  changes_.Notify();
  return 0;
}

long Stream::Accept(kernel::libc::FileReference& accepted, int flags) {
  if (!listener_) return -EINVAL;
  for (;;) {
    auto connection = listener_.Accept();
    if (!connection) return ErrorNumber(connection);
    // A socket for one version has no business with who came by the other.
    if (!IsUsable(connection->remote().address, family(), common_.is_ipv6_only)) {
      connection->Abort();
      continue;
    }
    Stream* const stream = streams.New(tcp_, family(), flags);
    if (stream == nullptr) return -ENOMEM;
    stream->Adopt(*std::move(connection), *this);
    accepted = kernel::libc::FileReference(*stream);
    return 0;
  }
}

void Stream::Adopt(net::tcp::Connection connection, const Stream& listener) {
  connection_ = std::move(connection);
  connection_.SetObserver(this);
  common_ = listener.common_;
  options_ = listener.options_;
  was_connected_to_ = true;
}

long Stream::Connect(const net::Endpoint& remote, bool is_first) {
  if (listener_) return -EISCONN;
  if (!connection_) {
    if (!IsUsable(remote.address, family(), common_.is_ipv6_only)) return -ENETUNREACH;
    const net::IpAddress any_of_us = bound_.address.IsUnspecified() ? net::IpAddress() : bound_.address;
    net::Endpoint to = remote;
    // To connect to "any" is to connect to oneself, as on Linux.
    if (to.address.IsUnspecified()) {
      to.address = family() == AF_INET ? net::IpAddress(net::Ipv4Address::Of(127, 0, 0, 1))
                                       : net::IpAddress(net::Ipv6Address::Of(0, 0, 0, 0, 0, 0, 0, 1));
    }
    auto connection = tcp_.Connect({any_of_us, bound_.port}, to, options_);
    if (!connection) return connection.error() == Error::kUnreachable ? -ENETUNREACH : ErrorNumber(connection);
    connection_ = *std::move(connection);
    connection_.SetObserver(this);
    was_error_told_ = false;
    return -EINPROGRESS;
  }
  if (const auto error = connection_.error()) {
    if (was_error_told_) return -ECONNABORTED;
    was_error_told_ = true;
    return ErrorNumber(*error);
  }
  if (!connection_.IsEstablished()) return is_first ? -EALREADY : -EINPROGRESS;
  return std::exchange(was_connected_to_, true) ? -EISCONN : 0;
}

long Stream::ShutDown(int how) {
  if (listener_) {
    listener_ = net::tcp::Listener();
    changes_.Notify();
    return 0;
  }
  if (!IsConnected()) return -ENOTCONN;
  if (how != SHUT_RD && std::exchange(can_write_, false)) connection_.ShutDownWrite();
  if (how != SHUT_WR) can_read_ = false;
  changes_.Notify();
  return 0;
}

net::Endpoint Stream::local() const {
  if (listener_) return listener_.local();
  return connection_ ? connection_.local() : bound_;
}

std::optional<net::Endpoint> Stream::remote() const {
  return IsConnected() && !connection_.IsFinished() ? std::optional(connection_.remote()) : std::nullopt;
}

long Stream::Send(Buffers& buffers, const Way&, int flags) {
  if (!connection_ || listener_) return -EPIPE;
  if (const int error = TakeError(); error != 0) return -error;
  if (!can_write_ || connection_.IsFinished()) return -EPIPE;
  if (!connection_.IsEstablished()) return -EAGAIN;
  if ((flags & MSG_OOB) != 0 && buffers.size() > 0) {
    const auto count = connection_.WriteUrgent(buffers.Front());
    if (!count) return ErrorNumber(count);
    buffers.Advance(*count);
    return static_cast<long>(*count);
  }
  return WriteStream(buffers);
}

long Stream::WriteStream(Buffers& buffers) {
  std::size_t written = 0;
  while (buffers.size() > 0) {
    const auto count = connection_.Write(buffers.Front());
    if (!count) {
      if (written > 0) break;
      return ErrorNumber(count);
    }
    buffers.Advance(*count);
    written += *count;
  }
  return static_cast<long>(written);
}

// What a read says when nothing more will come: the error once, then the end.
long Stream::EndOfReading() { return -TakeError(); }

long Stream::Receive(Buffers& buffers, int flags, Received&) {
  if (listener_ || !connection_) return -ENOTCONN;
  if ((flags & MSG_OOB) != 0) return -EINVAL;  // urgent data is in line, always. [RFC6093] 3
  if (buffers.size() == 0) return 0;
  if (!connection_.IsEstablished() && !connection_.IsFinished()) return -EAGAIN;
  if (!can_read_) return 0;
  if ((flags & MSG_PEEK) != 0) return Peek(buffers);
  const long from_peeked = ReadPeeked(buffers);
  const long read = buffers.size() == 0 ? 0 : ReadStream(buffers);
  return from_peeked > 0 ? from_peeked + std::max(read, 0l) : read;
}

long Stream::ReadStream(Buffers& buffers) {
  std::size_t taken = 0;
  while (buffers.size() > 0) {
    const auto count = connection_.Read(buffers.Front());
    if (count && *count > 0) {
      buffers.Advance(*count);
      taken += *count;
      continue;
    }
    if (taken > 0) break;
    if (!count && count.error() == Error::kWouldBlock) return -EAGAIN;
    return EndOfReading();
  }
  return static_cast<long>(taken);
}

long Stream::ReadPeeked(Buffers& buffers) {
  if (!peeked_) return 0;
  std::size_t copied = 0;
  buffers.Take(peeked_.size(), [&](std::span<std::byte> piece) { copied += peeked_.CopyTo(copied, piece); });
  peeked_.DropFront(copied);
  if (peeked_.size() == 0) peeked_ = net::Packet();
  return static_cast<long>(copied);
}

// Takes packets out of the connection until there is as much as is wanted, or nothing more.
long Stream::Peek(Buffers& buffers) {
  while ((!peeked_ || peeked_.size() < buffers.size()) && connection_.readable() > 0) {
    // One whose slices are all in use holds enough for anybody who only looks.
    if (peeked_ && peeked_.slices().size() + 2 > net::kMostSlices) break;
    auto packet = connection_.ReadPacket();
    if (!packet || !*packet) break;
    if (!peeked_) {
      peeked_ = *std::move(packet);
      continue;
    }
    for (const net::Slice& slice : packet->slices()) {
      if (!peeked_.Append(slice.buffer.Share(), slice.offset, slice.size)) return -ENOBUFS;
    }
  }
  if (!peeked_) {
    if (!connection_.CanRead()) return -EAGAIN;
    return connection_.error() ? EndOfReading() : 0;
  }
  std::size_t copied = 0;
  buffers.Take(peeked_.size(), [&](std::span<std::byte> piece) { copied += peeked_.CopyTo(copied, piece); });
  return static_cast<long>(copied);
}

int Stream::TakeError() {
  if (!connection_ || was_error_told_) return 0;
  const auto error = connection_.error();
  if (!error) return 0;
  was_error_told_ = true;
  return static_cast<int>(-ErrorNumber(*error));
}

long Stream::Control(unsigned long request, void* argument) {
  if (argument == nullptr) return -EFAULT;
  int& value = *static_cast<int*>(argument);
  if (listener_) return -EINVAL;
  switch (request) {
    case FIONREAD:
      value = static_cast<int>((connection_ ? connection_.readable() : 0) + (peeked_ ? peeked_.size() : 0));
      return 0;
    case SIOCATMARK:
      value = connection_ && !peeked_ && connection_.BytesToUrgentMark() == 0 ? 1 : 0;
      return 0;
    case TIOCOUTQ: {
      const auto info = connection_ ? connection_.info() : net::tcp::Info();
      value = static_cast<int>(info.unacknowledged + info.unsent);
      return 0;
    }
    default:
      return -ENOTTY;
  }
}

bool Stream::HasPeerClosed() const {
  const State state = connection_.info().state;
  return state == State::kCloseWait || state == State::kLastAck || state == State::kClosing ||
         state == State::kTimeWait || state == State::kClosed;
}

Events Stream::Poll() {
  if (listener_) return listener_.CanAccept() ? kCanRead : 0;
  if (!connection_) return kCanWrite | POLLHUP;
  if (connection_.error() && !was_error_told_) return kCanRead | kCanWrite | POLLERR | POLLHUP | POLLRDHUP;
  if (connection_.IsFinished()) return kCanRead | kCanWrite | POLLHUP | POLLRDHUP;
  if (!connection_.IsEstablished()) return 0;
  Events events = 0;
  if (peeked_ || connection_.CanRead() || !can_read_) events |= kCanRead;
  if (connection_.CanWrite() || !can_write_) events |= kCanWrite;
  if (!can_read_ || HasPeerClosed()) events |= POLLRDHUP | kCanRead;
  if (!can_write_ && (!can_read_ || HasPeerClosed())) events |= POLLHUP;
  if (connection_.BytesToUrgentMark()) events |= POLLPRI;
  return events;
}

}  // namespace machine::posix
