#include "net/socket/tcp_stream.h"

#include <cstddef>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/context.h"
#include "net/socket/gate.h"
#include "net/tcp/connection.h"

namespace net::socket {

using kernel::Error;
using kernel::Fail;

TcpStream::TcpStream(Context& context, tcp::Connection connection)
    : context_(context),
      connection_(std::move(connection)),
      readers_(context, &CanRead, this),
      writers_(context, &CanWrite, this) {
  if (connection_) connection_.SetObserver(this);
}

TcpStream::TcpStream(TcpStream&& other) noexcept : TcpStream(other.context_, std::move(other.connection_)) {
  CHECK(other.readers_.IsEmpty() && other.writers_.IsEmpty());
}

// A connection that is gone has an answer for everybody: kClosed.
bool TcpStream::CanRead(void* self) {
  const tcp::Connection& connection = static_cast<TcpStream*>(self)->connection_;
  return !connection || connection.CanRead();
}

bool TcpStream::CanWrite(void* self) {
  const tcp::Connection& connection = static_cast<TcpStream*>(self)->connection_;
  return !connection || connection.IsFinished() || (connection.IsEstablished() && connection.CanWrite());
}

void TcpStream::OnChange() {
  readers_.Look();
  writers_.Look();
}

kernel::Result<void> TcpStream::Outcome() const {
  if (!connection_) return Fail(Error::kClosed);
  if (connection_.IsEstablished()) return {};
  if (const auto error = connection_.error()) return Fail(*error);
  return Fail(connection_.IsFinished() ? Error::kClosed : Error::kWouldBlock);
}

bool TcpStream::Writing::Proceed() {
  while (!bytes_.empty()) {
    const kernel::Result<std::size_t> count =
        stream_.connection_ ? stream_.connection_.Write(bytes_) : Fail(Error::kClosed);
    if (!count) {
      if (count.error() == Error::kWouldBlock) return false;
      result_ = Fail(count.error());
      return true;
    }
    bytes_ = bytes_.subspan(*count);
  }
  return true;
}

void TcpStream::Close() {
  connection_ = tcp::Connection();
  OnChange();
}

void TcpStream::Abort() {
  if (connection_) connection_.Abort();
  Close();
}

}  // namespace net::socket
