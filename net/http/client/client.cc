#include "net/http/client/client.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "net/http/body.h"
#include "net/http/client/response_head.h"
#include "net/http/message.h"
#include "net/socket/tcp_stream.h"

namespace net::http {

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::Task;

namespace {

constexpr int kMostInterim = 8;  // answers of 1xx before the one that counts

bool MayRepeat(Method method) { return method != Method::kPost && method != Method::kPatch; }

bool MayHaveBody(Method method) {
  return method == Method::kPost || method == Method::kPut || method == Method::kPatch;
}

// What the client says itself.
bool IsOurs(std::string_view name) {
  return character::IsSame(name, "host") || character::IsSame(name, "content-length") ||
         character::IsSame(name, "transfer-encoding") || character::IsSame(name, "connection") ||
         character::IsSame(name, "expect");
}

bool IsSendable(const Question& question) {
  if (question.method == Method::kOther || !character::AreAll(question.target, character::kTarget)) return false;
  if (!question.target.starts_with('/') && !(question.target == "*" && question.method == Method::kOptions))
    return false;
  return std::ranges::all_of(question.fields, [](const Field& field) {
    return !field.name.empty() && character::AreAll(field.name, character::kToken) &&
           character::AreAll(field.value, character::kValue) && !IsOurs(field.name);
  });
}

}  // namespace

void Client::Put(std::string_view text) {
  if (text.size() > output_.size() - output_size_) {
    is_output_full_ = true;
    return;
  }
  std::memcpy(&output_[output_size_], text.data(), text.size());
  output_size_ += text.size();
}

// Into the output, which is empty; `length`: of the body, nothing: chunks. False: it does not fit.
bool Client::WriteHead(const Question& question, std::optional<std::uint64_t> length) {
  output_size_ = 0;
  is_output_full_ = false;
  method_ = question.method;
  Put(kMethodNames[static_cast<std::size_t>(question.method)]);
  Put(" ");
  Put(question.target);
  Put(" HTTP/1.1\r\nhost: ");
  Put(origin_.host());
  Put("\r\n");
  for (const Field& field : question.fields) {
    Put(field.name);
    Put(": ");
    Put(field.value);
    Put("\r\n");
  }
  if (!length) {
    Put("transfer-encoding: chunked\r\n");
  } else if (*length > 0 || MayHaveBody(question.method)) {
    Put("content-length: ");
    Put(kernel::Digits(*length).text());
    Put("\r\n");
  }
  Put("\r\n");
  return !is_output_full_;
}

// A connection on which nothing is left of what was before.
Task<Result<void>> Client::Connect() {
  if (is_answering_ || is_asking_ || begin_ != end_) Close();
  is_answering_ = is_asking_ = has_heard_ = false;
  if (stream_) co_return Result<void>();
  begin_ = end_ = head_end_ = 0;
  Result<socket::TcpStream> stream = co_await origin_.Connect(context_, tcp_, context_.now() + options_.connect_time);
  if (!stream) co_return Fail(stream.error());
  ++counters_.connections;
  stream_.emplace(*std::move(stream));
  co_return Result<void>();
}

Task<Result<void>> Client::Send(std::string_view bytes) {
  // Piece by piece, so that a slow server that goes on reading is not one that has stopped.
  constexpr std::size_t kPiece = 16384;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    const Result<void> written =
        co_await stream_->Write(std::as_bytes(std::span(piece)), context_.now() + options_.piece_time);
    if (!written) co_return written;
  }
  co_return Result<void>();
}

Task<Result<Status>> Client::Ask(Question question) {
  if (!IsSendable(question)) co_return Fail(Error::kInvalidArgument);
  for (;;) {
    const bool was_kept = stream_.has_value();
    if (const Result<void> connected = co_await Connect(); !connected) co_return Fail(connected.error());
    const bool is_kept = was_kept && stream_->connection() && counters_.requests > 0;
    if (!WriteHead(question, question.body.size())) co_return Fail(Error::kTooLong);
    ++counters_.requests;
    const Result<Status> status = co_await AskOnce(question.body);
    if (status) co_return status;
    Close();
    const bool is_gone = status.error() == Error::kReset || status.error() == Error::kClosed;
    if (!is_gone || !is_kept || has_heard_ || !MayRepeat(method_)) co_return status;
    ++counters_.repeated;
  }
}

// A server may answer and close before it has read all of the body: then the answer counts, not that writing failed.
Task<Result<Status>> Client::AskOnce(std::string_view body) {
  is_asking_ = true;
  const std::string_view first = body.substr(0, output_.size() - output_size_);
  Put(first);
  Result<void> sent = co_await Send({output_.data(), output_size_});
  if (sent) sent = co_await Send(body.substr(first.size()));
  if (!sent && sent.error() != Error::kReset) co_return Fail(sent.error());
  co_return co_await ReadHead();
}

Task<Result<void>> Client::Begin(Question question) {
  if (!IsSendable(question)) co_return Fail(Error::kInvalidArgument);
  if (const Result<void> connected = co_await Connect(); !connected) co_return connected;
  if (!WriteHead(question, question.length)) co_return Fail(Error::kTooLong);
  ++counters_.requests;
  is_asking_ = true;
  is_chunking_ = !question.length;
  Result<void> sent = co_await Send({output_.data(), output_size_});
  if (!sent) Close();
  co_return sent;
}

