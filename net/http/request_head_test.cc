#include "net/http/request_head.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "net/http/message.h"

namespace net::http {
namespace {

HeadResult Parse(std::string_view bytes, RequestHead& head) {
  const HeadResult result = ParseRequestHead(bytes, head);
  // No beginning of it may be taken for a head, or for a bad one where the whole is good.
  for (std::size_t size = 0; size < bytes.size() && result.size > 0 && size < result.size; ++size) {
    RequestHead part;
    const HeadResult partial = ParseRequestHead(bytes.substr(0, size), part);
    EXPECT_EQ(partial.size, 0U) << size;
    EXPECT_EQ(partial.refusal, Status::kNone) << size;
  }
  return result;
}

Status RefusalOf(std::string_view bytes) {
  RequestHead head;
  const HeadResult result = Parse(bytes, head);
  EXPECT_EQ(result.size, 0U) << bytes;
  return result.refusal;
}

Status RefusalOfFields(std::string_view fields) {
  return RefusalOf("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n");
}

TEST(RequestHead, ATypicalOneIsUnderstood) {
  constexpr std::string_view kBytes =
      "GET /hello/there?x=1&y=2 HTTP/1.1\r\nHost: example.org:8080\r\nUser-Agent: me\r\nAccept:\t*/* \t\r\n\r\nGET "
      "/next";
  RequestHead head;
  const HeadResult result = Parse(kBytes, head);
  EXPECT_EQ(result.size, kBytes.size() - 9);
  EXPECT_EQ(head.method(), Method::kGet);
  EXPECT_EQ(head.path(), "/hello/there");
  EXPECT_EQ(head.query(), "x=1&y=2");
  EXPECT_EQ(head.host(), "example.org:8080");
  EXPECT_EQ(head.minor_version(), 1U);
  EXPECT_TRUE(head.keeps_alive());
  EXPECT_FALSE(head.is_chunked());
  EXPECT_EQ(head.content_length(), 0U);
  ASSERT_EQ(head.field_count(), 3U);
  EXPECT_EQ(head.field(2).name, "Accept");
  EXPECT_EQ(head.field(2).value, "*/*");
  EXPECT_EQ(head.Find("user-agent"), "me");
  EXPECT_EQ(head.Find("cookie"), "");
}

// Values are looked at in words: each byte at each place within them.
TEST(RequestHead, AValueMayHoldATabAndNoOtherControlWhereverItStands) {
  for (std::size_t place = 0; place < 20; ++place) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string value(20, 'v');
      value[place] = static_cast<char>(byte);
      const std::string bytes = "GET / HTTP/1.1\r\nhost: a\r\nx: |" + value + "|\r\n\r\n";
      RequestHead head;
      const HeadResult result = ParseRequestHead(bytes, head);
      const bool may_be = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
      ASSERT_EQ(result.refusal, may_be ? Status::kNone : Status::kBadRequest) << place << " " << byte;
      if (may_be) ASSERT_EQ(head.field(1).value, "|" + value + "|") << place << " " << byte;
    }
  }
}

// Names are compared in words: no other token of their length is taken for one.
TEST(RequestHead, ANameIsItselfInCapitalsOrNotAndNothingElse) {
  for (const std::string_view name : {"content-length", "transfer-encoding", "expect", "connection"}) {
    const std::string_view value = name == "content-length" ? "5" : name == "transfer-encoding" ? "chunked" : "close";
    for (std::size_t place = 0; place < name.size(); ++place) {
      for (unsigned byte = 1; byte < 256; ++byte) {
        if (!character::Is(static_cast<char>(byte), character::kToken)) continue;
        std::string token(name);
        token[place] = static_cast<char>(byte);
        RequestHead head;
        const std::string bytes = "GET / HTTP/1.1\r\nhost: a\r\n" + token + ": " + std::string(value) + "\r\n\r\n";
        ASSERT_GT(ParseRequestHead(bytes, head).size, 0U) << token;
        const bool is_noted =
            head.content_length() == 5 || head.is_chunked() || head.has_other_expectation() || !head.keeps_alive();
        ASSERT_EQ(is_noted, character::Lower(token[place]) == name[place]) << token;
      }
    }
  }
}

