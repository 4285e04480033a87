#include "net/http/connection.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/http/body.h"
#include "net/http/exchange.h"
#include "net/http/message.h"
#include "net/http/request_head.h"
#include "net/http/response.h"
#include "net/http/route.h"
#include "net/http/server.h"
#include "net/socket/tcp_stream.h"
#include "net/timers.h"

namespace net::http {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::Task;

// Bytes of a body that nobody wanted, and that are read all the same to keep the connection.
constexpr std::size_t kMostDropped = 65536;

// How long, and for how many bytes, a connection is kept whose client may not have read our last answer yet: a reset
// would take it away. [RFC9112] 9.6
constexpr kernel::Duration kLingerTime = kernel::Duration::Seconds(2);
constexpr std::size_t kMostLingered = 1024 * 1024;

// Whether an empty line is near the end of `bytes`: only then it is worth parsing again. Ends of lines as bad clients
// write them count, too: those are refused at once.
bool HasEmptyLine(std::string_view bytes) {
  for (std::size_t at = bytes.find('\n'); at < bytes.size(); at = bytes.find('\n', at + 1)) {
    const std::string_view next = bytes.substr(at + 1, 2);
    if (next.starts_with('\n') || next == "\r\n") return true;
  }
  return false;
}

}  // namespace

Connection::Connection(Server& server) : Timer(&OnTimer), server_(server), request_(head_) {}

Connection::~Connection() {
  if (stream_) End();
  server_.free_.Remove(*this);
}

void Connection::Begin(socket::TcpStream stream) {
  remote_ = stream.connection().remote();
  quarter_ = server_.QuarterOf(remote_.address);
  server_.quarters_[quarter_].PushBack(*this);
  stream_.emplace(std::move(stream));
  request_.remote_ = remote_;
  begin_ = end_ = output_size_ = 0;
  is_partial_ = must_linger_ = is_repeated_ = false;
  known_size_ = 0;
  keeps_alive_ = true;
  was_asked_ = false;
  rest_ = {};
}

void Connection::End() {
  server_.context_.timers().Stop(*this);
  server_.waiting_.Remove(*this);
  server_.quarters_[quarter_].Remove(*this);
  stream_.reset();
}

void Connection::GiveUp() {
  server_.waiting_.Remove(*this);
  stream_->Close();
}

void Connection::Abort() { stream_->Abort(); }

// The timer stays where it is while the deadline moves away from it, as it does at each request.
void Connection::SetDeadline(kernel::Duration from_now) {
  deadline_ = server_.context_.now() + from_now;
  if (IsRunning() && deadline() <= deadline_) return;
  server_.context_.timers().Start(*this, deadline_);
  server_.context_.RequestPoll();
}

void Connection::OnTimer(Timer& timer, kernel::Instant now) {
  auto& self = static_cast<Connection&>(timer);
  if (self.deadline_ == kernel::kNever || !self.stream_) return;
  if (self.deadline_ > now) return self.server_.context_.timers().Start(self, self.deadline_);
  ++self.server_.counters_.timeouts;
  self.Abort();
}

// Nothing is asked: it may be given up for somebody who does.
void Connection::Offer() {
  if (!decltype(server_.waiting_)::IsLinked(*this)) server_.waiting_.PushBack(*this);
}

// Who says nothing is cut off without a word; who has begun to ask is told, by the reading's own deadline.
void Connection::Wait() {
  const bool is_new = !decltype(server_.waiting_)::IsLinked(*this);
  const bool has_begun = begin_ != end_;
  if (!is_new && has_begun == (head_deadline_ != kernel::kNever)) return;
  Offer();
  head_deadline_ = kernel::kNever;
  if (has_begun) {
    ClearDeadline();
    head_deadline_ = server_.context_.now() + server_.options_.head_time;
  } else {
    SetDeadline(was_asked_ ? server_.options_.idle_time : server_.options_.head_time);
  }
}

std::span<std::byte> Connection::Vacant() {
  return std::as_writable_bytes(std::span(input_).first(kInputSize).subspan(end_));
}

void Connection::Received(std::size_t count) {
  const std::size_t looked_at = end_ - std::min<std::size_t>(end_ - begin_, 2);
  end_ += count;
  if (is_partial_) is_partial_ = !HasEmptyLine({input_.data() + looked_at, end_ - looked_at});
  if (known_size_ > 0) LookForKnown();
}

// What is unread begins right behind the known head. Where it is not the same, it begins at the front, as if there had
// been none.
void Connection::LookForKnown() {
  is_repeated_ = character::AreEqual(unread().substr(0, known_size_), {input_.data(), known_size_});
  if (is_repeated_) return;
  std::memmove(input_.data(), &input_[begin_], end_ - begin_);
  end_ -= std::exchange(begin_, 0);
}

