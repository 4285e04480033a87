#include "net/http/client/response_head.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/message.h"

namespace net::http {
namespace {

using kernel::Error;

TEST(ResponseHead, ATypicalOneIsUnderstood) {
  constexpr std::string_view kBytes =
      "HTTP/1.1 200 OK\r\nServer: me\r\nContent-Length: 5\r\nETag:\t\"x\" \r\nX-Empty:\r\n\r\nhello";
  ResponseHead head;
  for (std::size_t size = 0; size < kBytes.size() - 5; ++size) {
    EXPECT_EQ(ParseResponseHead(kBytes.substr(0, size), head), std::size_t{0}) << size;
  }
  EXPECT_EQ(ParseResponseHead(kBytes, head), kBytes.size() - 5);
  EXPECT_EQ(head.status(), Status::kOk);
  EXPECT_EQ(head.reason(), "OK");
  EXPECT_EQ(head.content_length(), 5U);
  EXPECT_EQ(head.Find("etag"), "\"x\"");
  EXPECT_EQ(head.Find("x-empty"), "");
  EXPECT_EQ(head.fields().size(), 4U);
  EXPECT_TRUE(head.keeps_alive());
  EXPECT_FALSE(head.is_chunked());
}

TEST(ResponseHead, TheConnectionGoesOnOrNot) {
  const auto keeps_alive = [](std::string_view bytes) {
    ResponseHead head;
    EXPECT_EQ(ParseResponseHead(bytes, head), bytes.size());
    return head.keeps_alive();
  };
  EXPECT_TRUE(keeps_alive("HTTP/1.1 200\r\n\r\n"));
  EXPECT_FALSE(keeps_alive("HTTP/1.0 200 \r\n\r\n"));
  EXPECT_TRUE(keeps_alive("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n"));
  EXPECT_FALSE(keeps_alive("HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\n\r\n"));
}

TEST(ResponseHead, WhatDoesNotFollowTheGrammarIsRefused) {
  for (const std::string_view lines : {"HTTP/1.1 20 OK",
                                       "HTTP/1.1 2000 OK",
                                       "HTTP/1.1 099 OK",
                                       "HTTP/1.1 600 OK",
                                       "HTTP/1.1  200 OK",
                                       "http/1.1 200 OK",
                                       "HTTP/11 200 OK ",
                                       "HTTP/1.1 200 a\rb",
                                       "HTTP/1.1 200 OK\nX: y",
                                       "HTTP/1.1 200 OK\r\nX",
                                       "HTTP/1.1 200 OK\r\n: y",
                                       "HTTP/1.1 200 OK\r\nX : y",
                                       "HTTP/1.1 200 OK\r\nX: y\r\n z: a",
                                       "HTTP/1.1 200 OK\r\nX: a\x01",
                                       "HTTP/1.1 200 OK\r\nContent-Length: -1",
                                       "HTTP/1.1 200 OK\r\nContent-Length:",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 0x5",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 5, 5",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
                                       "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked",
                                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                                       "\r\nHTTP/1.1 200 OK"}) {
    ResponseHead head;
    EXPECT_EQ(ParseResponseHead(std::string(lines) + "\r\n\r\n", head), kernel::Fail(Error::kMalformed)) << lines;
  }
}

TEST(ResponseHead, WhatNobodyHereSpeaksIsSaid) {
  ResponseHead head;
  EXPECT_EQ(ParseResponseHead("HTTP/2.0 200 OK\r\n\r\n", head), kernel::Fail(Error::kUnsupported));
  EXPECT_EQ(ParseResponseHead("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", head),
            kernel::Fail(Error::kUnsupported));
}

TEST(ResponseHead, FieldsHaveALimit) {
  std::string bytes = "HTTP/1.1 200 OK\r\n";
  for (std::size_t i = 0; i < ResponseHead::kMostFields; ++i) bytes += "X: y\r\n";
  ResponseHead head;
  EXPECT_EQ(ParseResponseHead(bytes + "\r\n", head), bytes.size() + 2);
  EXPECT_EQ(ParseResponseHead(bytes + "X: y\r\n\r\n", head), kernel::Fail(Error::kTooLong));
}

}  // namespace
}  // namespace net::http
