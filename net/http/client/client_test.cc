#include "net/http/client/client.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/time.h"
#include "net/http/client/origin.h"
#include "net/http/exchange.h"
#include "net/http/message.h"
#include "net/http/request.h"
#include "net/http/response.h"
#include "net/http/test_server.h"
#include "net/socket/tcp_listener.h"
#include "net/socket/tcp_stream.h"
#include "net/socket/test_host.h"
#include "net/socket/time.h"
#include "net/wire/address.h"

namespace net::http {
namespace {

using kernel::Duration;
using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::Task;
using socket::TestHost;

std::span<const std::byte> BytesOf(std::string_view text) { return std::as_bytes(std::span(text)); }

// The status and the body, or the error's number: "200 hello".
Task<std::string> Outcome(Client& client, Question question) {
  const Result<Status> status = co_await client.Ask(question);
  if (!status) co_return "error " + std::to_string(static_cast<int>(status.error()));
  std::string body;
  std::array<std::byte, 1000> buffer;
  for (;;) {
    const Result<std::size_t> count = co_await client.Read(buffer);
    if (!count) co_return std::to_string(static_cast<int>(*status)) + " broken " + body;
    if (*count == 0) break;
    body.append(reinterpret_cast<const char*>(buffer.data()), *count);
  }
  co_return std::to_string(static_cast<int>(*status)) + " " + body;
}

std::string ErrorText(Error error) { return "error " + std::to_string(static_cast<int>(error)); }

// Against our own server.
class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    server().Get("/hello", [](const Request&) { return Response::Text("hello\n"); });
    server().Get("/query", [](const Request& request) { return Response::Text(request.query()); });
    server().Get("/field", [](const Request& request) { return Response::Text(request.Find("x-wish")); });
    server().Get("/host", [](const Request& request) { return Response::Text(request.host()); });
    server().Post("/echo", [](const Request& request) { return Response::Text(request.body()); });
    server().Put("/stream", &StreamBack);
  }

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

  std::string Ask(const Question& question) {
    std::string outcome;
    const auto run = [&]() -> Task<> { outcome = co_await Outcome(client_, question); };
    EXPECT_TRUE(test_.Run(run()));
    return outcome;
  }

  Server& server() { return test_.server(); }

  TestServer test_;
  AddressOrigin origin_{{TestHost::kHere, 80}};
  Client client_{test_.host().context(), test_.host().tcp(), origin_, {}};
};