inline Connection::Step Connection::AllIsRead() {
  begin_ = end_ = known_size_;
  if (server_.is_stopping_) keeps_alive_ = false;
  return Step::kNeedsMore;
}

Connection::Step Connection::NextHead() {
  if (begin_ == end_) return AllIsRead();
  if (!is_partial_) {
    known_size_ = 0;
    const HeadResult result = ParseRequestHead(unread(), head_);
    if (result.refusal != Status::kNone) return Refuse(result.refusal);
    if (result.size > 0) {
      body_ = BodyReader::OfLength(head_.content_length());
      owes_continue_ = false;
      piece_ = {};
      request_.body_ = {};
      BeginRequest(result.size);
      return Step::kRequest;
    }
    std::memmove(input_.data(), &input_[begin_], end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    is_partial_ = true;
  }
  if (end_ < kInputSize) return Step::kNeedsMore;
  return Refuse(unread().contains('\n') ? Status::kFieldsTooLarge : Status::kUriTooLong);
}

// Where the next request begins nobody knows any more.
Connection::Step Connection::Refuse(Status status) {
  ++server_.counters_.malformed;
  RefuseRest(status);
  return Step::kRefused;
}

void Connection::RefuseRest(Status status) {
  keeps_alive_ = owes_continue_ = false;
  must_linger_ = true;
  body_ = BodyReader();
  if (OutputRoom().size() >= kHeadRoom) {
    const Response response = Response::Error(status);
    BeginAnswer(response, Framing::kLength);
    Put(response.body());
  }
}

// That head_ says; what has no body needs nothing else.
void Connection::BeginRequest(std::size_t head_size) {
  server_.waiting_.Remove(*this);
  ++server_.counters_.requests;
  was_asked_ = true;
  begin_ += head_size;
  head_end_ = begin_;
  keeps_alive_ = head_.keeps_alive();
  request_.room_ = std::span(input_).subspan(end_);
}

// The route; null where there is none for this request: then it is answered.
const Route* Connection::FindRoute() {
  bool has_path = false;
  const Route* const route = server_.FindRoute(head_.method(), head_.path(), has_path);
  const std::uint64_t limit = route == nullptr ? kMostDropped : route->body_limit();
  if (head_.is_chunked()) body_ = BodyReader::OfChunks(limit);
  owes_continue_ = head_.expects_continue() && head_.minor_version() > 0 && !body_.is_done() && begin_ == end_;
  if (route == nullptr || head_.has_other_expectation() || head_.content_length() > limit) [[unlikely]] {
    AnswerForNoRoute(has_path, limit);
    return nullptr;
  }
  request_.pattern_ = route->pattern();
  return route;
}

// What is asked has no handler, or is not for it.
[[gnu::noinline]] void Connection::AnswerForNoRoute(bool has_path, std::uint64_t limit) {
  if (head_.has_other_expectation()) {
    Answer(Response::Error(Status::kExpectationFailed));
  } else if (head_.content_length() > limit) {
    keeps_alive_ = false;
    Answer(Response::Error(Status::kContentTooLarge));
  } else if (head_.method() == Method::kOther) {
    Answer(Response::Error(Status::kNotImplemented));
  } else if (has_path || head_.path() == "*") {
    const Status status = head_.method() == Method::kOptions ? Status::kNoContent : Status::kMethodNotAllowed;
    Response response = status == Status::kNoContent ? Response(status) : Response::Error(status);
    Answer(response.Add("allow", server_.Methods(head_.path(), request_.room())));
  } else {
    Answer(Response::Error(Status::kNotFound));
  }
}

void Connection::AnswerQuickly(const Route& route) {
  request_.room_ = std::span(input_).subspan(end_);
  Answer(route.Answer(request_));
}

// The requests that are there, as long as nobody has to wait for anything: what is nearly always so, and costs less
// here than in a coroutine. Then what comes next; kRequest: nothing was done for it yet. kAnswered: it has more than
// the output had room for, or it was the last.
Connection::Step Connection::AnswerAtOnce() {
  for (;;) {
    if (std::exchange(is_repeated_, false)) {
      BeginRequest(known_size_);
    } else if (const Step step = NextToAnswer(); step != Step::kAnswered) {
      return step;
    }
    AnswerQuickly(*known_route_);
    if (!rest_.empty() || !keeps_alive_) return Step::kAnswered;
    if (begin_ == end_) return AllIsRead();
  }
}

// The next head, where its request can be answered at once: kAnswered, by known_route_. Else what comes next.
Connection::Step Connection::NextToAnswer() {
  const bool is_at_front = begin_ == 0;
  const Step step = NextHead();
  if (step != Step::kRequest || OutputRoom().size() < kHeadRoom) return step;
  if (head_.is_chunked() || head_.content_length() > 0 || head_.has_other_expectation()) return step;
  bool has_path = false;
  const Route* const route = server_.FindRoute(head_.method(), head_.path(), has_path);
  if (route == nullptr || !route->is_quick()) return step;
  request_.pattern_ = route->pattern();
  known_route_ = route;
  if (is_at_front && head_end_ <= kMostKnown) known_size_ = head_end_;
  return Step::kAnswered;
}

Task<> Connection::Converse() {
  for (;;) {
    const Step step = AnswerAtOnce();
    if (step == Step::kRefused) break;
    if (step == Step::kNeedsMore) {
      if (output_size_ > 0 && !WriteAtOnce() && !co_await WriteOutput()) co_return;
      if (!keeps_alive_) co_return;
      Wait();
      const Result<std::size_t> count = co_await stream_->Read(Vacant(), head_deadline_);
      if (!count && count.error() == Error::kTimedOut && head_deadline_ <= server_.context_.now()) {
        ++server_.counters_.timeouts;
        RefuseRest(Status::kRequestTimeout);
        break;
      }
      if (!count || *count == 0) co_return;
      Received(*count);
      continue;
    }
    if (step == Step::kRequest) {
      if (OutputRoom().size() < kHeadRoom && !co_await WriteOutput()) co_return;
      if (const Route* const route = FindRoute(); route == nullptr) {
      } else if (!route->is_quick()) {
        co_await Stream(*route);
      } else if (body_.is_done() || co_await CollectBody()) {
        AnswerQuickly(*route);
      }
    }
    if (!rest_.empty() && !co_await WriteRest()) co_return;
    if (!body_.is_done() && !co_await DropBody()) break;
    if (!keeps_alive_) break;
  }
  co_await Linger();
}

// The head of an answer into the output, which has room for it.
void Connection::BeginAnswer(const Response& response, Framing framing) {
  if (server_.is_stopping_) keeps_alive_ = false;
  const Persistence persistence = {.keeps_alive = keeps_alive_, .is_old = head_.minor_version() == 0};
  const std::string_view date = server_.Date();
  if (output_size_ == 0) {
    output_size_ = kept_head_.Find(response, framing, persistence, server_.date_end_, output_.data());
    if (output_size_ > 0) [[likely]]
      return;
  }
  std::size_t size = WriteHead(response, framing, persistence, date, OutputRoom());
  if (output_size_ == 0) kept_head_.Keep(response, framing, persistence, date, server_.date_end_, size);
  if (size == 0) [[unlikely]]
    size = WriteErrorHead();
  output_size_ += size;
}

[[gnu::noinline]] std::size_t Connection::WriteErrorHead() {
  keeps_alive_ = false;
  const Response error(Status::kInternalError);
  const std::size_t size = WriteHead(error, Framing::kUntilClose, {.keeps_alive = false}, {}, OutputRoom());
  Abort();  // what was to follow is not what this head says
  return size;
}

void Connection::Answer(const Response& response) {
  // A body that will not be read ends the connection, and the client hears it now.
  if (!body_.is_done() && (owes_continue_ || body_.left() > kMostDropped)) keeps_alive_ = false;
  const bool has_none = HasNoBody(response.status());
  BeginAnswer(response, has_none ? Framing::kNone : Framing::kLength);
  if (has_none || head_.method() == Method::kHead) return;
  const std::string_view first = response.body().substr(0, OutputRoom().size());
  Put(first);
  rest_ = response.body().substr(first.size());
}

void Connection::Put(std::string_view text) {
  CHECK(text.size() <= OutputRoom().size());
  if (output_size_ == 0) kept_head_.Forget();
  std::memcpy(&output_[output_size_], text.data(), text.size());
  output_size_ += text.size();
}

socket::TcpStream::Writing Connection::WriteOutput() {
  SetDeadline(server_.options_.write_time);
  const std::size_t size = std::exchange(output_size_, 0);
  return stream_->Write(std::as_bytes(std::span(output_).first(size)));
}

// As WriteOutput, where nobody has to wait: what is nearly always so, and costs less than to ask whether. False:
// WriteOutput is to write what is left.
bool Connection::WriteAtOnce() {
  const std::size_t written = stream_->WriteAtOnce(std::as_bytes(std::span(output_).first(output_size_)));
  output_size_ -= written;
  if (output_size_ == 0) [[likely]]
    return true;
  std::memmove(output_.data(), &output_[written], output_size_);
  kept_head_.Forget();
  return false;
}

// Piece by piece, so that a slow client that goes on reading is not one that has stopped.
Task<bool> Connection::WriteRest() {
  if (!co_await WriteOutput()) co_return false;
  while (!rest_.empty()) {
    const std::string_view piece = rest_.substr(0, kPieceSize);
    rest_.remove_prefix(piece.size());
    SetDeadline(server_.options_.write_time);
    if (!co_await stream_->Write(std::as_bytes(std::span(piece)))) co_return false;
  }
  co_return true;
}

Task<> Connection::Stream(const Route& route) {
  ClearDeadline();
  Exchange exchange(*this);
  Task<> handler = route.Run(exchange);
  if (handler.IsEmpty()) {
    Answer(Response::Error(Status::kUnavailable));
    co_return;
  }
  co_await std::move(handler);
  if (!exchange.has_begun()) {
    Answer(Response::Error(Status::kInternalError));
  } else if (!exchange.is_complete()) {
    keeps_alive_ = false;
    Abort();  // so that nobody takes a part for the whole
  }
}

// The next bytes of the body, where they lie in the input; empty: it has ended. `kept` bytes after the head stay.
Task<Result<std::string_view>> Connection::NextPiece(std::size_t kept) {
  while (!body_.is_done()) {
    const Result<BodyReader::Step> step = body_.Take(unread());
    if (!step) co_return Fail(step.error());
    const std::string_view piece(&input_[begin_] + step->framing, step->body);
    begin_ += step->framing + step->body;
    if (!piece.empty()) co_return piece;
    if (body_.is_done()) break;
    begin_ = end_ = head_end_ + kept;
    if (end_ >= kInputSize) co_return Fail(Error::kTooLong);
    if (owes_continue_) Put("HTTP/1.1 100 Continue\r\n\r\n");
    owes_continue_ = false;
    if (output_size_ > 0) {
      if (const Result<void> written = co_await WriteOutput(); !written) co_return Fail(written.error());
    }
    ClearDeadline();
    const kernel::Instant deadline = server_.context_.now() + server_.options_.body_time;
    const Result<std::size_t> count = co_await stream_->Read(Vacant(), deadline);
    if (!count && count.error() == Error::kTimedOut) ++server_.counters_.timeouts;
    if (!count) co_return Fail(count.error());
    if (*count == 0) co_return Fail(Error::kReset);
    end_ += *count;
  }
  co_return std::string_view();
}

// What a body that cannot be read is answered with, while somebody may hear it.
void Connection::RefuseBody(Error error) {
  body_ = BodyReader();
  keeps_alive_ = owes_continue_ = false;
  must_linger_ = true;
  if (error == Error::kMalformed) {
    ++server_.counters_.malformed;
    Answer(Response::Error(Status::kBadRequest));
  } else if (error == Error::kTooLong) {
    Answer(Response::Error(Status::kContentTooLarge));
  } else if (error == Error::kTimedOut) {
    Answer(Response::Error(Status::kRequestTimeout));
  }
}

// All of a body into the input, behind the head, where it is not larger than that.
Task<bool> Connection::CollectBody() {
  std::size_t size = 0;
  for (;;) {
    const Result<std::string_view> piece = co_await NextPiece(size);
    if (!piece) {
      RefuseBody(piece.error());
      co_return false;
    }
    if (piece->empty()) break;
    std::memmove(&input_[head_end_ + size], piece->data(), piece->size());
    size += piece->size();
  }
  request_.body_ = {&input_[head_end_], size};
  co_return true;
}

// Reads what the handler did not, so that the next request can be. False: it is not worth it.
Task<bool> Connection::DropBody() {
  must_linger_ = true;
  if (!keeps_alive_) co_return false;
  std::size_t dropped = 0;
  while (dropped <= kMostDropped) {
    const Result<std::string_view> piece = co_await NextPiece(0);
    if (!piece) break;
    dropped += piece->size();
    if (piece->empty()) {
      must_linger_ = false;
      co_return true;
    }
  }
  keeps_alive_ = false;
  co_return false;
}

Task<> Connection::Linger() {
  if (output_size_ > 0 && !co_await WriteOutput()) co_return;
  if (!must_linger_ || !stream_->connection()) co_return;
  stream_->ShutDownWrite();
  Offer();
  ClearDeadline();
  const kernel::Instant deadline = server_.context_.now() + kLingerTime;
  for (std::size_t read = 0; read < kMostLingered;) {
    const Result<std::size_t> count = co_await stream_->Read(std::as_writable_bytes(std::span(input_)), deadline);
    if (!count || *count == 0) break;
    read += *count;
  }
}

}  // namespace net::http
