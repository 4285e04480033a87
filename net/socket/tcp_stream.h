// Connections for coroutines.
//
//   Result<TcpStream> stream = co_await Connect(context, tcp, {address, 80});
//   co_await stream->Write(request);
//   while (const auto count = co_await stream->Read(buffer); count && *count > 0) ...
#ifndef ENKEL_NET_SOCKET_TCP_STREAM_H_
#define ENKEL_NET_SOCKET_TCP_STREAM_H_

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "kernel/base/promise.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/socket/gate.h"
#include "net/tcp/connection.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"

namespace net::socket {

// A connection that a coroutine reads from and writes to, or one coroutine each. Destroying it closes: what was written
// is still sent, and the stack finishes alone. Move-only, while nobody waits for it. Not interrupt-safe; nothing
// allocates.
class TcpStream final : private tcp::Observer {
 public:
  TcpStream(Context& context, tcp::Connection connection);
  TcpStream(TcpStream&& other) noexcept;
  TcpStream& operator=(TcpStream&&) = delete;

  // `co_await stream.Read(buffer)`: at least a byte, or 0 at the end of the stream, as a Result<std::size_t>. Errors:
  // kReset, kTimedOut (the deadline came, or the connection broke), kUnreachable.
  auto Read(std::span<std::byte> to, kernel::Instant deadline = kernel::kNever) {
    return Operation(readers_, deadline, [this, to]() -> kernel::Result<std::size_t> {
      if (!connection_) return kernel::Fail(kernel::Error::kClosed);
      return connection_.Read(to);
    });
  }

  // `co_await stream.ReadPacket()`: the next bytes where they are, without a copy, as a Result<Packet>; no packet at
  // the end of the stream. Errors: as Read.
  auto ReadPacket(kernel::Instant deadline = kernel::kNever) {
    return Operation(readers_, deadline, [this]() -> kernel::Result<Packet> {
      if (!connection_) return kernel::Fail(kernel::Error::kClosed);
      return connection_.ReadPacket();
    });
  }

  // `co_await stream.Write(bytes)`: until the stack has taken all of them, as a Result<void>: who writes faster than
  // the peer reads waits. `bytes` must stay until then. Errors: as Read, and kClosed after ShutDownWrite. How much was
  // taken of a write that failed nobody knows: the stream is of no more use.
  class Writing;
  Writing Write(std::span<const std::byte> bytes, kernel::Instant deadline = kernel::kNever);

  // As much of it as can be taken without waiting; how much. 0 as well where Write would fail: it says why.
  std::size_t WriteAtOnce(std::span<const std::byte> bytes) {
    if (!connection_ || !writers_.IsEmpty()) return 0;
    const kernel::Result<std::size_t> count = connection_.Write(bytes);
    return count ? *count : 0;
  }

  // `co_await stream.WriteBuffer(buffer, offset, size)`: the same without a copy; the bytes must not change until the
  // last share of the buffer is gone.
  auto WriteBuffer(Buffer buffer, std::size_t offset, std::size_t size, kernel::Instant deadline = kernel::kNever) {
    return Operation(writers_, deadline, [this, buffer = std::move(buffer), offset, size]() -> kernel::Result<void> {
      if (!connection_) return kernel::Fail(kernel::Error::kClosed);
      return connection_.WriteBuffer(buffer.Share(), offset, size);
    });
  }

  // `co_await stream.Established()`: the end of a handshake that we began, as a Result<void>. Errors: kRefused,
  // kUnreachable, kTimedOut.
  auto Established(kernel::Instant deadline = kernel::kNever) {
    return Operation(writers_, deadline, [this] { return Outcome(); });
  }

  // The other direction goes on. [RFC9293] 3.6
  void ShutDownWrite() { connection_.ShutDownWrite(); }
  void ShutDownRead() { connection_.ShutDownRead(); }

  // Gives the connection back; who waits is told kClosed.
  void Close();
  void Abort();  // with a reset

  tcp::Connection& connection() { return connection_; }  // for its options, ends and state

 private:
  static bool CanRead(void* self);
  static bool CanWrite(void* self);
  void OnChange() override;
  kernel::Result<void> Outcome() const;

  Context& context_;
  tcp::Connection connection_;
  Gate readers_;
  Gate writers_;
};

// Writes piece by piece as room comes, without a turn of the coroutine for each.
class [[nodiscard]] TcpStream::Writing final : private Waiter {
 public:
  Writing(TcpStream& stream, std::span<const std::byte> bytes, kernel::Instant deadline)
      : Waiter(stream.writers_), stream_(stream), bytes_(bytes), deadline_(deadline) {}

  bool await_ready() { return gate().IsEmpty() && Proceed(); }
  template <std::derived_from<kernel::PromiseBase> Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    Wait(self.promise(), deadline_);
  }
  kernel::Result<void> await_resume() {
    if (is_timed_out()) return kernel::Fail(kernel::Error::kTimedOut);
    Leave();
    return result_;
  }

 private:
  bool Proceed() override;

  TcpStream& stream_;
  std::span<const std::byte> bytes_;  // that are left
  kernel::Instant deadline_;
  kernel::Result<void> result_;
};

inline TcpStream::Writing TcpStream::Write(std::span<const std::byte> bytes, kernel::Instant deadline) {
  return Writing(*this, bytes, deadline);
}

}  // namespace net::socket

#endif  // ENKEL_NET_SOCKET_TCP_STREAM_H_
