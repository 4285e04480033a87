// A request and its answer in pieces, for handlers that are coroutines.
//
//   server.Put("/upload", [](Exchange& exchange) -> Task<> {
//     std::array<std::byte, 4096> buffer;
//     for (;;) {
//       const Result<std::size_t> count = co_await exchange.Read(buffer);
//       if (!count) co_return;                     // the client is gone, or its body is refused
//       if (*count == 0) break;
//     }
//     co_await exchange.Send(Response::Text("thanks\n"));
//   });
#ifndef ENKEL_NET_HTTP_EXCHANGE_H_
#define ENKEL_NET_HTTP_EXCHANGE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "net/http/request.h"
#include "net/http/response.h"

namespace net::http {

class Connection;

// One a request, for as long as its handler runs. Who reads or writes slower than the peer is what makes it wait: the
// body is not buffered beyond one piece in either direction. A handler that returns without an answer makes an internal
// error; one that returns in the middle of a body breaks the connection, so that a part is not taken for the whole.
class Exchange {
 public:
  explicit Exchange(Connection& connection) : connection_(connection) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const Request& request() const;

  // The next bytes of the request's body, at least one; 0 at its end. Asks a client that waits for it to send. Errors:
  // kTooLong (more than the route's limit), kMalformed and kTimedOut, which are answered already; kReset, kClosed:
  // nobody is there.
  kernel::Task<kernel::Result<std::size_t>> Read(std::span<std::byte> to);

  // The whole answer. What it refers to stays until this is done. Errors, here and below: kReset, kTimedOut, kClosed.
  kernel::Task<kernel::Result<void>> Send(Response response);

  // Its head alone: the body is to be written. Where the response says no length (SetLength) it is sent in chunks, to
  // HTTP/1.0 until the connection's end.
  kernel::Task<kernel::Result<void>> Begin(Response response);

  // The next piece of the body, sent at once. Not more than the length that was said.
  kernel::Task<kernel::Result<void>> Write(std::string_view piece);
  kernel::Task<kernel::Result<void>> Write(std::span<const std::byte> piece) {
    return Write(std::string_view(reinterpret_cast<const char*>(piece.data()), piece.size()));
  }

  // There is no more of the body.
  kernel::Task<kernel::Result<void>> End();

  bool has_begun() const { return has_begun_; }
  bool is_complete() const { return is_complete_; }

 private:
  kernel::Task<kernel::Result<void>> Flush();

  Connection& connection_;
  bool has_begun_ = false;
  bool is_complete_ = false;
  bool has_body_ = true;  // that is sent: not for HEAD
  Framing framing_ = Framing::kLength;
  std::uint64_t left_ = 0;  // of the length
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_EXCHANGE_H_
