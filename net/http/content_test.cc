#include "net/http/content.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "net/http/test_server.h"

namespace net::http {
namespace {

constexpr std::array<ContentFile, 2> kFiles = {{
    {.path = "/dated.txt",
     .type = "text/plain",
     .bytes = "0123456789",
     .tag = "\"plain\"",
     .gzip = "zipped",
     .gzip_tag = "\"zip\"",
     .modified = "Sun, 06 Nov 1994 08:49:37 GMT"},
    {.path = "/undated.txt", .type = "text/plain", .bytes = "abc", .tag = "\"abc\"", .gzip = {}, .gzip_tag = {}},
}};

class ContentTest : public testing::Test {
 protected:
  ContentTest() { test_.server().Get("/*", ContentHandler(kFiles)); }

  // The answer to a request for the file, with these lines in its head.
  std::string Get(const std::string& lines, const std::string& path = "/dated.txt") {
    return test_.Ask("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
  }
  // "200 0123456789": the status and the body.
  std::string Outcome(const std::string& lines, const std::string& path = "/dated.txt") {
    const std::string answer = Get(lines, path);
    return answer.substr(9, 4) + answer.substr(answer.find("\r\n\r\n") + 4);
  }

  TestServer test_;
};

constexpr const char* kWhole = "200 0123456789";
constexpr const char* kUnchanged = "304 ";
constexpr const char* kFailed = "412 Precondition Failed";

TEST_F(ContentTest, AnAnswerSaysWhenItsFileWasChangedIfThatIsKnown) {
  EXPECT_NE(Get("").find("last-modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), std::string::npos);
  EXPECT_NE(Get("If-None-Match: *\r\n").find("last-modified: "), std::string::npos);
  EXPECT_EQ(Get("", "/undated.txt").find("last-modified"), std::string::npos);
}

TEST_F(ContentTest, WhoHasItSinceItWasChangedIsToldSo) {
  EXPECT_EQ(Outcome("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), kUnchanged);
  EXPECT_EQ(Outcome("If-Modified-Since: Sun, 06 Nov 1994 08:49:38 GMT\r\n"), kUnchanged);
  EXPECT_EQ(Outcome("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n"), kUnchanged);
  EXPECT_EQ(Outcome("If-Modified-Since: Sun Nov  6 08:49:37 1994\r\n"), kUnchanged);
  EXPECT_EQ(Outcome("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n"), kWhole);
  EXPECT_EQ(Outcome("If-Modified-Since: yesterday\r\n"), kWhole);
  EXPECT_EQ(Outcome("If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT\r\n", "/undated.txt"), "200 abc");
}

TEST_F(ContentTest, TagsCountMoreThanDates) {
  constexpr const char* kDate = "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  EXPECT_EQ(Outcome(std::string("If-None-Match: \"other\"\r\n") + kDate), kWhole);
  EXPECT_EQ(Outcome("If-None-Match: \"plain\"\r\nIf-Modified-Since: Sun, 06 Nov 1970 08:49:37 GMT\r\n"), kUnchanged);
}

TEST_F(ContentTest, OneTagOfAListIsEnough) {
  EXPECT_EQ(Outcome("If-None-Match: \"a\", W/\"plain\" , \"b\"\r\n"), kUnchanged);
  EXPECT_EQ(Outcome("If-None-Match: *\r\n"), kUnchanged);
  EXPECT_EQ(Outcome("If-None-Match: \"zip\"\r\n"), kWhole);  // another representation
  EXPECT_EQ(Outcome("If-None-Match: \"zip\"\r\nAccept-Encoding: gzip\r\n"), kUnchanged);
}

TEST_F(ContentTest, WhoAsksForAnotherStateIsRefused) {
  EXPECT_EQ(Outcome("If-Match: \"other\"\r\n"), kFailed);
  EXPECT_EQ(Outcome("If-Match: W/\"plain\"\r\n"), kFailed);
  EXPECT_EQ(Outcome("If-Match: \"x\", \"plain\"\r\n"), kWhole);
  EXPECT_EQ(Outcome("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n"), kFailed);
  EXPECT_EQ(Outcome("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), kWhole);
  EXPECT_EQ(Outcome("If-Unmodified-Since: never\r\n"), kWhole);
  EXPECT_EQ(Outcome("If-Match: \"plain\"\r\nIf-Unmodified-Since: Sun, 06 Nov 1970 08:49:36 GMT\r\n"), kWhole);
}

TEST_F(ContentTest, OneRangeIsGivenAsAPartAndSeveralAsTheWhole) {
  EXPECT_EQ(Outcome("Range: bytes=2-4\r\n"), "206 234");
  EXPECT_NE(Get("Range: bytes=2-4\r\n").find("content-range: bytes 2-4/10\r\n"), std::string::npos);
  EXPECT_EQ(Outcome("Range: bytes=-3\r\n"), "206 789");
  EXPECT_EQ(Outcome("Range: bytes=0-1,4-5\r\n"), kWhole);
  EXPECT_NE(Get("Range: bytes=10-\r\n").find("content-range: bytes */10\r\n"), std::string::npos);
  EXPECT_EQ(Outcome("Range: bytes=10-\r\n").substr(0, 3), "416");
  EXPECT_NE(Get("").find("accept-ranges: bytes\r\n"), std::string::npos);
}

TEST_F(ContentTest, APartOfSomethingElseIsNotGiven) {
  EXPECT_EQ(Outcome("Range: bytes=2-4\r\nIf-Range: \"plain\"\r\n"), "206 234");
  EXPECT_EQ(Outcome("Range: bytes=2-4\r\nIf-Range: \"other\"\r\n"), kWhole);
  EXPECT_EQ(Outcome("Range: bytes=2-4\r\nIf-Range: W/\"plain\"\r\n"), kWhole);
  EXPECT_EQ(Outcome("Range: bytes=2-4\r\nIf-Range: \"plain\", \"other\"\r\n"), kWhole);
  EXPECT_EQ(Outcome("Range: bytes=2-4\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), kWhole);
  EXPECT_EQ(Outcome("Range: bytes=2-4\r\nIf-None-Match: \"plain\"\r\n"), kUnchanged);
}

}  // namespace
}  // namespace net::http
