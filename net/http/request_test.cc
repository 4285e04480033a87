#include "net/http/request.h"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/pattern.h"

namespace net::http {
namespace {

std::string Decoded(std::string_view text) {
  std::array<char, 16> buffer;
  const auto decoded = DecodePercents(text, buffer);
  return decoded ? std::string(*decoded) : "error";
}

TEST(Pattern, APlainPathIsItselfAndNothingElse) {
  EXPECT_TRUE(IsPlain("/a/b"));
  EXPECT_FALSE(IsPlain("/a/{b}"));
  EXPECT_FALSE(IsPlain("/a/*"));
  EXPECT_TRUE(Matches("/a/b", "/a/b"));
  EXPECT_FALSE(Matches("/a/b", "/a"));
  EXPECT_FALSE(Matches("/a/b", "/a/b/"));
  EXPECT_FALSE(Matches("/a/b", "/a/b/c"));
  EXPECT_TRUE(Matches("/", "/"));
  EXPECT_FALSE(Matches("/", "*"));
}

TEST(Pattern, AParameterIsOneSegment) {
  EXPECT_TRUE(Matches("/users/{name}/picture", "/users/ann/picture"));
  EXPECT_FALSE(Matches("/users/{name}/picture", "/users//picture"));
  EXPECT_FALSE(Matches("/users/{name}/picture", "/users/a/b/picture"));
  EXPECT_EQ(FindParameter("/users/{name}/{what}", "/users/ann/picture", "name"), "ann");
  EXPECT_EQ(FindParameter("/users/{name}/{what}", "/users/ann/picture", "what"), "picture");
  EXPECT_EQ(FindParameter("/users/{name}", "/users/ann", "other"), "");
}

TEST(Pattern, AnAsteriskIsAllTheRest) {
  EXPECT_TRUE(Matches("/files/*", "/files/a/b.txt"));
  EXPECT_TRUE(Matches("/files/*", "/files/"));
  EXPECT_FALSE(Matches("/files/*", "/files"));
  EXPECT_TRUE(Matches("/*", "/"));
  EXPECT_EQ(FindParameter("/files/*", "/files/a/b.txt", "*"), "a/b.txt");
}

TEST(Percents, AreDecodedOnce) {
  EXPECT_EQ(Decoded("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(Decoded("%2520"), "%20");
  EXPECT_EQ(Decoded(""), "");
  EXPECT_EQ(Decoded("%"), "error");
  EXPECT_EQ(Decoded("%2"), "error");
  EXPECT_EQ(Decoded("%2g"), "error");
  EXPECT_EQ(Decoded("%41"), "A");
  EXPECT_EQ(Decoded("aaaaaaaaaaaaaaaaa"), "error");
}

}  // namespace
}  // namespace net::http
