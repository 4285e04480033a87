// An HTTP/1.1 client. [RFC9110], [RFC9112]
//
//   http::NamedOrigin origin(network.resolver(), "example.org");
//   http::Client client(network, origin);
//   const Result<http::Status> status = co_await client.Ask({.target = "/news"});
//   while (const auto count = co_await client.Read(buffer); count && *count > 0) ...
//
// One connection to one server, made when it is first needed, kept between requests, and made anew when the server has
// closed it in the meantime. What a server can take is bounded: bytes of heads and bodies, and time.
#ifndef ENKEL_NET_HTTP_CLIENT_CLIENT_H_
#define ENKEL_NET_HTTP_CLIENT_CLIENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/http/body.h"
#include "net/http/client/origin.h"
#include "net/http/client/response_head.h"
#include "net/http/message.h"
#include "net/socket/tcp_stream.h"
#include "net/tcp/tcp.h"

namespace net::http {

struct ClientOptions {
  kernel::Duration connect_time = kernel::Duration::Seconds(10);  // to find the server and to reach it
  kernel::Duration answer_time = kernel::Duration::Seconds(30);   // from the end of a request to the end of its head
  kernel::Duration piece_time = kernel::Duration::Seconds(30);    // for each piece of a body, either way
  std::uint64_t body_limit = 16 * 1024 * 1024;                    // bytes of an answer's body
};

// What is asked. Its texts stay until Ask, or Begin, has returned.
struct Question {
  Method method = Method::kGet;              // not kOther
  std::string_view target = "/";             // with its query, and with its percents
  std::span<const Field> fields = {};        // beyond Host and what says how long the body is
  std::string_view body = {};                // for Ask
  std::optional<std::uint64_t> length = {};  // of the body that is written after Begin; nothing: it is sent in chunks
};

struct ClientCounters {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t repeated = 0;  // requests that were sent again, because the kept connection was gone
};

// One request at a time. Not interrupt-safe. Stays where it is; the origin and the stack outlive it.
class Client {
 public:
  static constexpr std::size_t kMostHead = 8192;  // bytes of a head, of a request (half of it) or of an answer

  // `network`: whatever has a context() and a tcp().
  template <typename Network>
  Client(Network& network, Origin& origin, const ClientOptions& options = {})
      : Client(network.context(), network.tcp(), origin, options) {}
  Client(Context& context, tcp::Tcp& tcp, Origin& origin, const ClientOptions& options)
      : context_(context), tcp_(tcp), origin_(origin), options_(options) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends a request with all of its body, and returns when the head of the answer is there. A request that may be
  // repeated is, once, where a kept connection turns out to be gone before a word came back. What was not read of the
  // answer before is given up, with its connection. Errors: kInvalidArgument (a text that would not be one line, or a
  // field that is the client's own), kTooLong (a head), kMalformed and kUnsupported (the answer), kTimedOut, kReset,
  // and those of Origin::Connect.
  kernel::Task<kernel::Result<Status>> Ask(Question question);

  // The same in parts, for a body that is not there at once: `question.body` is not used. Not repeated.
  kernel::Task<kernel::Result<void>> Begin(Question question);
  kernel::Task<kernel::Result<void>> Write(std::span<const std::byte> piece);  // as much as was said, in all
  kernel::Task<kernel::Result<Status>> Finish();

  // The head of the last answer, until the next question.
  const ResponseHead& head() const { return head_; }

  // The next bytes of the answer's body, at least one; 0 at its end. Errors: kMalformed, kTooLong (more than
  // options.body_limit), kTimedOut, kReset (there should be more).
  kernel::Task<kernel::Result<std::size_t>> Read(std::span<std::byte> to);

  // All of the body at the start of `storage`. Errors: as Read; kTooLong also where it does not fit.
  kernel::Task<kernel::Result<std::string_view>> ReadAll(std::span<char> storage);

  // Whether a connection is kept.
  bool is_connected() const { return stream_.has_value(); }
  void Close() { stream_.reset(); }

  const ClientCounters& counters() const { return counters_; }

 private:
  enum class BodyEnd : std::uint8_t { kFraming, kConnection };

  std::string_view unread() const { return {input_.data() + begin_, end_ - begin_}; }
  bool WriteHead(const Question& question, std::optional<std::uint64_t> length);
  void Put(std::string_view text);
  kernel::Task<kernel::Result<void>> Connect();
  kernel::Task<kernel::Result<void>> Send(std::string_view bytes);
  kernel::Task<kernel::Result<Status>> AskOnce(std::string_view body);
  kernel::Task<kernel::Result<Status>> ReadHead();
  kernel::Task<kernel::Result<void>> ReadOneHead(kernel::Instant deadline);
  void BeginBody();
  void EndAnswer();
  kernel::Result<std::size_t> Break(kernel::Error error);
  kernel::Task<kernel::Result<void>> Fill(std::size_t least_begin);

  Context& context_;
  tcp::Tcp& tcp_;
  Origin& origin_;
  const ClientOptions options_;
  std::optional<socket::TcpStream> stream_;
  ResponseHead head_;
  BodyReader body_;
  BodyEnd body_end_ = BodyEnd::kFraming;
  std::uint64_t body_left_ = 0;  // that the limit allows, where the connection's end is the body's
  Method method_ = Method::kGet;
  bool is_asking_ = false;     // a request has begun, and its answer has not
  bool is_chunking_ = false;   // its body
  bool is_answering_ = false;  // there may be more of the body
  bool has_heard_ = false;     // a byte since the request
  std::size_t begin_ = 0;      // of what was not read
  std::size_t end_ = 0;
  std::size_t head_end_ = 0;  // in the input: the body's bytes come behind it
  std::size_t output_size_ = 0;
  bool is_output_full_ = false;
  ClientCounters counters_;
  std::array<char, kMostHead / 2> output_;
  std::array<char, kMostHead + 2048> input_;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_CLIENT_CLIENT_H_