TEST_F(ClientTest, RequestsOfAllKindsAreAnsweredOnOneConnection) {
  EXPECT_EQ(Ask({.target = "/hello"}), "200 hello\n");
  EXPECT_EQ(Ask({.target = "/query?a=b&c"}), "200 a=b&c");
  EXPECT_EQ(Ask({.target = "/host"}), "200 127.0.0.1");
  EXPECT_EQ(Ask({.method = Method::kHead, .target = "/hello"}), "200 ");
  EXPECT_EQ(client_.head().content_length(), 6U);
  EXPECT_EQ(Ask({.method = Method::kPost, .target = "/echo", .body = "abc"}), "200 abc");
  EXPECT_EQ(Ask({.method = Method::kPost, .target = "/echo"}), "200 ");
  EXPECT_EQ(Ask({.method = Method::kOptions, .target = "/hello"}), "204 ");
  EXPECT_EQ(client_.head().Find("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(Ask({.target = "/nothing"}).substr(0, 3), "404");
  const std::array<Field, 1> fields = {{{"X-Wish", "world peace"}}};
  EXPECT_EQ(Ask({.target = "/field", .fields = fields}), "200 world peace");
  EXPECT_EQ(server().counters().connections, 1U);
  EXPECT_EQ(server().counters().malformed, 0U);
  EXPECT_EQ(client_.counters().repeated, 0U);
}

TEST_F(ClientTest, ALargeBodyGoesThereAndBackInChunks) {
  std::string body;
  for (int i = 0; i < 90'000; ++i) body += static_cast<char>('a' + i % 26);
  EXPECT_EQ(Ask({.method = Method::kPut, .target = "/stream", .body = body}), "200 " + body);
  EXPECT_TRUE(client_.head().is_chunked());
  EXPECT_EQ(Ask({.target = "/hello"}), "200 hello\n");
  EXPECT_EQ(server().counters().connections, 1U);
}

TEST_F(ClientTest, ABodyMayBeWrittenPieceByPiece) {
  for (const std::optional<std::uint64_t> length :
       {std::optional<std::uint64_t>(), std::optional<std::uint64_t>(3000)}) {
    const std::string piece(1000, 'p');
    std::string answer;
    const auto run = [&]() -> Task<> {
      EXPECT_TRUE(co_await client_.Begin({.method = Method::kPut, .target = "/stream", .length = length}));
      for (int i = 0; i < 3; ++i) EXPECT_TRUE(co_await client_.Write(BytesOf(piece)));
      EXPECT_EQ(co_await client_.Finish(), Status::kOk);
      std::array<char, 4000> storage;
      const Result<std::string_view> all = co_await client_.ReadAll(storage);
      if (all) answer = *all;
    };
    EXPECT_TRUE(test_.Run(run()));
    EXPECT_EQ(answer, piece + piece + piece);
  }
  EXPECT_EQ(server().counters().connections, 1U);
}

TEST_F(ClientTest, AConnectionThatTheServerClosedMeanwhileIsMadeAnew) {
  EXPECT_EQ(Ask({.target = "/hello"}), "200 hello\n");
  const auto sleep = [&]() -> Task<> { co_await socket::Sleep(test_.host().context(), Duration::Seconds(100)); };
  EXPECT_TRUE(test_.Run(sleep()));
  EXPECT_EQ(server().connections(), 0U);
  EXPECT_EQ(Ask({.target = "/hello"}), "200 hello\n");
  EXPECT_EQ(client_.counters().repeated, 1U);
  EXPECT_EQ(client_.counters().connections, 2U);
  // What may not be done twice is not.
  EXPECT_TRUE(test_.Run(sleep()));
  EXPECT_TRUE(Ask({.method = Method::kPost, .target = "/echo", .body = "abc"}).starts_with("error"));
  EXPECT_EQ(Ask({.method = Method::kPost, .target = "/echo", .body = "abc"}), "200 abc");
}

TEST_F(ClientTest, WhatWasNotReadIsGivenUpWithItsConnection) {
  const auto run = [&]() -> Task<> {
    EXPECT_EQ(co_await client_.Ask({.target = "/hello"}), Status::kOk);
    EXPECT_EQ(co_await Outcome(client_, {.target = "/query?x"}), "200 x");
  };
  EXPECT_TRUE(test_.Run(run()));
  EXPECT_EQ(client_.counters().connections, 2U);
}

TEST_F(ClientTest, NobodyPutsLinesIntoARequest) {
  const std::string refused = ErrorText(Error::kInvalidArgument);
  EXPECT_EQ(Ask({.target = "/a b"}), refused);
  EXPECT_EQ(Ask({.target = "/a\r\nX: y"}), refused);
  EXPECT_EQ(Ask({.target = "hello"}), refused);
  EXPECT_EQ(Ask({.target = ""}), refused);
  for (const Field field : {Field{"x", "a\r\nb: c"}, Field{"x\r\ny", "a"}, Field{"", "a"}, Field{"Host", "evil"},
                            Field{"content-length", "5"}, Field{"Transfer-Encoding", "chunked"}}) {
    EXPECT_EQ(Ask({.target = "/hello", .fields = {&field, 1}}), refused) << field.name;
  }
  EXPECT_EQ(Ask({.target = "/" + std::string(5000, 'a')}), ErrorText(Error::kTooLong));
  EXPECT_EQ(server().counters().requests, 0U);
}

TEST_F(ClientTest, ABodyThatDoesNotFitIsSaid) {
  const auto run = [&]() -> Task<> {
    std::array<char, 5> storage;
    EXPECT_EQ(co_await client_.Ask({.target = "/hello"}), Status::kOk);
    EXPECT_EQ(co_await client_.ReadAll(storage), Fail(Error::kTooLong));
    std::array<char, 6> enough;
    EXPECT_EQ(co_await client_.Ask({.target = "/hello"}), Status::kOk);
    EXPECT_EQ(co_await client_.ReadAll(enough), "hello\n");
  };
  EXPECT_TRUE(test_.Run(run()));
}

TEST_F(ClientTest, NobodyThereIsSaid) {
  AddressOrigin nobody({TestHost::kHere, 81});
  Client client(test_.host().context(), test_.host().tcp(), nobody, {});
  std::string outcome;
  const auto run = [&]() -> Task<> { outcome = co_await Outcome(client, {}); };
  EXPECT_TRUE(test_.Run(run()));
  EXPECT_EQ(outcome, ErrorText(Error::kRefused));
}

TEST(OriginTest, AHostIsWrittenAsUrlsDo) {
  EXPECT_EQ(AddressOrigin({Ipv4Address::Of(192, 0, 2, 1), 80}).host(), "192.0.2.1");
  EXPECT_EQ(AddressOrigin({Ipv4Address::Of(192, 0, 2, 1), 8080}).host(), "192.0.2.1:8080");
  EXPECT_EQ(AddressOrigin({Ipv6Address::Of(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7), 8080}).host(), "[2001:db8::7]:8080");
}

// Against a server that says what a script says.
class ScriptedTest : public testing::Test {
 protected:
  // Each connection gets the next of `answers`, once its request's head has come, and is closed unless the answer ends
  // with "...": then it stays.
  Task<> Serve(std::vector<std::string> answers) {
    auto listener = socket::TcpListener::Listen(host_.context(), host_.tcp(), {{}, 80});
    EXPECT_TRUE(listener);
    std::vector<socket::TcpStream> kept;
    for (std::string& answer : answers) {
      Result<socket::TcpStream> stream = co_await listener->Accept();
      std::array<char, 4096> buffer;
      EXPECT_TRUE(co_await stream->Read(std::as_writable_bytes(std::span(buffer))));
      const bool stays = answer.ends_with("...");
      if (stays) answer.resize(answer.size() - 3);
      static_cast<void>(co_await stream->Write(BytesOf(answer)));
      if (stays) kept.push_back(*std::move(stream));
    }
    co_await socket::Sleep(host_.context(), Duration::Seconds(10'000));
  }

  // The outcomes of so many requests to such a server.
  std::vector<std::string> Ask(std::vector<std::string> answers, int requests, const ClientOptions& options = {}) {
    Task<> serving = Serve(std::move(answers));
    serving.Start(host_.executor());
    AddressOrigin origin({TestHost::kHere, 80});
    Client client(host_.context(), host_.tcp(), origin, options);
    std::vector<std::string> outcomes;
    const auto run = [&]() -> Task<> {
      for (int i = 0; i < requests; ++i) outcomes.push_back(co_await Outcome(client, {}));
    };
    Task<> running = run();
    running.Start(host_.executor());
    EXPECT_TRUE(host_.RunUntil([&] { return running.IsDone(); }));
    repeated_ = client.counters().repeated;
    return outcomes;
  }
  std::string Ask(const std::string& answer, const ClientOptions& options = {}) {
    return Ask(std::vector{answer}, 1, options)[0];
  }

  TestHost host_;
  std::uint64_t repeated_ = 0;
};

TEST_F(ScriptedTest, BodiesOfAllFramingsAreRead) {
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), "200 abc");
  EXPECT_EQ(Ask("HTTP/1.0 200 OK\r\n\r\nuntil the end"), "200 until the end");
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nX: y\r\n\r\n"),
            "200 abc");
  EXPECT_EQ(Ask("HTTP/1.1 204 No Content\r\n\r\n"), "204 ");
  EXPECT_EQ(Ask("HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n..."), "304 ");
  EXPECT_EQ(Ask("HTTP/1.1 299 Whatever\r\nContent-Length: 0\r\n\r\n..."), "299 ");
}

TEST_F(ScriptedTest, InterimAnswersArePassedOver) {
  EXPECT_EQ(Ask("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 "
                "OK\r\nContent-Length: 1\r\n\r\na"),
            "200 a");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(Ask(many), ErrorText(Error::kMalformed));
}

TEST_F(ScriptedTest, APartIsNotTakenForTheWhole) {
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), "200 broken abc");
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), "200 broken abc");
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nContent-Le"), ErrorText(Error::kReset));
  EXPECT_EQ(Ask(""), ErrorText(Error::kReset));
}

