// One connection of the server: its buffers, and the conversation on it. Internal to net/http.
#ifndef ENKEL_NET_HTTP_CONNECTION_H_
#define ENKEL_NET_HTTP_CONNECTION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "kernel/base/wait_queue.h"
#include "net/http/body.h"
#include "net/http/list.h"
#include "net/http/message.h"
#include "net/http/request.h"
#include "net/http/request_head.h"
#include "net/http/response.h"
#include "net/socket/tcp_stream.h"
#include "net/timers.h"
#include "net/wire/address.h"

namespace net::http {

class Route;
class Server;

class Connection final : private Timer {
 public:
  static constexpr std::size_t kInputSize = 8192;  // a head, and what came with it
  static constexpr std::size_t kRoomSize = 2048;   // Request::room() at least
  static constexpr std::size_t kOutputSize = 4096;
  static constexpr std::size_t kHeadRoom = 2048;    // that an answer's head may need
  static constexpr std::size_t kMostKnown = 1024;   // bytes of a head that is kept to be known again
  static constexpr std::size_t kPieceSize = 16384;  // of a large answer, whose client has Options::write_time for each

  explicit Connection(Server& server);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Begin(socket::TcpStream stream);
  bool has_stream() const { return stream_.has_value(); }
  void End();
  const Endpoint& remote() const { return remote_; }

  // Request and answer, until one of both wants no more.
  kernel::Task<> Converse();

  void GiveUp();  // closes: whoever waits in the conversation is told
  void Abort();

 private:
  friend class Exchange;
  friend class Server;

  enum class Step : std::uint8_t { kNeedsMore, kRefused, kRequest, kAnswered };

  // The input, in its order: the head, what was read of the body, and what was not read yet.
  std::string_view unread() const { return {input_.data() + begin_, end_ - begin_}; }
  std::span<std::byte> Vacant();
  void Received(std::size_t count);
  void LookForKnown();
  Step AllIsRead();
  Step NextHead();
  Step Refuse(Status status);
  void RefuseRest(Status status);

  [[gnu::noinline]] void BeginRequest(std::size_t head_size);  // testing/bench/http counts its calls
  const Route* FindRoute();
  void AnswerForNoRoute(bool has_path, std::uint64_t limit);
  Step AnswerAtOnce();
  Step NextToAnswer();
  void AnswerQuickly(const Route& route);
  kernel::Task<bool> CollectBody();
  kernel::Task<> Stream(const Route& route);
  kernel::Task<bool> DropBody();
  kernel::Task<bool> WriteRest();
  kernel::Task<> Linger();

  bool IsWithoutBody(Status status) const { return HasNoBody(status) || head_.method() == Method::kHead; }
  void BeginAnswer(const Response& response, Framing framing);
  std::size_t WriteErrorHead();
  void Answer(const Response& response);
  void Put(std::string_view text);
  std::span<char> OutputRoom() { return std::span(output_).subspan(output_size_); }
  bool WriteAtOnce();
  socket::TcpStream::Writing WriteOutput();

  kernel::Task<kernel::Result<std::string_view>> NextPiece(std::size_t kept);
  void RefuseBody(kernel::Error error);

  void Offer();
  void SetDeadline(kernel::Duration from_now);
  void ClearDeadline() { deadline_ = kernel::kNever; }
  void Wait();
  static void OnTimer(Timer& timer, kernel::Instant now);

  Server& server_;
  std::optional<socket::TcpStream> stream_;
  Endpoint remote_;
  Links<Connection> neighbor_;  // while it has a stream
  std::size_t quarter_ = 0;     // of its address
  Links<Connection> state_;
  kernel::WaitQueue called_;  // where it waits for another stream
  kernel::Instant deadline_ = kernel::kNever;

  RequestHead head_;
  Request request_;
  BodyReader body_;
  std::size_t head_end_ = 0;  // in the input
  std::size_t begin_ = 0;     // of what was not read
  std::size_t end_ = 0;
  bool is_partial_ = false;  // what is unread begins a head
  // Who asks again asks in the same words, mostly: the last head that was answered at once stays at the input's front,
  // as head_ says it, and what comes is read behind it and compared.
  std::size_t known_size_ = 0;  // bytes; 0: none
  const Route* known_route_ = nullptr;
  bool is_repeated_ = false;                        // what is unread begins with the same head
  kernel::Instant head_deadline_ = kernel::kNever;  // of a head which has begun
  bool was_asked_ = false;                          // anything at all
  bool keeps_alive_ = true;                         // after the present answer
  bool owes_continue_ = false;                      // the client waits to be told to send its body
  bool must_linger_ = false;                        // the client may still be sending
  std::string_view piece_;                          // of the body, that its handler has not read yet
  std::string_view rest_;                           // of an answer, that the output had no room for
  std::size_t output_size_ = 0;
  KeptHead kept_head_;  // at the output's front
  std::array<char, kInputSize + kRoomSize> input_;
  std::array<char, kOutputSize> output_;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_CONNECTION_H_
