#include "net/http/exchange.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/text.h"
#include "net/http/connection.h"
#include "net/http/request.h"
#include "net/http/response.h"
#include "net/http/server.h"

namespace net::http {

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::Task;

const Request& Exchange::request() const { return connection_.request_; }

Task<Result<std::size_t>> Exchange::Read(std::span<std::byte> to) {
  if (to.empty()) co_return 0;
  Connection& connection = connection_;
  if (connection.piece_.empty()) {
    const Result<std::string_view> piece = co_await connection.NextPiece(0);
    if (!piece) {
      if (!has_begun_) {
        has_begun_ = is_complete_ = true;
        connection.RefuseBody(piece.error());
      }
      co_return Fail(piece.error());
    }
    connection.piece_ = *piece;
  }
  const std::string_view taken = connection.piece_.substr(0, to.size());
  std::memcpy(to.data(), taken.data(), taken.size());
  connection.piece_.remove_prefix(taken.size());
  co_return taken.size();
}

Task<Result<void>> Exchange::Flush() {
  const Result<void> written = co_await connection_.WriteOutput();
  connection_.ClearDeadline();
  co_return written;
}

Task<Result<void>> Exchange::Send(Response response) {
  CHECK(!has_begun_);
  has_begun_ = is_complete_ = true;
  connection_.Answer(response);
  const bool is_written = co_await connection_.WriteRest();
  connection_.ClearDeadline();
  if (!is_written) co_return Fail(Error::kClosed);
  co_return Result<void>();
}

Task<Result<void>> Exchange::Begin(Response response) {
  CHECK(!has_begun_);
  has_begun_ = true;
  has_body_ = !connection_.IsWithoutBody(response.status());
  if (HasNoBody(response.status())) {
    framing_ = Framing::kNone;
  } else if (response.has_length()) {
    left_ = response.length();
  } else if (connection_.head_.minor_version() > 0) {
    framing_ = Framing::kChunked;
  } else {
    framing_ = Framing::kUntilClose;
    connection_.keeps_alive_ = false;
  }
  connection_.BeginAnswer(response, framing_);
  return Flush();
}

Task<Result<void>> Exchange::Write(std::string_view piece) {
  CHECK(has_begun_ && !is_complete_);
  if (piece.empty() || !has_body_) co_return Result<void>();
  if (framing_ == Framing::kLength) {
    CHECK(piece.size() <= left_);
    left_ -= piece.size();
  } else if (framing_ == Framing::kChunked) {
    connection_.Put(kernel::Digits(piece.size(), 16).text());
    connection_.Put("\r\n");
  }
  const std::string_view first = piece.substr(0, connection_.OutputRoom().size());
  connection_.Put(first);
  connection_.rest_ = piece.substr(first.size());
  if (!connection_.rest_.empty() && !co_await connection_.WriteRest()) co_return Fail(Error::kClosed);
  if (framing_ == Framing::kChunked) {
    if (connection_.OutputRoom().size() < 2) {
      if (const Result<void> written = co_await Flush(); !written) co_return written;
    }
    connection_.Put("\r\n");
  }
  co_return co_await Flush();
}

Task<Result<void>> Exchange::End() {
  CHECK(has_begun_ && !is_complete_);
  is_complete_ = !has_body_ || left_ == 0;
  if (has_body_ && framing_ == Framing::kChunked) connection_.Put("0\r\n\r\n");
  return Flush();
}

}  // namespace net::http
