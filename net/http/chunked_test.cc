#include "net/http/chunked.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/body.h"

namespace net::http {
namespace {

// The body in `bytes`, given `step` bytes at a time; nothing: malformed. `rest` gets what stands behind it.
std::optional<std::string> Decode(std::string_view bytes, std::size_t step, std::string& rest) {
  ChunkedDecoder decoder;
  std::string body;
  for (std::size_t at = 0; at < bytes.size() && !decoder.is_done();) {
    const kernel::Result<std::size_t> framing = decoder.TakeFraming(bytes.substr(at, step));
    if (!framing) return std::nullopt;
    at += *framing;
    const std::size_t count = std::min<std::size_t>(decoder.available(), std::min(step, bytes.size() - at));
    body += bytes.substr(at, count);
    decoder.TakeBody(count);
    at += count;
    rest = bytes.substr(at);
  }
  return decoder.is_done() ? std::optional(body) : std::nullopt;
}

std::optional<std::string> Decode(std::string_view bytes) {
  std::string rest;
  const auto whole = Decode(bytes, bytes.size(), rest);
  EXPECT_EQ(Decode(bytes, 1, rest), whole) << bytes;
  return whole;
}

TEST(Chunked, ChunksAreABodyAndWhatFollowsIsNot) {
  std::string rest;
  EXPECT_EQ(Decode("5\r\nhello\r\n00B\r\n wide world\r\n0\r\n\r\nGET /", 4, rest), "hello wide world");
  EXPECT_EQ(rest, "GET /");
  EXPECT_EQ(Decode("0\r\n\r\n"), "");
}

TEST(Chunked, ExtensionsAndTrailersAreDropped) {
  EXPECT_EQ(Decode("3;a=b;c=\"d e\"\r\nabc\r\n0;x\r\nTrailer: y\r\nOther: z\r\n\r\n"), "abc");
}

TEST(Chunked, WhatAnotherParserCouldReadOtherwiseIsMalformed) {
  for (const std::string_view bytes :
       {"\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n",
        "+3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n",
        "g\r\n", "-1\r\n", "3;\n\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\n x\r\n\r\n", "3\r\nabc\r\n0\r\n\n",
        "3\r\nabc\r\n0\r\na\nb: c\r\n\r\n", "3\rabc\r\n0\r\n\r\n"}) {
    EXPECT_EQ(Decode(bytes), std::nullopt) << bytes;
  }
}

TEST(Chunked, ASizeThatOverflowsIsMalformed) {
  ChunkedDecoder decoder;
  EXPECT_EQ(decoder.TakeFraming("10000000000000003\r\nabc").error(), kernel::Error::kMalformed);
  ChunkedDecoder large;
  EXPECT_TRUE(large.TakeFraming("fffffffffffffff\r\n"));
  EXPECT_EQ(large.available(), 0xfff'ffff'ffff'ffffU);
}

TEST(Chunked, ExtensionsWithoutEndAreRefused) {
  EXPECT_EQ(Decode("3;" + std::string(ChunkedDecoder::kMostOverhead + 1, 'a') + "\r\nabc\r\n0\r\n\r\n"), std::nullopt);
  EXPECT_EQ(Decode("0\r\nT: " + std::string(ChunkedDecoder::kMostOverhead, 'a') + "\r\n\r\n"), std::nullopt);
}

TEST(Body, ChunksBeyondTheLimitAreTooLong) {
  BodyReader body = BodyReader::OfChunks(5);
  const auto first = body.Take("3\r\nabc\r\n");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->framing, 3U);
  EXPECT_EQ(first->body, 3U);
  EXPECT_EQ(body.Take("\r\n3\r\nabc").error(), kernel::Error::kTooLong);
}

TEST(Body, ALengthIsTakenAndNoMore) {
  BodyReader body = BodyReader::OfLength(4);
  EXPECT_EQ(body.Take("ab")->body, 2U);
  EXPECT_FALSE(body.is_done());
  EXPECT_EQ(body.Take("cdef")->body, 2U);
  EXPECT_TRUE(body.is_done());
  EXPECT_TRUE(BodyReader().is_done());
}

}  // namespace
}  // namespace net::http