TEST_F(ScriptedTest, WhatNoServerMaySayIsRefused) {
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\nX: y\r\n\r\n"), ErrorText(Error::kMalformed));
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"),
            ErrorText(Error::kMalformed));
  EXPECT_EQ(Ask("HTTP/2.0 200 OK\r\n\r\n"), ErrorText(Error::kUnsupported));
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), "200 broken ");
}

TEST_F(ScriptedTest, WhatComesWithoutAQuestionIsNotAnAnswerToTheNext) {
  const std::vector<std::string> outcomes =
      Ask({"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil...",
           "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"},
          2);
  EXPECT_EQ(outcomes[0], "200 a");
  EXPECT_EQ(outcomes[1], "200 good");
}

TEST_F(ScriptedTest, WhatAServerSaysIsBounded) {
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nX: " + std::string(9000, 'y') + "\r\n\r\n"), ErrorText(Error::kTooLong));
  const ClientOptions options = {.body_limit = 10};
  const std::string large(11, 'x');
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + large, options), "200 broken ");
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n" + large + "\r\n0\r\n\r\n", options),
            "200 broken ");
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\n\r\n" + large, options), "200 broken ");
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\n\r\n" + large.substr(1), options), "200 xxxxxxxxxx");
}

TEST_F(ScriptedTest, WhoSaysNothingIsNotWaitedForForEver) {
  const kernel::Instant start = host_.context()->now();
  EXPECT_EQ(Ask("..."), ErrorText(Error::kTimedOut));
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nX: ..."), ErrorText(Error::kTimedOut));
  EXPECT_EQ(Ask("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na..."), "200 broken a");
  EXPECT_LE(host_.context()->now() - start, Duration::Seconds(100));
}

TEST_F(ScriptedTest, AnAnswerBeforeTheBodyWasReadCounts) {
  Task<> serving = Serve({"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n..."});
  serving.Start(host_.executor());
  AddressOrigin origin({TestHost::kHere, 80});
  Client client(host_.context(), host_.tcp(), origin, {});
  const std::string body(100'000, 'x');
  std::string outcome;
  const auto run = [&]() -> Task<> {
    outcome = co_await Outcome(client, {.method = Method::kPost, .target = "/", .body = body});
  };
  Task<> running = run();
  running.Start(host_.executor());
  EXPECT_TRUE(host_.RunUntil([&] { return running.IsDone(); }));
  EXPECT_EQ(outcome, "413 ");
}

}  // namespace
}  // namespace net::http