Task<Result<void>> Client::Write(std::span<const std::byte> piece) {
  if (!stream_ || !is_asking_) co_return Fail(Error::kClosed);
  if (piece.empty()) co_return Result<void>();
  const std::string_view bytes(reinterpret_cast<const char*>(piece.data()), piece.size());
  if (!is_chunking_) co_return co_await Send(bytes);
  output_size_ = 0;
  Put(kernel::Digits(piece.size(), 16).text());
  Put("\r\n");
  Result<void> sent = co_await Send({output_.data(), output_size_});
  if (sent) sent = co_await Send(bytes);
  if (sent) sent = co_await Send("\r\n");
  co_return sent;
}

Task<Result<Status>> Client::Finish() {
  if (!stream_ || !is_asking_) co_return Fail(Error::kClosed);
  if (is_chunking_) {
    const Result<void> sent = co_await Send("0\r\n\r\n");
    if (!sent && sent.error() != Error::kReset) co_return Fail(sent.error());
  }
  is_chunking_ = false;
  Result<Status> status = co_await ReadHead();
  if (!status) Close();
  co_return status;
}

// The head that counts.
Task<Result<Status>> Client::ReadHead() {
  const kernel::Instant deadline = context_.now() + options_.answer_time;
  for (int i = 0; i < kMostInterim; ++i) {
    if (const Result<void> read = co_await ReadOneHead(deadline); !read) co_return Fail(read.error());
    if (head_.status() >= Status::kOk) {
      BeginBody();
      co_return head_.status();
    }
  }
  co_return Fail(Error::kMalformed);
}

Task<Result<void>> Client::ReadOneHead(kernel::Instant deadline) {
  std::memmove(input_.data(), &input_[begin_], end_ - begin_);
  end_ -= std::exchange(begin_, 0);
  for (;;) {
    const Result<std::size_t> size = ParseResponseHead(unread(), head_);
    if (!size) co_return Fail(size.error());
    if (*size > 0) {
      begin_ = head_end_ = *size;
      co_return Result<void>();
    }
    if (end_ >= kMostHead) co_return Fail(Error::kTooLong);
    const Result<std::size_t> count =
        co_await stream_->Read(std::as_writable_bytes(std::span(input_)).first(kMostHead).subspan(end_), deadline);
    if (!count) co_return Fail(count.error());
    if (*count == 0) co_return Fail(Error::kReset);
    has_heard_ = true;
    end_ += *count;
  }
}

// How the body ends. [RFC9112] 6.3
void Client::BeginBody() {
  is_asking_ = false;
  is_answering_ = true;
  body_ = BodyReader();
  body_end_ = BodyEnd::kFraming;
  const bool has_none =
      method_ == Method::kHead || head_.status() == Status::kNoContent || head_.status() == Status::kNotModified;
  if (has_none) {
  } else if (head_.is_chunked()) {
    body_ = BodyReader::OfChunks(options_.body_limit);
  } else if (head_.content_length()) {
    body_ = BodyReader::OfLength(*head_.content_length());
  } else {
    body_end_ = BodyEnd::kConnection;
    body_left_ = options_.body_limit;
  }
  if (body_end_ == BodyEnd::kFraming && body_.is_done()) EndAnswer();
}

void Client::EndAnswer() {
  is_answering_ = false;
  if (!head_.keeps_alive() || body_end_ == BodyEnd::kConnection) Close();
}

// There is no way on with this connection.
Result<std::size_t> Client::Break(Error error) {
  Close();
  is_answering_ = false;
  return Fail(error);
}

Task<Result<std::size_t>> Client::Read(std::span<std::byte> to) {
  while (is_answering_ && !to.empty()) {
    if (body_.left() > options_.body_limit) co_return Break(Error::kTooLong);
    if (begin_ == end_) {
      begin_ = end_ = head_end_;
      const auto vacant = std::as_writable_bytes(std::span(input_)).subspan(end_);
      const Result<std::size_t> count = co_await stream_->Read(vacant, context_.now() + options_.piece_time);
      if (!count) co_return Break(count.error());
      if (*count == 0 && body_end_ == BodyEnd::kFraming) co_return Break(Error::kReset);
      if (*count == 0) break;
      end_ += *count;
    }
    const std::string_view bytes = unread().substr(0, to.size());
    BodyReader::Step step = {.framing = 0, .body = bytes.size()};
    if (body_end_ == BodyEnd::kConnection) {
      if (bytes.size() > body_left_) co_return Break(Error::kTooLong);
      body_left_ -= bytes.size();
    } else {
      const Result<BodyReader::Step> taken = body_.Take(bytes);
      if (!taken) co_return Break(taken.error());
      step = *taken;
    }
    std::memcpy(to.data(), bytes.data() + step.framing, step.body);
    begin_ += step.framing + step.body;
    if (body_end_ == BodyEnd::kFraming && body_.is_done()) EndAnswer();
    if (step.body > 0) co_return step.body;
  }
  if (is_answering_ && !to.empty()) EndAnswer();
  co_return 0;
}

Task<Result<std::string_view>> Client::ReadAll(std::span<char> storage) {
  std::size_t size = 0;
  while (is_answering_) {
    if (size == storage.size()) {
      // Whether that was all only its end tells.
      std::byte more;
      const Result<std::size_t> count = co_await Read({&more, 1});
      if (!count) co_return Fail(count.error());
      if (*count == 0) break;
      co_return Fail(Break(Error::kTooLong).error());
    }
    const Result<std::size_t> count = co_await Read(std::as_writable_bytes(storage.subspan(size)));
    if (!count) co_return Fail(count.error());
    size += *count;
  }
  co_return std::string_view(storage.data(), size);
}

}  // namespace net::http
