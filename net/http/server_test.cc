#include "net/http/server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/http/exchange.h"
#include "net/http/message.h"
#include "net/http/request.h"
#include "net/http/response.h"
#include "net/socket/connect.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/test_host.h"
#include "net/socket/time.h"

namespace net::http {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::Result;
using kernel::Task;
using socket::TcpStream;
using socket::TestHost;

constexpr std::string_view kGet = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 6\r\n\r\nhello\n";

// For handlers that sleep.
Context* slow_context = nullptr;

std::span<const std::byte> BytesOf(std::string_view text) { return std::as_bytes(std::span(text)); }

// What comes until the connection ends, or breaks.
Task<std::string> ReadAll(TcpStream& stream) {
  std::string all;
  std::array<char, 4096> buffer;
  for (;;) {
    const Result<std::size_t> count = co_await stream.Read(std::as_writable_bytes(std::span(buffer)));
    if (!count || *count == 0) co_return all;
    all.append(buffer.data(), *count);
  }
}

class HttpServer : public testing::Test {
 protected:
  explicit HttpServer(const Options& options = {.connections = 4, .connections_per_address = 4, .body_limit = 100'000})
      : server_(host_.context(), host_.tcp(), options) {
    server_.Get("/hello", [](const Request&) { return Response::Text("hello\n"); });
    server_.Post("/echo", [](const Request& request) { return Response::Text(request.body()); });
    server_.Put("/stream", &StreamBack);
  }

  ~HttpServer() override { serving_ = {}; }

  void Serve() {
    serving_ = server_.Serve();
    serving_.Start(host_.executor());
  }

  // The request's body comes back as it is read, in chunks.
  static Task<> StreamBack(Exchange& exchange) {
    if (!co_await exchange.Begin(Response(Status::kOk))) co_return;
    std::array<std::byte, 1000> buffer;
    for (;;) {
      const Result<std::size_t> count = co_await exchange.Read(buffer);
      if (!count) co_return;
      if (*count == 0) break;
      if (!co_await exchange.Write(std::span<const std::byte>(buffer).first(*count))) co_return;
    }
    static_cast<void>(co_await exchange.End());
  }

  Task<Result<TcpStream>> Connect() { return socket::Connect(host_.context(), host_.tcp(), {TestHost::kHere, 80}); }

  // All that comes back for `bytes`, sent in pieces with a pause between them; then nothing more is said.
  std::string Ask(std::vector<std::string> pieces, Duration pause = {}) {
    std::string answer;
    const auto client = [&]() -> Task<> {
      Result<TcpStream> stream = co_await Connect();
      EXPECT_TRUE(stream);
      for (const std::string& piece : pieces) {
        if (!co_await stream->Write(BytesOf(piece))) break;
        if (pause.nanoseconds > 0) co_await socket::Sleep(host_.context(), pause);
      }
      stream->ShutDownWrite();
      answer = co_await ReadAll(*stream);
    };
    Run(client);
    return answer;
  }
  std::string Ask(std::string_view bytes) { return Ask(std::vector{std::string(bytes)}); }

  static std::string StatusOf(const std::string& answer) { return answer.substr(0, answer.find('\r')); }

  template <typename Client>
  void Run(Client client) {
    Task<> task = client();
    task.Start(host_.executor());
    ASSERT_TRUE(host_.RunUntil([&] { return task.IsDone(); }));
  }

  TestHost host_;
  Server server_;
  Task<int> serving_;
};

class ServerTest : public HttpServer {
 protected:
  ServerTest() { Serve(); }
};

TEST_F(ServerTest, ARequestIsAnswered) { EXPECT_EQ(Ask(kGet), kAnswer); }

TEST_F(ServerTest, RequestsInARowAreAnsweredInTheirOrder) {
  std::string requests;
  std::string answers;
  for (int i = 0; i < 500; ++i) {
    requests += kGet;
    answers += kAnswer;
  }
  EXPECT_EQ(Ask(requests), answers);
  EXPECT_EQ(server_.counters().requests, 500U);
}

TEST_F(ServerTest, ARequestMayComeByteByByte) {
  std::vector<std::string> bytes;
  for (const char c : kGet) bytes.emplace_back(1, c);
  EXPECT_EQ(Ask(bytes, Duration::Milliseconds(10)), kAnswer);
}

TEST_F(ServerTest, TheHeadAloneIsTheSameWithoutTheBody) {
  const std::string answer = Ask("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer, kAnswer.substr(0, kAnswer.size() - 6));
}

TEST_F(ServerTest, AnOldClientGetsTheEndOfTheConnection) {
  EXPECT_EQ(StatusOf(Ask("GET /hello HTTP/1.0\r\n\r\nGET /hello HTTP/1.0\r\n\r\n")), "HTTP/1.1 200 OK");
  EXPECT_EQ(server_.counters().requests, 1U);
  const std::string kept = Ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(kept.find("connection: keep-alive\r\n"), kept.npos);
}

TEST_F(ServerTest, WhatIsNotThereIsNotFoundAndTheConnectionGoesOn) {
  const std::string answer = Ask("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(kGet));
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 404 Not Found");
  EXPECT_TRUE(answer.ends_with(kAnswer));
}

TEST_F(ServerTest, AMethodThatAPathHasNotIsToldWhichItHas) {
  const std::string answer = Ask("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_NE(answer.find("allow: GET, HEAD, OPTIONS\r\n"), answer.npos);
  EXPECT_EQ(StatusOf(Ask("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n")), "HTTP/1.1 204 No Content");
  EXPECT_EQ(StatusOf(Ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")), "HTTP/1.1 204 No Content");
  EXPECT_EQ(StatusOf(Ask("BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n")), "HTTP/1.1 501 Not Implemented");
}

TEST_F(ServerTest, ABodyReachesItsHandlerInEitherFraming) {
  EXPECT_TRUE(
      Ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde" + std::string(kGet)).ends_with(kAnswer));
  EXPECT_TRUE(Ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde").ends_with("\r\n\r\nabcde"));
  EXPECT_TRUE(
      Ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n")
          .ends_with("\r\n\r\nabcde"));
}

TEST_F(ServerTest, ABodyMayComeInPiecesWithAnotherRequestBehindIt) {
  std::vector<std::string> pieces = {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3",
                                     "\r",
                                     "\na",
                                     "bc\r\n4\r\ndefg",
                                     "\r\n0\r\n\r",
                                     "\nGET /hello HTTP/1.1\r\nHost",
                                     ": a\r\n\r\n"};
  const std::string answer = Ask(pieces, Duration::Milliseconds(5));
  EXPECT_NE(answer.find("\r\n\r\nabcdefg"), answer.npos);
  EXPECT_TRUE(answer.ends_with(kAnswer));
}

TEST_F(ServerTest, ALargeBodyIsStreamedBackInChunks) {
  std::string body;
  for (int i = 0; i < 90'000; ++i) body += static_cast<char>('a' + i % 26);
  const std::string answer =
      Ask("PUT /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n" + body + std::string(kGet));
  EXPECT_NE(answer.find("transfer-encoding: chunked\r\n"), answer.npos);
  std::string_view rest = std::string_view(answer).substr(answer.find("\r\n\r\n") + 4);
  std::string decoded;
  ChunkedDecoder decoder;
  while (!decoder.is_done()) {
    const auto framing = decoder.TakeFraming(rest);
    ASSERT_TRUE(framing);
    rest.remove_prefix(*framing);
    const auto count = static_cast<std::size_t>(decoder.available());
    decoded += rest.substr(0, count);
    decoder.TakeBody(count);
    rest.remove_prefix(count);
  }
  EXPECT_EQ(decoded, body);
  EXPECT_EQ(server_.counters().requests, 2U);
  EXPECT_EQ(server_.counters().malformed, 0U);
  EXPECT_EQ(server_.counters().timeouts, 0U);
  EXPECT_EQ(rest, kAnswer);
}

TEST_F(ServerTest, ABodyThatIsTooLargeIsRefusedBeforeItComes) {
  const std::string answer = Ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n");
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 413 Content Too Large");
  EXPECT_NE(answer.find("connection: close\r\n"), answer.npos);
  // More than a handler without an Exchange can hold.
  EXPECT_EQ(StatusOf(Ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n" + std::string(9000, 'x'))),
            "HTTP/1.1 413 Content Too Large");
  std::string chunks;
  for (int i = 0; i < 101; ++i) chunks += "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  const std::string streamed =
      Ask("PUT /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n");
  EXPECT_FALSE(streamed.ends_with("0\r\n\r\n"));  // broken off: nobody takes a part for the whole
}

TEST_F(ServerTest, AClientThatWaitsIsToldToSendItsBody) {
  std::string answer;
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream = co_await Connect();
    constexpr std::string_view kHead =
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    EXPECT_TRUE(co_await stream->Write(BytesOf(kHead)));
    std::array<char, 100> buffer;
    const Result<std::size_t> count = co_await stream->Read(std::as_writable_bytes(std::span(buffer)));
    EXPECT_EQ(std::string_view(buffer.data(), *count), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(co_await stream->Write(BytesOf("abcde")));
    stream->ShutDownWrite();
    answer = co_await ReadAll(*stream);
  };
  Run(client);
  EXPECT_TRUE(answer.ends_with("\r\n\r\nabcde"));
}

TEST_F(ServerTest, AClientThatWaitsInVainIsNotToldToSend) {
  const std::string answer =
      Ask("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 404 Not Found");
  EXPECT_NE(answer.find("connection: close\r\n"), answer.npos);
  EXPECT_EQ(StatusOf(Ask("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n")),
            "HTTP/1.1 417 Expectation Failed");
}

TEST_F(ServerTest, ABodyThatNobodyReadsIsDropped) {
  EXPECT_TRUE(Ask("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + std::string(20000, 'x') +
                  std::string(kGet))
                  .ends_with(kAnswer));
}

TEST_F(ServerTest, NoRequestIsSmuggledBehindAnother) {
  const std::string inner = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const std::string_view fields :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 0\r\nContent-Length: 40\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding : chunked\r\n",
        "X: y\r\n Transfer-Encoding: chunked\r\n", "Content-Length: 4\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\x0b\r\n", "Content-Length: 18446744073709551617\r\n"}) {
    const std::uint64_t before = server_.counters().requests;
    const std::string answer =
        Ask("POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n0\r\n\r\n" + inner);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 501")) << fields;
    EXPECT_NE(answer.find("connection: close\r\n"), answer.npos);
    EXPECT_EQ(answer.find("HTTP/1.1", 1), answer.npos) << fields;
    EXPECT_EQ(server_.counters().requests, before) << fields;
  }
  const std::string chunks =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n";
  EXPECT_EQ(StatusOf(Ask(chunks + inner)), "HTTP/1.1 400 Bad Request");
}

TEST_F(ServerTest, AHeadThatIsTooLargeIsRefused) {
  EXPECT_EQ(StatusOf(Ask("GET /" + std::string(9000, 'a'))), "HTTP/1.1 414 URI Too Long");
  std::string fields;
  for (int i = 0; i < 20; ++i) fields += "X: " + std::string(500, 'y') + "\r\n";
  EXPECT_EQ(StatusOf(Ask("GET / HTTP/1.1\r\n" + fields)), "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(ServerTest, ASlowHeadEndsItsConnection) {
  std::vector<std::string> bytes;
  for (const char c : kGet) bytes.emplace_back(1, c);
  const kernel::Instant start = host_.context()->now();
  const std::string answer = Ask(bytes, Duration::Seconds(1));
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 408 Request Timeout");
  EXPECT_NE(answer.find("connection: close\r\n"), answer.npos);
  EXPECT_EQ(server_.counters().timeouts, 1U);
  EXPECT_EQ(server_.counters().requests, 0U);
  EXPECT_LE(host_.context()->now() - start, Duration::Seconds(40));
}

TEST_F(ServerTest, ASlowBodyEndsItsConnection) {
  EXPECT_EQ(
      StatusOf(Ask({"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na", "bcde"}, Duration::Seconds(30))),
      "HTTP/1.1 408 Request Timeout");
  EXPECT_EQ(server_.counters().timeouts, 1U);
}

TEST_F(ServerTest, WhoSaysNothingAtAllIsCutOffWithoutAWord) {
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream = co_await Connect();
    const kernel::Instant start = host_.context()->now();
    EXPECT_EQ(co_await ReadAll(*stream), "");
    EXPECT_LE(host_.context()->now() - start, Duration::Seconds(11));
  };
  Run(client);
  EXPECT_EQ(server_.counters().timeouts, 1U);
}

TEST_F(ServerTest, ARefusedClientThatGoesOnSendingIsKeptForTwoSeconds) {
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream = co_await Connect();
    EXPECT_TRUE(co_await stream->Write(BytesOf("GET / HTTP/9.9\r\n\r\n")));
    co_await socket::Sleep(host_.context(), Duration::Seconds(1));
    EXPECT_EQ(server_.connections(), 1U);
    co_await socket::Sleep(host_.context(), Duration::Seconds(2));
    EXPECT_EQ(server_.connections(), 0U);
  };
  Run(client);
}

TEST_F(ServerTest, AHandlerThatReadsSlowlyMakesItsClientWait) {
  static Instant read_at;
  server_.Put(
      "/slow",
      [](Exchange& exchange) -> Task<> {
        std::array<std::byte, 1000> buffer;
        if (!co_await exchange.Read(buffer)) co_return;
        co_await socket::Sleep(*slow_context, Duration::Seconds(60));
        read_at = slow_context->now();
        for (;;) {
          const Result<std::size_t> count = co_await exchange.Read(buffer);
          if (!count) co_return;
          if (*count == 0) break;
        }
        static_cast<void>(co_await exchange.Send(Response::Text("read\n")));
      },
      10'000'000);
  slow_context = &static_cast<Context&>(host_.context());
  const std::string body(4'000'000, 'x');
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream = co_await Connect();
    const std::string head =
        "PUT /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n";
    EXPECT_TRUE(co_await stream->Write(BytesOf(head)));
    EXPECT_TRUE(co_await stream->Write(BytesOf(body)));
    // All but what the windows and buffers on the way hold was taken after the handler went on.
    EXPECT_GE(host_.context()->now(), read_at);
    EXPECT_GT(read_at, Instant());
    EXPECT_TRUE((co_await ReadAll(*stream)).ends_with("read\n"));
  };
  Run(client);
}

TEST_F(ServerTest, StopWaitsNoLongerThanItsTime) {
  server_.Get("/hang", [](Exchange& exchange) -> Task<> {
    if (!co_await exchange.Begin(Response(Status::kOk))) co_return;
    for (;;) co_await socket::Sleep(*slow_context, Duration::Seconds(1000));
  });
  slow_context = &static_cast<Context&>(host_.context());
  std::string answer;
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream = co_await Connect();
    EXPECT_TRUE(co_await stream->Write(BytesOf("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")));
    co_await socket::Sleep(host_.context(), Duration::Seconds(5));
    server_.Stop();
    const kernel::Instant start = host_.context()->now();
    answer = co_await ReadAll(*stream);
    EXPECT_GE(host_.context()->now() - start, Duration::Seconds(10));
    EXPECT_LE(host_.context()->now() - start, Duration::Seconds(11));
  };
  Run(client);
  EXPECT_FALSE(answer.ends_with("0\r\n\r\n"));
  ASSERT_TRUE(host_.RunUntil([&] { return serving_.IsDone(); }));
  EXPECT_EQ(serving_.Take(), 0);
}

TEST_F(ServerTest, AnIdleConnectionEnds) {
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream = co_await Connect();
    EXPECT_TRUE(co_await stream->Write(BytesOf(kGet)));
    const kernel::Instant start = host_.context()->now();
    EXPECT_EQ(co_await ReadAll(*stream), kAnswer);
    EXPECT_GE(host_.context()->now() - start, Duration::Seconds(60));
    EXPECT_LE(host_.context()->now() - start, Duration::Seconds(62));
  };
  Run(client);
}

TEST_F(ServerTest, OneAddressGetsNoMoreThanItsShare) {
  std::vector<std::optional<TcpStream>> idle;
  const auto client = [&]() -> Task<> {
    for (int i = 0; i < 4; ++i) {
      Result<TcpStream> stream = co_await Connect();
      EXPECT_TRUE(co_await stream->Write(BytesOf(i == 0 ? "GET /hel" : kGet)));
      co_await socket::Sleep(host_.context(), Duration::Milliseconds(100));
      idle.emplace_back(*std::move(stream));
    }
    Result<TcpStream> stream = co_await Connect();
    EXPECT_TRUE(co_await stream->Write(BytesOf(kGet)));
    stream->ShutDownWrite();
    EXPECT_EQ(co_await ReadAll(*stream), "");  // over the share of this one address
  };
  Run(client);
  EXPECT_EQ(server_.counters().refused, 1U);
}

class CrowdedServerTest : public HttpServer {
 protected:
  CrowdedServerTest() : HttpServer({.connections = 4, .connections_per_address = 100}) { Serve(); }
};

TEST_F(CrowdedServerTest, WhoComesLastPutsOutWhoHasWaitedLongest) {
  std::vector<std::optional<TcpStream>> idle;
  const auto client = [&]() -> Task<> {
    for (int i = 0; i < 4; ++i) {
      Result<TcpStream> stream = co_await Connect();
      EXPECT_TRUE(co_await stream->Write(BytesOf(i == 0 ? "GET /hel" : kGet)));
      co_await socket::Sleep(host_.context(), Duration::Milliseconds(100));
      idle.emplace_back(*std::move(stream));
    }
    Result<TcpStream> stream = co_await Connect();
    EXPECT_TRUE(co_await stream->Write(BytesOf(kGet)));
    stream->ShutDownWrite();
    EXPECT_EQ(co_await ReadAll(*stream), kAnswer);
    EXPECT_EQ(co_await ReadAll(*idle[0]), "");
  };
  Run(client);
  EXPECT_EQ(server_.counters().evicted, 1U);
  EXPECT_EQ(server_.counters().refused, 0U);
}

TEST_F(ServerTest, StopAnswersWhatWasAskedAndTakesNoMore) {
  server_.Get("/stop", [server = &server_](const Request&) {
    server->Stop();
    return Response::Text("bye\n");
  });
  std::string idle_answer;
  const auto client = [&]() -> Task<> {
    Result<TcpStream> idle = co_await Connect();
    Result<TcpStream> stream = co_await Connect();
    EXPECT_TRUE(co_await stream->Write(BytesOf("GET /stop HTTP/1.1\r\nHost: a\r\n\r\n")));
    const std::string answer = co_await ReadAll(*stream);
    EXPECT_NE(answer.find("connection: close\r\n"), answer.npos);
    EXPECT_TRUE(answer.ends_with("bye\n"));
    EXPECT_EQ(co_await ReadAll(*idle), "");
    EXPECT_FALSE(co_await Connect());
  };
  Run(client);
  ASSERT_TRUE(host_.RunUntil([&] { return serving_.IsDone(); }));
  EXPECT_EQ(serving_.Take(), 0);
}

TEST_F(HttpServer, APortThatIsTakenIsSaid) {
  Server other(host_.context(), host_.tcp(), {});
  Serve();
  Task<int> second = other.Serve();
  second.Start(host_.executor());
  ASSERT_TRUE(host_.RunUntil([&] { return second.IsDone(); }));
  EXPECT_EQ(second.Take(), 1);
}

TEST_F(ServerTest, NobodyPutsFieldsIntoAnAnswer) {
  server_.Get("/echo/{text}", [](const Request& request) {
    const auto text = DecodePercents(request.Parameter("text"), request.room());
    return Response::Text("ok\n").Add("x-text", text.value_or("?"));
  });
  EXPECT_NE(Ask("GET /echo/a%20b HTTP/1.1\r\nHost: a\r\n\r\n").find("x-text: a b\r\n"), std::string::npos);
  const std::string answer = Ask("GET /echo/a%0d%0aSet-Cookie:%20b HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 500 Internal Server Error");
  EXPECT_EQ(answer.find("Set-Cookie"), answer.npos);
}

TEST_F(ServerTest, ALargeAnswerWaitsForItsReader) {
  static const std::string* const large = new std::string(3'000'000, 'x');
  server_.Get("/large", [](const Request&) { return Response::Text(*large); });
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream = co_await Connect();
    EXPECT_TRUE(co_await stream->Write(BytesOf("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")));
    co_await socket::Sleep(host_.context(), Duration::Seconds(20));
    const std::string answer = co_await ReadAll(*stream);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n" + *large));
  };
  Run(client);
}

TEST_F(ServerTest, WhoNeverReadsItsAnswerIsCutOff) {
  static const std::string* const large = new std::string(3'000'000, 'x');
  server_.Get("/large", [](const Request&) { return Response::Text(*large); });
  const auto client = [&]() -> Task<> {
    Result<TcpStream> stream = co_await Connect();
    EXPECT_TRUE(co_await stream->Write(BytesOf("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")));
    co_await socket::Sleep(host_.context(), Duration::Seconds(100));
    EXPECT_EQ(server_.connections(), 0U);
  };
  Run(client);
  EXPECT_EQ(server_.counters().timeouts, 1U);
}

TEST_F(ServerTest, AHandlerWithoutAnAnswerIsAnErrorAndOneThatStopsHalfwayBreaksOff) {
  server_.Get("/silent", [](Exchange&) -> Task<> { co_return; });
  server_.Get("/half", [](Exchange& exchange) -> Task<> {
    static_cast<void>(co_await exchange.Begin(Response(Status::kOk)));
    static_cast<void>(co_await exchange.Write(std::string_view("half")));
  });
  EXPECT_EQ(StatusOf(Ask("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n")), "HTTP/1.1 500 Internal Server Error");
  EXPECT_FALSE(Ask("GET /half HTTP/1.1\r\nHost: a\r\n\r\n").ends_with("0\r\n\r\n"));
}

std::int64_t OctoberOf2025() { return 1761727777; }

class DatedServerTest : public HttpServer {
 protected:
  DatedServerTest() : HttpServer({.unix_time = &OctoberOf2025}) { Serve(); }
};

TEST_F(DatedServerTest, AnAnswerHasItsDate) {
  const std::string answer = Ask(kGet);
  EXPECT_NE(answer.find("\r\ndate: Wed, 29 Oct 2025 08:49:37 GMT\r\n"), answer.npos) << answer;
}

}  // namespace
}  // namespace net::http