TEST(RequestHead, AllItsPlacesMoveWithTheBytes) {
  const std::string bytes = "GET /a?b HTTP/1.1\r\nHost: c\r\n\r\n";
  RequestHead head;
  ASSERT_GT(ParseRequestHead(bytes, head).size, 0U);
  const std::string moved = bytes;
  head.MoveTo(moved.data());
  EXPECT_EQ(head.path().data(), &moved[4]);
  EXPECT_EQ(head.host(), "c");
}

TEST(RequestHead, TheAbsoluteFormSaysTheHost) {
  RequestHead head;
  ASSERT_GT(Parse("GET http://one.example/x?y HTTP/1.1\r\nHost: other\r\n\r\n", head).size, 0U);
  EXPECT_EQ(head.host(), "one.example");
  EXPECT_EQ(head.path(), "/x");
  EXPECT_EQ(head.query(), "y");
  ASSERT_GT(Parse("GET HTTP://one.example HTTP/1.1\r\nHost: other\r\n\r\n", head).size, 0U);
  EXPECT_EQ(head.path(), "/");
  ASSERT_GT(Parse("GET http://one.example?q HTTP/1.1\r\nHost: other\r\n\r\n", head).size, 0U);
  EXPECT_EQ(head.path(), "/");
  EXPECT_EQ(head.query(), "q");
  EXPECT_EQ(RefusalOf("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), Status::kBadRequest);
}

TEST(RequestHead, TheAsteriskIsForOptionsAlone) {
  RequestHead head;
  ASSERT_GT(Parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", head).size, 0U);
  EXPECT_EQ(head.path(), "*");
  EXPECT_EQ(RefusalOf("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), Status::kBadRequest);
}

TEST(RequestHead, EmptyLinesBeforeItAreDropped) {
  RequestHead head;
  ASSERT_GT(Parse("\r\n\r\nGET / HTTP/1.0\r\n\r\n", head).size, 0U);
  EXPECT_EQ(RefusalOf("\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("\nGET / HTTP/1.0\r\n\r\n"), Status::kBadRequest);
}

TEST(RequestHead, OldClientsKeepNothingAliveUnlessTheyAsk) {
  RequestHead head;
  ASSERT_GT(Parse("GET / HTTP/1.0\r\n\r\n", head).size, 0U);
  EXPECT_FALSE(head.keeps_alive());
  ASSERT_GT(Parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", head).size, 0U);
  EXPECT_TRUE(head.keeps_alive());
  ASSERT_GT(Parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, Close\r\n\r\n", head).size, 0U);
  EXPECT_FALSE(head.keeps_alive());
  ASSERT_GT(Parse("GET / HTTP/1.1\r\nHost: a\r\nconnection: keep-alive\r\nConnection: close\r\n\r\n", head).size, 0U);
  EXPECT_FALSE(head.keeps_alive());
}

TEST(RequestHead, ALineOfAnythingButTheGrammarIsRefused) {
  for (const std::string_view line :
       {"GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET /", "GET / HTTP/1.1x", "GET / http/1.1",
        "GET / HTTP/11", "GET\t/ HTTP/1.1", "GET a HTTP/1.1", "G(T / HTTP/1.1", "GET /a b HTTP/1.1",
        "GET /\x01 HTTP/1.1", "GET /#x HTTP/1.1", "GET /\xc3\xa4 HTTP/1.1", "/ HTTP/1.1"}) {
    EXPECT_EQ(RefusalOf(std::string(line) + "\r\nHost: a\r\n\r\n"), Status::kBadRequest) << line;
  }
  EXPECT_EQ(RefusalOf("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), Status::kVersionNotSupported);
  RequestHead head;
  ASSERT_GT(Parse("GET / HTTP/1.7\r\nHost: a\r\n\r\n", head).size, 0U);
  EXPECT_EQ(head.minor_version(), 1U);
}

TEST(RequestHead, LinesEndWithBothCharactersAndNothingElse) {
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\nHost: a\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("A: b\nC: d\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("A: b\rC: d\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("A: b\rxC: d\r\n"), Status::kBadRequest);  // a field where the x is taken for a line feed
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\rxHost: a\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("A: b\r\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\nHost: a\r\n\nX"), Status::kBadRequest);
}

TEST(RequestHead, AFoldedLineIsRefused) {
  EXPECT_EQ(RefusalOfFields("A: b\r\n c\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("A: b\r\n\tc\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), Status::kBadRequest);
}

TEST(RequestHead, ANameTouchesItsColon) {
  EXPECT_EQ(RefusalOfFields("Content-Length : 5\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("Transfer-Encoding\t: chunked\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields(": value\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("no colon\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("na(me: x\r\n"), Status::kBadRequest);
}

TEST(RequestHead, ControlCharactersInAValueAreRefused) {
  for (const char c : {'\0', '\x01', '\x0b', '\x1f', '\x7f'}) {
    EXPECT_EQ(RefusalOfFields(std::string("A: b") + c + "c\r\n"), Status::kBadRequest) << static_cast<int>(c);
  }
  RequestHead head;
  EXPECT_GT(Parse("GET / HTTP/1.1\r\nHost: a\r\nA: caf\xc3\xa9\tau lait\r\n\r\n", head).size, 0U);
}

TEST(RequestHead, ThereIsOneHost) {
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("Host: a\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("GET http://x/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"), Status::kBadRequest);
  RequestHead head;
  EXPECT_GT(Parse("GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", head).size, 0U);
}

TEST(RequestHead, ThereIsOneLength) {
  RequestHead head;
  ASSERT_GT(Parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0042\r\n\r\n", head).size, 0U);
  EXPECT_EQ(head.content_length(), 42U);
  for (const std::string_view fields :
       {"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 5\r\n", "Content-Length: +5\r\n", "Content-Length: -5\r\n", "Content-Length: 0x5\r\n",
        "Content-Length: 5 \xa0\r\n", "Content-Length:\r\n", "Content-Length: 5;\r\n", "Content-Length: 1e3\r\n",
        "Content-Length: 18446744073709551616\r\n", "Content-Length: 99999999999999999999999\r\n"}) {
    EXPECT_EQ(RefusalOfFields(fields), Status::kBadRequest) << fields;
  }
}

TEST(RequestHead, ABodyHasALengthOrChunksAndNeverBoth) {
  RequestHead head;
  ASSERT_GT(Parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", head).size, 0U);
  EXPECT_TRUE(head.is_chunked());
  EXPECT_EQ(RefusalOfFields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOfFields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), Status::kBadRequest);
  EXPECT_EQ(RefusalOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), Status::kBadRequest);
  for (const std::string_view coding :
       {"gzip, chunked", "chunked, identity", "xchunked", "identity", "\"chunked\"", ""}) {
    EXPECT_EQ(RefusalOfFields("Transfer-Encoding: " + std::string(coding) + "\r\n"), Status::kNotImplemented) << coding;
  }
}

TEST(RequestHead, ThereAreNotMoreFieldsThanThereIsRoomFor) {
  std::string fields;
  for (std::size_t i = 1; i < RequestHead::kMostFields; ++i) fields += "A: b\r\n";
  RequestHead head;
  EXPECT_GT(Parse("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n", head).size, 0U);
  EXPECT_EQ(RefusalOfFields(fields + "A: b\r\n"), Status::kFieldsTooLarge);
}

TEST(RequestHead, ExpectationsAreTold) {
  RequestHead head;
  ASSERT_GT(Parse("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n", head).size, 0U);
  EXPECT_TRUE(head.expects_continue());
  EXPECT_FALSE(head.has_other_expectation());
  ASSERT_GT(Parse("PUT / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n", head).size, 0U);
  EXPECT_TRUE(head.has_other_expectation());
}

TEST(RequestHead, AMethodThatNobodyKnowsIsNamed) {
  RequestHead head;
  ASSERT_GT(Parse("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", head).size, 0U);
  EXPECT_EQ(head.method(), Method::kOther);
  EXPECT_EQ(head.method_name(), "BREW");
}

}  // namespace
}  // namespace net::http
