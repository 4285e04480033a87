#include "net/http/response.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http/date.h"
#include "net/http/message.h"

namespace net::http {
namespace {

std::string HeadOf(const Response& response, Framing framing = Framing::kLength, Persistence persistence = {}) {
  std::array<char, 512> buffer;
  const std::size_t size = WriteHead(response, framing, persistence, {}, buffer);
  return {buffer.data(), size};
}

std::string DateOf(std::int64_t unix_time) {
  std::array<char, kDateSize> text;
  WriteDate(unix_time, text);
  return {text.data(), text.size()};
}

TEST(Response, AHeadSaysWhatTheAnswerIs) {
  EXPECT_EQ(HeadOf(Response::Json("{}").Add("x-a", "b")),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-a: b\r\ncontent-length: 2\r\n\r\n");
  EXPECT_EQ(HeadOf(Response::Redirect("/there")),
            "HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n");
  EXPECT_EQ(HeadOf(Response(Status::kNoContent), Framing::kNone), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(Response, AHeadSaysHowTheConnectionGoesOn) {
  EXPECT_EQ(HeadOf(Response(Status::kOk), Framing::kChunked, {.keeps_alive = false}),
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n");
  EXPECT_EQ(HeadOf(Response(Status::kOk), Framing::kLength, {.is_old = true}),
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n");
}

TEST(Response, AFieldThatIsNoneMakesTheWholeAnError) {
  for (const std::string_view value : {std::string_view("a\r\nSet-Cookie: b"), std::string_view("a\nb"),
                                       std::string_view("a\rb"), std::string_view("a\0b", 3)}) {
    EXPECT_EQ(Response::Text("x").Add("x-a", value).status(), Status::kInternalError);
  }
  EXPECT_EQ(Response::Text("x").Add("", "a").status(), Status::kInternalError);
  EXPECT_EQ(Response::Text("x").Add("a b", "a").status(), Status::kInternalError);
  EXPECT_EQ(Response::Text("x").Add("a:", "a").status(), Status::kInternalError);
  EXPECT_EQ(Response::Text("x").Add("a\r\n", "a").status(), Status::kInternalError);
}

TEST(Response, AHeadThatDoesNotFitIsNotWritten) {
  const std::string large(600, 'x');
  EXPECT_EQ(HeadOf(Response::Text("x").Add("x-a", large)), "");
}

TEST(Date, DatesAreWrittenAsTheStandardSays) {
  EXPECT_EQ(DateOf(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(DateOf(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(DateOf(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(DateOf(951868799), "Tue, 29 Feb 2000 23:59:59 GMT");
  EXPECT_EQ(DateOf(4107542400), "Mon, 01 Mar 2100 00:00:00 GMT");
  EXPECT_EQ(DateOf(253402300799), "Fri, 31 Dec 9999 23:59:59 GMT");
}

}  // namespace
}  // namespace net::http
