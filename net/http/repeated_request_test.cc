// Who asks in the same words again is known by them, and must be answered as if he was not.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/http/exchange.h"
#include "net/http/message.h"
#include "net/http/request.h"
#include "net/http/response.h"
#include "net/http/server.h"
#include "net/http/test_server.h"
#include "net/socket/connect.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/test_host.h"
#include "net/socket/time.h"

namespace net::http {
namespace {

using kernel::Duration;
using kernel::Result;
using kernel::Task;
using socket::TcpStream;
using socket::TestHost;

constexpr std::string_view kGet = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 6\r\n\r\nhello\n";
constexpr std::string_view kNothing =
    "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 9\r\n\r\nNot Found";

std::string TextOf(std::string_view body, std::string_view type = "text/plain; charset=utf-8") {
  return "HTTP/1.1 200 OK\r\ncontent-type: " + std::string(type) +
         "\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string PostOf(std::string_view body) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

std::string operator*(int times, std::string_view text) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// What is said, and what comes back for it.
struct Exchanged {
  std::string asked;
  std::string answered;
};

class RepeatedRequest : public testing::Test {
 protected:
  RepeatedRequest() {
    server().Get("/hello", [](const Request&) { return Response::Text("hello\n"); });
    server().Get("/next", [this](const Request&) { return answers_.at(next_++); });
    server().Post("/echo", [](const Request& request) { return Response::Text(request.body()); });
    server().Put("/stream", [](Exchange& exchange) -> Task<> {
      std::array<std::byte, 100> buffer;
      const Result<std::size_t> count = co_await exchange.Read(buffer);
      EXPECT_TRUE(count);
      static_cast<void>(co_await exchange.Send(Response::Text("read\n")));
    });
  }

  Server& server() { return server_.server(); }

  // One connection, and each answer before the next question.
  void Talk(const std::vector<Exchanged>& talk) { EXPECT_TRUE(server_.Run(TalkTask(talk))); }

  Task<> TalkTask(const std::vector<Exchanged>& talk) {
    Result<TcpStream> stream =
        co_await socket::Connect(server_.host().context(), server_.host().tcp(), {TestHost::kHere, 80});
    EXPECT_TRUE(stream);
    for (const Exchanged& turn : talk) {
      EXPECT_TRUE(co_await stream->Write(std::as_bytes(std::span(turn.asked))));
      // Later the other bytes come in a segment of their own.
      if (turn.answered.empty()) co_await socket::Sleep(server_.host().context(), Duration::Milliseconds(100));
      std::string answer(turn.answered.size(), '\0');
      for (std::size_t read = 0; read < answer.size();) {
        const Result<std::size_t> count =
            co_await stream->Read(std::as_writable_bytes(std::span(answer).subspan(read)));
        EXPECT_TRUE(count && *count > 0) << "no more than: " << answer.substr(0, read);
        if (!count || *count == 0) co_return;
        read += *count;
      }
      EXPECT_EQ(answer, turn.answered) << turn.asked;
    }
  }

  TestServer server_;
  std::vector<Response> answers_;
  std::size_t next_ = 0;
};

TEST_F(RepeatedRequest, IsAnsweredLikeTheFirst) {
  for (int connection = 0; connection < 2; ++connection) {
    Talk({{std::string(kGet), std::string(kAnswer)},
          {std::string(kGet), std::string(kAnswer)},
          {std::string(kGet), std::string(kAnswer)}});
  }
  EXPECT_EQ(server().counters().requests, 6U);
}

TEST_F(RepeatedRequest, AnotherIsNotTakenForIt) {
  const std::string other = "GET /hullo HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string last_byte = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\r";
  ASSERT_EQ(other.size(), kGet.size());
  Talk({{std::string(kGet), std::string(kAnswer)},
        {other, std::string(kNothing)},
        {std::string(kGet), std::string(kAnswer)},
        {other, std::string(kNothing)},
        {"GET /hello HTTP/1.1\r\nHost: ab\r\n\r\n", std::string(kAnswer)},
        {std::string(kGet), std::string(kAnswer)},
        {last_byte, "HTTP/1.1 400 Bad Request\r\n"}});
}

TEST_F(RepeatedRequest, TheNextClientOfItsPlaceStartsAfresh) {
  Talk({{std::string(kGet), std::string(kAnswer)}, {std::string(kGet), std::string(kAnswer)}});
  Talk({{"GET /hullo HTTP/1.1\r\nHost: a\r\n\r\n", std::string(kNothing)}});
}

TEST_F(RepeatedRequest, MayComeInPiecesAndWithOthersBehindIt) {
  const std::string half(kGet.substr(0, 17));
  const std::string rest(kGet.substr(17));
  Talk({{std::string(kGet), std::string(kAnswer)},
        {half, ""},
        {rest, std::string(kAnswer)},
        {std::string(kGet) + half, std::string(kAnswer)},
        {rest + std::string(kGet), 2 * kAnswer},
        {100 * kGet, 100 * kAnswer},
        {std::string(kGet) + PostOf("abc") + std::string(kGet), kAnswer.data() + TextOf("abc") + kAnswer.data()}});
}

TEST_F(RepeatedRequest, OneBehindItIsNotForgotten) {
  const std::string head_only = "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string headless(kAnswer.substr(0, kAnswer.size() - 6));
  Talk({{std::string(kGet), std::string(kAnswer)},
        {std::string(kGet) + head_only, std::string(kAnswer) + headless},
        {std::string(kGet), std::string(kAnswer)}});
}

TEST_F(RepeatedRequest, ABodyHasAsMuchRoomAfterIt) {
  const std::string body(Connection::kInputSize - PostOf(std::string(8000, 'x')).size() + 8000, 'x');
  const Exchanged post = {PostOf(body), TextOf(body)};
  Talk({post, {std::string(kGet), std::string(kAnswer)}, post, post, {std::string(kGet), std::string(kAnswer)}, post});
}

TEST_F(RepeatedRequest, WithABodyIsNone) {
  Talk({{PostOf("abc"), TextOf("abc")}, {PostOf("abd"), TextOf("abd")}, {PostOf("abd"), TextOf("abd")}});
}

TEST_F(RepeatedRequest, ALargeHeadIsReadEachTime) {
  std::string large = "GET /hello HTTP/1.1\r\nHost: a\r\nX: ";
  large += std::string(Connection::kInputSize - large.size() - 4, 'x') + "\r\n\r\n";
  const Exchanged turn = {large, std::string(kAnswer)};
  Talk({turn, turn, {std::string(kGet), std::string(kAnswer)}, turn, turn});
}

TEST_F(RepeatedRequest, ItsAnswerMayBeAnother) {
  std::string type = "text/a";
  answers_ = {Response(Status::kOk, type, "abc"),
              Response(Status::kOk, type, "abd"),
              Response(Status::kOk, type, "abcd"),
              Response(Status::kOk, "text/ab", "abcd"),
              Response(Status::kOk, "", "abcd"),
              Response(Status::kOk, "text/ab", "abcd"),
              Response(Status::kNotFound, "text/ab", "abcd"),
              Response(Status::kOk, "text/ab", "abcd"),
              Response(Status::kOk, "text/ab", "abcd").Add("x-a", "b"),
              Response(Status::kOk, "text/ab", "abcd")};
  const std::string next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string with_field = TextOf("abcd", "text/ab");
  with_field.insert(with_field.find("content-length"), "x-a: b\r\n");
  Talk({{next, TextOf("abc", "text/a")},
        {next, TextOf("abd", "text/a")},
        {next, TextOf("abcd", "text/a")},
        {next, TextOf("abcd", "text/ab")},
        {next, "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabcd"},
        {next, TextOf("abcd", "text/ab")},
        {next, "HTTP/1.1 404 Not Found\r\ncontent-type: text/ab\r\ncontent-length: 4\r\n\r\nabcd"},
        {next, TextOf("abcd", "text/ab")},
        {next, with_field},
        {next, TextOf("abcd", "text/ab")}});
}

TEST_F(RepeatedRequest, AHeadIsWrittenAgainWhereSomethingElseWas) {
  const std::string put = "PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  Talk({{std::string(kGet), std::string(kAnswer)},
        {put, "HTTP/1.1 100 Continue\r\n\r\n"},
        {"abc", TextOf("read\n")},
        {put, "HTTP/1.1 100 Continue\r\n\r\n"},
        {"abc", TextOf("read\n")},
        {std::string(kGet), std::string(kAnswer)}});
}

std::int64_t unix_time = 1761727777;

TEST(RepeatedRequestTime, ItsAnswerHasTheDateOfToday) {
  TestServer server({.unix_time = [] { return unix_time++; }});
  server.server().Get("/hello", [](const Request&) { return Response::Text("hello\n"); });
  std::string answer(150, '\0');
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream =
        co_await socket::Connect(server.host().context(), server.host().tcp(), {TestHost::kHere, 80});
    for (const std::string_view date : {"08:49:37", "08:49:38", "08:49:39"}) {
      static_cast<void>(co_await stream->Write(std::as_bytes(std::span(kGet))));
      const Result<std::size_t> count = co_await stream->Read(std::as_writable_bytes(std::span(answer)));
      EXPECT_TRUE(count && answer.substr(0, *count).contains(date)) << answer;
      co_await socket::Sleep(server.host().context(), Duration::Seconds(1));
    }
  };
  EXPECT_TRUE(server.Run(client()));
}

}  // namespace
}  // namespace net::http
